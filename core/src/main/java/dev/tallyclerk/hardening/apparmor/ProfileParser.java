package dev.tallyclerk.hardening.apparmor;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.apparmor.Lexer.Kind;
import dev.tallyclerk.hardening.apparmor.Lexer.Token;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the language of AppArmor profiles.
 *
 * @see <a href="https://gitlab.com/apparmor/apparmor/-/wikis/QuickProfileLanguage">The profile language</a>
 */
final class ProfileParser {
    private static final int MAX_DEPTH = 16;
    private static final int MAX_INCLUDES = 200;
    private static final int MAX_RULES = 20_000;
    private static final int MAX_VALUES = 200;
    private static final int MAX_PATHS = 1000;
    private static final int MAX_LENGTH = 4096;
    private static final int MAX_EXPANDED = 4 << 20;
    private static final Pattern VARIABLE = Pattern.compile("@\\{([A-Za-z0-9_]+)\\}");
    private static final Pattern ASSIGNMENT = Pattern.compile("@\\{([A-Za-z0-9_]+)\\}\\s*(\\+?=)?(.*)");
    private static final Pattern BOOLEAN = Pattern.compile("\\$\\{?[A-Za-z0-9_]+\\}?\\s*=?.*");

    private final Function<String, Optional<String>> includes;
    private final Map<String, Set<String>> variables = new HashMap<>();
    private final List<ParsedProfile> profiles = new ArrayList<>();
    private final List<String> opened = new ArrayList<>();
    private int included;
    private int rules;
    private int expandedLength;

    /** The files that are being read, each with its position. */
    private static final class Cursor {
        private final String file;
        private final List<Token> tokens;
        private int at;

        Cursor(String file, List<Token> tokens) {
            this.file = file;
            this.tokens = tokens;
        }

        boolean isAtEnd() {
            return at >= tokens.size();
        }

        Token next() {
            return tokens.get(at++);
        }

        Token peek() {
            return tokens.get(at);
        }
    }

    /** A profile while it is read. */
    static final class ParsedProfile {
        private final String name;
        private final Set<String> flags = new LinkedHashSet<>();
        private final List<ProfileRule> rules = new ArrayList<>();
        private final List<MissingValue> unread = new ArrayList<>();
        private final int line;

        ParsedProfile(String name, int line) {
            this.name = name;
            this.line = line;
        }

        String name() {
            return name;
        }

        Set<String> flags() {
            return flags;
        }

        List<ProfileRule> rules() {
            return rules;
        }

        List<MissingValue> unread() {
            return unread;
        }

        int line() {
            return line;
        }
    }

    private ProfileParser(Function<String, Optional<String>> includes) {
        this.includes = includes;
        // What tunables/global and the parser itself define; a file that includes it may add to these.
        variables.put("PROC", Set.of("/proc/"));
        variables.put("sys", Set.of("/sys/"));
        variables.put("run", Set.of("/run/", "/var/run/"));
        variables.put("HOME", Set.of("/home/*/", "/root/"));
        variables.put("HOMEDIRS", Set.of("/home/"));
        variables.put("multiarch", Set.of("*-linux-gnu*"));
        variables.put("pid", Set.of("[0-9]*"));
        variables.put("pids", Set.of("[0-9]*"));
        variables.put("tid", Set.of("[0-9]*"));
        variables.put("uid", Set.of("[0-9]*"));
        variables.put("etc_ro", Set.of("/usr/etc/", "/etc/"));
        variables.put("etc_rw", Set.of("/etc/"));
        variables.put("exec_path", Set.of("/**"));
    }

    /**
     * {@return the profiles, hats and child profiles of a file, each with its own rules}
     *
     * @param name the name of the file
     * @param text the text
     * @param includes gives the text of an included file, such as {@code abstractions/base}; empty if it cannot be read
     */
    static List<ParsedProfile> parse(String name, String text, Function<String, Optional<String>> includes)
            throws MalformedSubjectException {
        ProfileParser parser = new ProfileParser(includes);
        ParsedProfile preamble = new ParsedProfile("", 1);
        parser.block(new Cursor(name, Lexer.tokens(name, text)), preamble, List.of(), 0);
        if (!preamble.rules().isEmpty()) {
            throw parser.syntax(name, preamble.rules().get(0).line(), "a rule stands outside of a profile");
        }
        for (ParsedProfile profile : parser.profiles) {
            profile.unread().addAll(preamble.unread());
        }
        return parser.profiles;
    }

    private MalformedSubjectException syntax(String file, int line, String message) {
        return new MalformedSubjectException(
                MalformedSubjectException.Reason.SYNTAX, Location.Region.of(file, line, 1, line, 1), message);
    }

    private void block(Cursor cursor, ParsedProfile profile, List<String> qualifiers, int depth)
            throws MalformedSubjectException {
        if (depth > MAX_DEPTH) {
            throw syntax(
                    cursor.file, cursor.tokens.get(Math.max(0, cursor.at - 1)).line(), "blocks are nested too deep");
        }
        while (!cursor.isAtEnd()) {
            Token token = cursor.next();
            switch (token.kind()) {
                case LINE_END -> {}
                case CLOSE -> {
                    if (depth == 0) {
                        throw syntax(cursor.file, token.line(), "a brace is closed that was not opened");
                    }
                    return;
                }
                case COMMA -> throw syntax(cursor.file, token.line(), "a comma without a rule");
                case OPEN -> throw syntax(cursor.file, token.line(), "a block without a name");
                case WORD -> statement(cursor, token, profile, qualifiers, depth);
            }
        }
        if (depth > 0) {
            throw syntax(
                    cursor.file, cursor.tokens.get(cursor.tokens.size() - 1).line(), "a block is not closed");
        }
    }

    private void statement(Cursor cursor, Token first, ParsedProfile profile, List<String> qualifiers, int depth)
            throws MalformedSubjectException {
        if (first.text().equals("include") || first.text().startsWith("#include")) {
            include(cursor, first, profile, qualifiers, depth);
        } else if (isAssignment(cursor, first)) {
            assign(line(cursor, first));
        } else if (BOOLEAN.matcher(first.text()).matches()) {
            line(cursor, first);
        } else if (first.text().equals("if") || first.text().equals("else")) {
            while (!cursor.isAtEnd() && cursor.peek().kind() != Kind.OPEN) {
                cursor.next();
            }
            if (cursor.isAtEnd()) {
                throw syntax(cursor.file, first.line(), "a condition without a block");
            }
            cursor.next();
            // Both branches are read, because the values are those of the host.
            profile.unread()
                    .add(new MissingValue(
                            MissingValue.Reason.UNRESOLVED_VARIABLE,
                            cursor.file + ":" + first.line() + ": rules depend on a condition"));
            block(cursor, profile, qualifiers, depth + 1);
        } else {
            ruleOrBlock(cursor, first, profile, qualifiers, depth);
        }
    }

    private static boolean isAssignment(Cursor cursor, Token first) {
        Matcher matcher = ASSIGNMENT.matcher(first.text());
        if (!matcher.matches()) {
            return false;
        }
        if (matcher.group(2) != null) {
            return true;
        }
        return matcher.group(3).isEmpty()
                && !cursor.isAtEnd()
                && cursor.peek().kind() == Kind.WORD
                && cursor.peek().text().matches("\\+?=.*");
    }

    private static String line(Cursor cursor, Token first) {
        StringBuilder line = new StringBuilder(first.text());
        while (!cursor.isAtEnd() && cursor.peek().kind() != Kind.LINE_END) {
            line.append(' ').append(cursor.next().text());
        }
        return line.toString();
    }

    private void assign(String line) {
        Matcher matcher = ASSIGNMENT.matcher(line);
        if (!matcher.matches() || matcher.group(2) == null) {
            return;
        }
        Set<String> values = new LinkedHashSet<>();
        if (matcher.group(2).equals("+=")) {
            values.addAll(variables.getOrDefault(matcher.group(1), Set.of()));
        }
        for (String value : matcher.group(3).strip().split("\\s+", -1)) {
            if (!value.isEmpty() && values.size() < MAX_VALUES) {
                values.add(unquoted(value));
            }
        }
        variables.put(matcher.group(1), values);
    }

    private void include(Cursor cursor, Token first, ParsedProfile profile, List<String> qualifiers, int depth)
            throws MalformedSubjectException {
        String line = line(cursor, first).replaceFirst("^#?include", "").strip();
        boolean isOptional = line.matches("if\\s+exists\\b.*");
        String path = line.replaceFirst("^if\\s+exists\\s*", "")
                .replaceAll("[<>\"]", "")
                .replaceFirst(",$", "")
                .strip();
        if (path.isEmpty()) {
            throw syntax(cursor.file, first.line(), "an include without a path");
        }
        Optional<String> text =
                ++included > MAX_INCLUDES || opened.contains(path) ? Optional.empty() : includes.apply(path);
        if (text.isPresent()) {
            opened.add(path);
            Cursor inner = new Cursor(path, Lexer.tokens(path, text.get()));
            // A file of rules has no block of its own; the depth only bounds how deep files include each other.
            List<Token> tokens = new ArrayList<>(inner.tokens);
            tokens.add(new Token(Kind.CLOSE, "}", lastLine(tokens)));
            block(new Cursor(path, tokens), profile, qualifiers, depth + 1);
            opened.remove(opened.size() - 1);
        } else if (!isKnown(path)) {
            profile.unread()
                    .add(new MissingValue(
                            MissingValue.Reason.SOURCE_NOT_PROVIDED,
                            cursor.file + ":" + first.line() + ": the included file " + path + " cannot be read"
                                    + (isOptional ? ", if it exists" : "")));
        }
    }

    /** The files of Debian and Ubuntu that only name common things, and give nothing that the rules ask about. */
    private static boolean isKnown(String path) {
        return path.equals("tunables/global") || path.equals("abstractions/base");
    }

    private static int lastLine(List<Token> tokens) {
        return tokens.isEmpty() ? 1 : tokens.get(tokens.size() - 1).line();
    }

    private void ruleOrBlock(Cursor cursor, Token first, ParsedProfile profile, List<String> qualifiers, int depth)
            throws MalformedSubjectException {
        List<String> words = new ArrayList<>(List.of(first.text()));
        while (!cursor.isAtEnd()) {
            Token token = cursor.next();
            switch (token.kind()) {
                case WORD -> words.add(token.text());
                case LINE_END -> {}
                case CLOSE -> throw syntax(cursor.file, token.line(), "a rule does not end with a comma");
                case COMMA -> {
                    rule(cursor.file, first.line(), qualified(qualifiers, words), profile);
                    return;
                }
                case OPEN -> {
                    if (words.stream().allMatch(ProfileRule.QUALIFIERS::contains)) {
                        block(cursor, profile, qualified(qualifiers, words), depth + 1);
                    } else {
                        profile(cursor, first, words, profile, depth);
                    }
                    return;
                }
            }
        }
        throw syntax(cursor.file, first.line(), "a rule does not end with a comma");
    }

    private static List<String> qualified(List<String> qualifiers, List<String> words) {
        List<String> all = new ArrayList<>(qualifiers);
        all.addAll(words);
        return all;
    }

    private void profile(Cursor cursor, Token first, List<String> words, ParsedProfile parent, int depth)
            throws MalformedSubjectException {
        int name = words.get(0).equals("profile") || words.get(0).equals("hat") ? 1 : 0;
        if (words.size() <= name) {
            throw syntax(cursor.file, first.line(), "a profile without a name");
        }
        String called = unquoted(words.get(name));
        if (name == 0 && !called.matches("[/^@:{*\"].*")) {
            throw syntax(cursor.file, first.line(), "neither a rule nor a profile: " + called);
        }
        String whole = parent.name().isEmpty() ? called : parent.name() + "//" + called.replaceFirst("^\\^", "");
        ParsedProfile profile = new ParsedProfile(whole, first.line());
        for (String word : words.subList(name + 1, words.size())) {
            if (word.startsWith("flags=") || word.startsWith("(")) {
                for (String flag :
                        word.replaceFirst("^flags=", "").replaceAll("[()]", " ").split("[\\s,]+", -1)) {
                    if (!flag.isEmpty()) {
                        profile.flags().add(flag);
                    }
                }
            }
        }
        profiles.add(profile);
        variables.put("profile_name", Set.of(whole));
        block(cursor, profile, List.of(), depth + 1);
    }

    private void rule(String file, int line, List<String> all, ParsedProfile profile) throws MalformedSubjectException {
        if (++rules > MAX_RULES) {
            throw new MalformedSubjectException(
                    MalformedSubjectException.Reason.LIMIT_EXCEEDED, file, "", "more than " + MAX_RULES + " rules");
        }
        boolean isDeny = false;
        int at = 0;
        while (at < all.size()
                && (ProfileRule.QUALIFIERS.contains(all.get(at)) || all.get(at).matches("priority=-?[0-9]+"))) {
            isDeny |= all.get(at).equals("deny");
            at++;
        }
        List<String> words = all.subList(at, all.size());
        if (words.isEmpty()) {
            throw syntax(file, line, "a rule has only qualifiers");
        }
        String kind = words.get(0);
        if (kind.equals("abi") || kind.equals("alias")) {
            return;
        }
        if (ProfileRule.KINDS.contains(kind) && !kind.equals("file") && !kind.equals("link")) {
            List<String> rest = words.subList(1, words.size());
            profile.rules().add(new ProfileRule(line, file, isDeny, kind, rest, List.of(), "", ""));
            return;
        }
        fileRule(file, line, isDeny, words, profile);
    }

    private void fileRule(String file, int line, boolean isDeny, List<String> words, ParsedProfile profile)
            throws MalformedSubjectException {
        boolean isFile = words.get(0).equals("file");
        boolean isLink = words.get(0).equals("link");
        List<String> rest = isFile || isLink ? words.subList(1, words.size()) : words;
        if (isLink) {
            profile.rules().add(new ProfileRule(line, file, isDeny, "link", rest, List.of(), "", ""));
            return;
        }
        if (rest.isEmpty()) {
            String access = ProfileRule.everyAccess();
            profile.rules().add(new ProfileRule(line, file, isDeny, "file", rest, List.of(), access, "ix"));
            return;
        }
        String path = "";
        String permissions = "";
        for (String word : rest) {
            if (word.equals("->")) {
                break;
            }
            if (word.matches("[/@\"{].*") && path.isEmpty()) {
                path = unquoted(word);
            } else if (permissions.isEmpty()) {
                permissions = word;
            }
        }
        Optional<String> access = ProfileRule.access(permissions);
        if ((path.isEmpty() && !isFile) || (access.isEmpty() && !(isFile && permissions.isEmpty()))) {
            throw syntax(file, line, "neither a rule on files nor another known rule: " + String.join(" ", words));
        }
        Optional<List<String>> paths = path.isEmpty() ? Optional.of(List.of()) : expanded(path, file, line, profile);
        if (paths.isEmpty()) {
            return;
        }
        String execution = permissions.replaceAll("[rwalkm]", "");
        profile.rules()
                .add(new ProfileRule(
                        line,
                        file,
                        isDeny,
                        "file",
                        rest,
                        paths.get(),
                        access.orElse(ProfileRule.everyAccess()),
                        execution));
    }

    /** {@return the path with every value of its variables; empty if one is not known, which is noted} */
    private Optional<List<String>> expanded(String path, String file, int line, ParsedProfile profile)
            throws MalformedSubjectException {
        List<String> open = new ArrayList<>(List.of(path));
        List<String> done = new ArrayList<>();
        int steps = 0;
        while (!open.isEmpty()) {
            String next = open.remove(open.size() - 1);
            Matcher matcher = VARIABLE.matcher(next);
            if (!matcher.find()) {
                done.add(next.replaceAll("/{2,}", "/"));
                expandedLength += next.length();
                if (expandedLength > MAX_EXPANDED) {
                    throw new MalformedSubjectException(
                            MalformedSubjectException.Reason.LIMIT_EXCEEDED,
                            file,
                            "",
                            "paths with the values of their variables are longer than " + MAX_EXPANDED + " in all");
                }
                continue;
            }
            Set<String> values = variables.get(matcher.group(1));
            if (values == null || ++steps > MAX_PATHS || next.length() > MAX_LENGTH) {
                profile.unread()
                        .add(new MissingValue(
                                MissingValue.Reason.UNRESOLVED_VARIABLE,
                                file + ":" + line + ": the variable " + matcher.group() + " is not known"));
                return Optional.empty();
            }
            String before = next.substring(0, matcher.start());
            String after = next.substring(matcher.end());
            values.forEach(value -> open.add(before + value + after));
        }
        return Optional.of(done);
    }

    private static String unquoted(String word) {
        return word.length() > 1 && word.startsWith("\"") && word.endsWith("\"")
                ? word.substring(1, word.length() - 1)
                : word;
    }
}
