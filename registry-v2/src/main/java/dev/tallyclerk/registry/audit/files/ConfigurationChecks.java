package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.registry.audit.files.AccountFile.Account;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What configuration files of the system show. */
final class ConfigurationChecks {
    private static final List<String> SSHD = List.of("etc/ssh/sshd_config", "usr/etc/ssh/sshd_config");
    private static final List<String> SSHD_FOLDERS = List.of("etc/ssh/sshd_config.d", "usr/etc/ssh/sshd_config.d");
    private static final List<String> SUDOERS = List.of("etc/sudoers", "usr/etc/sudoers");
    private static final List<String> SUDOERS_FOLDERS = List.of("etc/sudoers.d", "usr/etc/sudoers.d");

    private static final Pattern ALIAS = Pattern.compile("(User|Runas|Host|Cmnd|Cmd)_Alias\\b.*");
    private static final Pattern NOPASSWD = Pattern.compile("\\bNOPASSWD\\s*:");
    private static final Pattern ALL_COMMANDS =
            Pattern.compile("=\\s*(\\(\\s*ALL\\s*(:\\s*ALL\\s*)?\\)\\s*)?([A-Z_]+\\s*:\\s*)*ALL\\s*$");
    private static final Pattern DISABLED_AUTHENTICATION = Pattern.compile("Defaults.*!\\s*authenticate\\b.*");
    private static final Pattern INCLUDE = Pattern.compile("[@#]include(dir)?\\s+(\\S.*)");

    private static final Pattern ONE_LINE_OPTIONS = Pattern.compile("deb(-src)?\\s+\\[([^\\]]*)\\].*");
    private static final Pattern UNTRUSTED_OPTION =
            Pattern.compile("\\b(trusted|allow-insecure|allow-weak)\\s*=\\s*(yes|true|1|on)\\b");
    private static final Pattern HTTP = Pattern.compile("\\bhttp://[^\\s\\]\"']+", Pattern.CASE_INSENSITIVE);
    private static final Pattern APT_INSECURE = Pattern.compile(
            "(APT::Get::AllowUnauthenticated|Acquire::AllowInsecureRepositories|Acquire::AllowWeakRepositories)"
                    + "[\\s\"']+(true|yes|1|on)\\b.*",
            Pattern.CASE_INSENSITIVE);

    private static final Set<String> YES = Set.of("yes", "true", "1", "on");
    private static final Set<String> NO = Set.of("no", "false", "0", "off");

    private final ContentFiles contents;
    private final Findings findings;

    private ConfigurationChecks(ContentFiles contents, Findings findings) {
        this.contents = contents;
        this.findings = findings;
    }

    static void look(ContentFiles contents, Findings findings) {
        ConfigurationChecks checks = new ConfigurationChecks(contents, findings);
        checks.sudoers();
        checks.doas();
        checks.sshd();
        checks.preload();
        checks.authorizedKeys();
        checks.repositories();
    }

    private boolean isRead(ContentFile file, String... rules) {
        if (!file.isRead()) {
            for (String rule : rules) {
                findings.unknown(rule, file.describeProblem());
            }
        }
        return file.isRead();
    }

    private List<ContentFile> files(List<String> paths, List<String> folders) {
        List<ContentFile> files = new ArrayList<>();
        for (String path : paths) {
            ContentFile file = contents.at(path);
            if (file != null) {
                files.add(file);
            }
        }
        folders.forEach(folder -> files.addAll(contents.in(folder)));
        return files;
    }

    private void sudoers() {
        for (ContentFile file : files(SUDOERS, SUDOERS_FOLDERS)) {
            String name = file.path().substring(file.path().lastIndexOf('/') + 1);
            // sudoers(5): files of the directory whose names have a dot or end in a tilde are skipped.
            boolean isSkipped = file.path().contains("sudoers.d/") && (name.contains(".") || name.endsWith("~"));
            if (!isSkipped && isRead(file, "FS-015")) {
                sudoers(file);
            }
        }
    }

    private void sudoers(ContentFile file) {
        StringBuilder line = new StringBuilder();
        int number = 0;
        int first = 1;
        for (String part : file.lines()) {
            number++;
            if (part.endsWith("\\") && line.length() < FileCheck.MAX_CONTENT_BYTES) {
                line.append(part, 0, part.length() - 1).append(' ');
                continue;
            }
            sudoersLine(file, first, line.append(part).toString().strip());
            line.setLength(0);
            first = number + 1;
        }
        sudoersLine(file, first, line.toString().strip());
    }

    private void sudoersLine(ContentFile file, int number, String line) {
        Matcher include = INCLUDE.matcher(line);
        if (include.matches()) {
            String path = include.group(2).strip().replace("\"", "");
            String clean = path.startsWith("/") ? path.substring(1) : "etc/" + path;
            if (!SUDOERS_FOLDERS.contains(clean) && !clean.startsWith("etc/sudoers.d/")) {
                findings.unknown("FS-015", file.path() + " includes " + path + ", which is not read");
            }
            return;
        }
        // "#1000" is a user, and other lines with # are comments.
        boolean isComment = line.startsWith("#") && !line.matches("#[0-9]+\\b.*");
        String text = isComment ? "" : withoutComment(line);
        if (text.isEmpty() || ALIAS.matcher(text).matches()) {
            return;
        }
        if (text.startsWith("Defaults")) {
            if (DISABLED_AUTHENTICATION.matcher(text).matches()) {
                report("FS-015", file, number, "lets sudo run without a password");
            }
            return;
        }
        if (text.indexOf('=') < 0) {
            return;
        }
        String subject = text.split("[\\s,]+", 2)[0];
        boolean isRoot = subject.equals("root") || subject.equals("#0");
        if (NOPASSWD.matcher(text).find() && !isRoot) {
            report("FS-015", file, number, "lets sudo run without a password");
        } else if (ALL_COMMANDS.matcher(text).find() && !isRoot && !isEmptyGroup(subject)) {
            report("FS-015", file, number, "lets sudo run every command for a user other than root");
        }
    }

    private static String withoutComment(String line) {
        int comment = line.indexOf(" #");
        return comment < 0 ? line : line.substring(0, comment).strip();
    }

    /** Distributions let the members of a group use sudo, and have no members in it. */
    private boolean isEmptyGroup(String subject) {
        ContentFile groups = contents.at("etc/group");
        ContentFile users = contents.at("etc/passwd");
        if (!subject.startsWith("%") || groups == null || !groups.isRead() || users == null || !users.isRead()) {
            return false;
        }
        Set<Long> ids = new HashSet<>();
        for (Account group : AccountFile.parse(groups).records()) {
            if (group.name().equals(subject.substring(1))) {
                String members = group.field(3);
                if (members != null && !members.isBlank()) {
                    return false;
                }
                ids.add(group.id(2));
            }
        }
        return AccountFile.parse(users).records().stream().noneMatch(user -> ids.contains(user.id(3)));
    }

    private void doas() {
        for (ContentFile file : files(List.of("etc/doas.conf"), List.of("etc/doas.d"))) {
            if (!isRead(file, "FS-015")) {
                continue;
            }
            for (String line : file.statements()) {
                List<String> words = List.of(line.split("\\s+", -1));
                boolean isRoot = words.get(words.size() - 1).equals("root") && !words.contains("as");
                if (words.get(0).equals("permit") && words.contains("nopass") && !isRoot) {
                    findings.report("FS-015", file.layer(), file.path(), "lets doas run without a password");
                }
            }
        }
    }

    private void sshd() {
        List<ContentFile> files = files(SSHD, SSHD_FOLDERS);
        if (files.isEmpty()) {
            findings.notApplicable("FS-028", "the image has no configuration of sshd");
        }
        for (ContentFile file : files) {
            if (isRead(file, "FS-028")) {
                sshd(file);
            }
        }
    }

    /** sshd_config(5): of each keyword the first value counts, except in Match blocks. */
    private void sshd(ContentFile file) {
        Set<String> seen = new HashSet<>();
        boolean inMatch = false;
        int number = 0;
        for (String text : file.lines()) {
            number++;
            String line = text.strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] words = line.split("[\\s=]+", 3);
            String keyword = words[0].toLowerCase(Locale.ROOT);
            inMatch |= keyword.equals("match");
            if (words.length < 2 || (!seen.add(keyword) && !inMatch)) {
                continue;
            }
            boolean isYes = words[1].replace("\"", "").equalsIgnoreCase("yes");
            if (isYes && keyword.equals("permitrootlogin")) {
                report("FS-028", file, number, "lets root log in with a password");
            } else if (isYes && keyword.equals("permitemptypasswords")) {
                report("FS-028", file, number, "lets accounts without a password log in");
            }
        }
    }

    private void preload() {
        ContentFile file = contents.at("etc/ld.so.preload");
        if (file == null) {
            findings.notApplicable("FS-055", "the image has no etc/ld.so.preload");
        } else if (isRead(file, "FS-055") && !file.statements().isEmpty()) {
            findings.report(
                    "FS-055",
                    file.layer(),
                    file.path(),
                    "loads a library into every program",
                    Evidence.of("library", file.statements().get(0)));
        }
    }

    private void authorizedKeys() {
        for (ContentFile file : contents.all()) {
            if (WantedPaths.isAuthorizedKeys(file.path())
                    && isRead(file, "FS-018")
                    && !file.statements().isEmpty()) {
                findings.report(
                        "FS-018", file.layer(), file.path(), "lets the owners of its keys log in to every container");
            }
        }
    }

    private void repositories() {
        for (ContentFile file : files(List.of("etc/apt/sources.list"), List.of("etc/apt/sources.list.d"))) {
            if (isRead(file, "FS-051", "FS-052")) {
                aptSources(file);
            }
        }
        for (ContentFile file : files(List.of("etc/apt/apt.conf"), List.of("etc/apt/apt.conf.d"))) {
            if (isRead(file, "FS-051")) {
                aptSettings(file);
            }
        }
        List<String> settings = List.of("etc/yum.conf", "etc/dnf/dnf.conf", "etc/zypp/zypp.conf");
        for (ContentFile file : files(settings, List.of("etc/yum.repos.d", "etc/zypp/repos.d"))) {
            if (isRead(file, "FS-051", "FS-052")) {
                sections(file);
            }
        }
        for (ContentFile file : files(List.of("etc/apk/repositories"), List.of("etc/apk/repositories.d"))) {
            if (isRead(file, "FS-052")) {
                lines(file);
            }
        }
    }

    private void lines(ContentFile file) {
        int number = 0;
        for (String line : file.lines()) {
            number++;
            http(file, number, line.strip());
        }
    }

    private void aptSources(ContentFile file) {
        if (file.path().endsWith(".sources")) {
            stanzas(file);
            return;
        }
        int number = 0;
        for (String text : file.lines()) {
            number++;
            String line = text.strip();
            if (!line.startsWith("deb")) {
                continue;
            }
            Matcher options = ONE_LINE_OPTIONS.matcher(line);
            if (options.matches() && UNTRUSTED_OPTION.matcher(options.group(2)).find()) {
                report("FS-051", file, number, "has a repository whose signatures are not checked");
            }
            http(file, number, line);
        }
    }

    /** sources.list(5), the form of deb822. */
    private void stanzas(ContentFile file) {
        List<String> problems = new ArrayList<>();
        List<Integer> lines = new ArrayList<>();
        boolean isEnabled = true;
        int number = 0;
        List<String> all = new ArrayList<>(file.lines());
        all.add("");
        for (String line : all) {
            number++;
            if (line.isBlank()) {
                for (int i = 0; isEnabled && i < problems.size(); i++) {
                    reportSource(file, lines.get(i), problems.get(i));
                }
                problems.clear();
                lines.clear();
                isEnabled = true;
                continue;
            }
            int colon = line.indexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).strip().toLowerCase(Locale.ROOT);
            if (name.equals("enabled")) {
                isEnabled = !NO.contains(value);
            }
            boolean isInsecure = (name.equals("trusted") || name.equals("allow-insecure") || name.equals("allow-weak"))
                    && YES.contains(value);
            boolean isPlain = !line.startsWith("#") && HTTP.matcher(line).find();
            if (isInsecure || (isPlain && (name.equals("uris") || line.startsWith(" ")))) {
                problems.add(isInsecure ? "" : line);
                lines.add(number);
            }
        }
    }

    private void reportSource(ContentFile file, int number, String line) {
        if (line.isEmpty()) {
            report("FS-051", file, number, "has a repository whose signatures are not checked");
        } else {
            http(file, number, line);
        }
    }

    private void aptSettings(ContentFile file) {
        int number = 0;
        for (String line : file.lines()) {
            number++;
            if (APT_INSECURE.matcher(line.strip()).matches()) {
                report("FS-051", file, number, "lets apt install packages without signatures");
            }
        }
    }

    /** The files of yum, dnf and zypper. */
    private void sections(ContentFile file) {
        List<Integer> unchecked = new ArrayList<>();
        List<Integer> plain = new ArrayList<>();
        List<String> all = new ArrayList<>(file.lines());
        all.add("[]");
        boolean isEnabled = true;
        int number = 0;
        for (String text : all) {
            number++;
            String line = text.strip();
            if (line.startsWith("[")) {
                if (isEnabled) {
                    unchecked.forEach(
                            at -> report("FS-051", file, at, "has a repository whose signatures are not checked"));
                    plain.forEach(at -> http(file, at, all.get(at - 1)));
                }
                unchecked.clear();
                plain.clear();
                isEnabled = true;
                continue;
            }
            int equals = line.indexOf('=');
            if (equals < 0 || line.startsWith("#") || line.startsWith(";")) {
                continue;
            }
            String name = line.substring(0, equals).strip().toLowerCase(Locale.ROOT);
            String value = line.substring(equals + 1).strip().toLowerCase(Locale.ROOT);
            switch (name) {
                case "enabled" -> isEnabled = !NO.contains(value);
                case "gpgcheck", "pkg_gpgcheck" -> {
                    if (NO.contains(value)) {
                        unchecked.add(number);
                    }
                }
                case "baseurl", "mirrorlist", "metalink" -> plain.add(number);
                default -> {}
            }
        }
    }

    private void http(ContentFile file, int number, String line) {
        Matcher url = HTTP.matcher(line);
        if (!line.startsWith("#") && url.find()) {
            findings.report(
                    "FS-052",
                    file.layer(),
                    file.path(),
                    "has a repository that is read over plain HTTP (line " + number + ")",
                    Evidence.of("url", url.group()));
        }
    }

    private void report(String rule, ContentFile file, int line, String message) {
        findings.report(rule, file.layer(), file.path(), message + " (line " + line + ")");
    }
}
