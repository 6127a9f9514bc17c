package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.registry.audit.files.AccountFile.Account;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who becomes root by sudo or doas. Used for one image.
 *
 * <p>Follows sudoers(5) of sudo 1.9 and doas.conf(5) of OpenDoas 6.8.
 */
final class SudoChecks {
    private static final String RULE = "FS-015";
    private static final List<String> FILES = List.of("etc/sudoers", "usr/etc/sudoers");
    private static final List<String> FOLDERS = List.of("etc/sudoers.d", "usr/etc/sudoers.d");

    private static final String ALL = "ALL";
    private static final String ROOT = "root";
    private static final String ADDED = "+=";

    /** The most steps from an alias to what it means; aliases may name aliases, and a broken file itself. */
    private static final int MAX_DEPTH = 8;

    /** The most names that are compared in all, because aliases of aliases multiply. */
    private static final int MAX_NAMES = 1_000_000;

    private static final Pattern INCLUDE = Pattern.compile("[@#]include(dir)?\\s+(\\S.*)");

    /** {@code #1000} is a user; everything else after a {@code #} is a comment, to the end of its own line. */
    private static final Pattern COMMENT = Pattern.compile("(?<!\\\\)#(?!-?[0-9])");

    private static final Pattern BLANKS = Pattern.compile("\\s++");
    private static final Pattern ALIAS = Pattern.compile("(User|Runas|Host|Cmnd|Cmd)_Alias\\s+(.*)");
    private static final Pattern DISABLED_AUTHENTICATION = Pattern.compile("Defaults.*!\\s*authenticate\\b.*");
    private static final Pattern EXEMPT = Pattern.compile("Defaults.*\\bexempt_group\\s*=.*");

    /** With these, sudo asks for the password of root and not of its user. */
    private static final Pattern ASKS_FOR_ROOT = Pattern.compile("Defaults\\s+(.*,\\s*)?(targetpw|rootpw)\\b.*");

    private static final Pattern NOPASSWD = Pattern.compile("\\bNOPASSWD\\s*:");

    /** The start of what one more host has, after what another has. */
    private static final Pattern NEXT_HOST = Pattern.compile(": ?[^ :=()]++ ?=");

    private static final Pattern RUN_AS = Pattern.compile("\\(([^:)]*)(:[^)]*)?\\)\\s*");
    private static final Pattern OPTIONS_AND_TAGS = Pattern.compile("([A-Z_]+\\s*=\\s*\\S+\\s+)*([A-Z_]+\\s*:\\s*)*");

    private static final Set<String> DOAS_OPTIONS = Set.of("nopass", "nolog", "persist", "keepenv");

    private final ContentFiles contents;
    private final Findings findings;
    private final Set<String> seen = new HashSet<>();
    private final Deque<ContentFile> files = new ArrayDeque<>();
    private final Map<String, List<String>> aliases = new HashMap<>();

    /** The groups with members, each with a percent sign before its name or number; null if they are not known. */
    private final @Nullable Set<String> groups;

    private boolean asksForRoot;
    private int names;

    private SudoChecks(ContentFiles contents, Findings findings) {
        this.contents = contents;
        this.findings = findings;
        this.groups = groups(contents);
    }

    static void look(ContentFiles contents, Findings findings) {
        SudoChecks checks = new SudoChecks(contents, findings);
        checks.sudoers();
        checks.doas();
    }

    /** A statement of a file, with continued lines joined and one space for each run of blanks. */
    private record Statement(ContentFile file, int line, String text) {}

    private void sudoers() {
        for (String path : FILES) {
            add(contents.at(path));
        }
        FOLDERS.forEach(this::addFolder);
        List<Statement> rules = new ArrayList<>();
        for (ContentFile file = files.poll(); file != null; file = files.poll()) {
            for (Statement statement : statements(file)) {
                take(statement, rules);
            }
        }
        rules.forEach(this::rule);
        if (names > MAX_NAMES) {
            findings.unknown(RULE, "the aliases of sudo have more than " + MAX_NAMES + " names");
        }
    }

    private void add(@Nullable ContentFile file) {
        if (file != null && seen.add(file.path()) && findings.isRead(file, RULE)) {
            files.add(file);
        }
    }

    private void addFolder(String folder) {
        for (ContentFile file : contents.in(folder)) {
            // Files of the directory whose names have a dot or end in a tilde are skipped.
            if (!file.name().contains(".") && !file.name().endsWith("~")) {
                add(file);
            }
        }
    }

    private static List<Statement> statements(ContentFile file) {
        List<Statement> statements = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int number = 0;
        int first = 1;
        for (String line : file.lines()) {
            number++;
            boolean isInclude =
                    text.length() == 0 && INCLUDE.matcher(line.strip()).matches();
            Matcher comment = COMMENT.matcher(line);
            // A backslash within a comment continues nothing.
            boolean hasComment = comment.find(isInclude ? line.indexOf(line.strip()) + 1 : 0);
            String part = hasComment ? line.substring(0, comment.start()) : line.stripTrailing();
            if (!hasComment && part.endsWith("\\") && text.length() < FileCheck.MAX_CONTENT_BYTES) {
                text.append(part, 0, part.length() - 1).append(' ');
                continue;
            }
            statements.add(new Statement(file, first, joined(text.append(part))));
            text.setLength(0);
            first = number + 1;
        }
        statements.add(new Statement(file, first, joined(text)));
        return statements;
    }

    private static String joined(CharSequence text) {
        String spaced = BLANKS.matcher(text).replaceAll(" ").strip();
        return spaced.replace(" ,", ",").replace(", ", ",");
    }

    /** {@return whether a statement includes other files, which are then added} */
    private boolean include(ContentFile file, String text) {
        Matcher include = INCLUDE.matcher(text);
        if (!include.matches()) {
            return false;
        }
        String written = include.group(2).strip().replace("\"", "");
        String path = written.startsWith("/") ? written.substring(1) : "etc/" + written;
        String clean = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        if (FOLDERS.contains(clean)) {
            return true;
        }
        boolean isFolder = include.group(1) != null;
        if (isFolder && !contents.in(clean).isEmpty()) {
            addFolder(clean);
        } else if (!isFolder && contents.at(clean) != null) {
            add(contents.at(clean));
        } else {
            findings.unknown(RULE, file.path() + " includes " + written + ", which is not read");
        }
        return true;
    }

    private void take(Statement statement, List<Statement> rules) {
        String text = statement.text();
        Matcher alias = ALIAS.matcher(text);
        if (text.isEmpty() || include(statement.file(), text)) {
            return;
        }
        if (alias.matches()) {
            define(alias.group(2));
        } else if (text.startsWith("Defaults")) {
            asksForRoot |= ASKS_FOR_ROOT.matcher(text).matches();
            if (DISABLED_AUTHENTICATION.matcher(text).matches()
                    || EXEMPT.matcher(text).matches()) {
                report(statement, "lets sudo run without a password");
            }
        } else if (text.indexOf('=') >= 0) {
            rules.add(statement);
        }
    }

    private void define(String definitions) {
        for (String definition : definitions.split("(?<!\\\\):", -1)) {
            int equals = definition.indexOf('=');
            if (equals > 0) {
                int end = definition.startsWith(ADDED, equals - 1) ? equals - 1 : equals;
                aliases.computeIfAbsent(definition.substring(0, end).strip(), name -> new ArrayList<>())
                        .addAll(List.of(definition.substring(equals + 1).strip().split(",", -1)));
            }
        }
    }

    private void rule(Statement rule) {
        String text = rule.text().replace("\\ ", "_");
        int equals = text.indexOf('=');
        List<String> users = List.of(text.substring(0, equals).split(" ", 2)[0].split(",", -1));
        if (!grants(users, MAX_DEPTH, user -> !isRoot(user))) {
            return;
        }
        if (NOPASSWD.matcher(text).find()) {
            report(rule, "lets sudo run without a password");
        } else if (!asksForRoot
                && grants(users, MAX_DEPTH, user -> !isRoot(user) && !isEmptyGroup(user))
                && runsAll(text.substring(equals + 1))) {
            report(rule, "lets sudo run every command for a user other than root");
        }
    }

    private static boolean isRoot(String name) {
        return name.equals(ROOT) || name.equals("#0");
    }

    /** {@return whether a list, in which the last item that fits counts, names anything that is looked for} */
    private boolean grants(List<String> items, int depth, Predicate<String> isWanted) {
        boolean grants = false;
        for (String item : items) {
            if (++names > MAX_NAMES) {
                return grants;
            }
            String name = item.strip();
            if (name.startsWith("!")) {
                boolean isAll = name.substring(1).strip().equals(ALL);
                grants &= !isAll
                        && !(isWanted.test(ROOT) && isRoot(name.substring(1).strip()));
                continue;
            }
            List<String> alias = depth > 0 ? aliases.get(name) : null;
            grants |= alias == null ? isWanted.test(name) : grants(alias, depth - 1, isWanted);
        }
        return grants;
    }

    /** {@return whether root's commands, as written after the hosts, include all} */
    private boolean runsAll(String commands) {
        for (String host : NEXT_HOST.split(commands, -1)) {
            boolean isAsRoot = true;
            for (String command : outsideParentheses(host)) {
                Matcher runAs = RUN_AS.matcher(command);
                if (runAs.lookingAt()) {
                    isAsRoot = grants(
                            List.of(runAs.group(1).split(",", -1)),
                            MAX_DEPTH,
                            user -> user.equals(ALL) || isRoot(user));
                    command = command.substring(runAs.end());
                }
                command = OPTIONS_AND_TAGS.matcher(command).replaceFirst("").strip();
                if (isAsRoot && grants(List.of(command), MAX_DEPTH, ALL::equals)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** {@return the parts of a text between commas that are not in parentheses} */
    private static List<String> outsideParentheses(String text) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        boolean isInside = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            isInside = c == '(' || (isInside && c != ')');
            if (c == ',' && !isInside) {
                parts.add(text.substring(start, i).strip());
                start = i + 1;
            }
        }
        parts.add(text.substring(start).strip());
        return parts;
    }

    private static @Nullable Set<String> groups(ContentFiles contents) {
        ContentFile groups = contents.at("etc/group");
        ContentFile users = contents.at("etc/passwd");
        if (groups == null || !groups.isRead() || users == null || !users.isRead()) {
            return null;
        }
        Set<Long> own = new HashSet<>();
        AccountFile.parse(users).records().forEach(user -> own.add(user.id(3)));
        Set<String> withMembers = new HashSet<>();
        for (Account group : AccountFile.parse(groups).records()) {
            String members = group.field(3);
            if ((members != null && !members.isBlank()) || own.contains(group.id(2))) {
                withMembers.add("%" + group.name());
                withMembers.add("%#" + group.id(2));
            }
        }
        return withMembers;
    }

    /** Distributions let the members of a group use sudo, and have no members in it. */
    private boolean isEmptyGroup(String subject) {
        return groups != null && subject.startsWith("%") && !groups.contains(subject);
    }

    private void doas() {
        for (ContentFile file : contents.files(List.of("etc/doas.conf"), List.of("etc/doas.d"))) {
            if (!file.name().endsWith(".conf") || !findings.isRead(file, RULE)) {
                continue;
            }
            for (Statement statement : statements(file)) {
                if (needsNoPassword(List.of(statement.text().split(" ", -1)))) {
                    report(statement, "lets doas run without a password");
                }
            }
        }
    }

    /** {@return whether the words of a rule permit somebody other than root something without a password} */
    private static boolean needsNoPassword(List<String> words) {
        if (!words.get(0).equals("permit")) {
            return false;
        }
        boolean isFree = false;
        boolean inVariables = false;
        for (String word : words.subList(1, words.size())) {
            if (inVariables || word.equals("setenv") || word.startsWith("{")) {
                inVariables = !word.endsWith("}");
            } else if (DOAS_OPTIONS.contains(word)) {
                isFree |= word.equals("nopass");
            } else {
                return isFree && !word.equals(ROOT);
            }
        }
        return false;
    }

    private void report(Statement statement, String message) {
        ContentFile file = statement.file();
        findings.report(RULE, file.layer(), file.path(), message + " (line " + statement.line() + ")");
    }
}
