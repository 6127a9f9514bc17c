package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.hardening.Evidence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where package managers take packages from, and whether they check them. */
final class RepositoryChecks {
    private static final String UNSIGNED = "FS-051";
    private static final String PLAIN = "FS-052";
    private static final String NOT_CHECKED = "has a repository whose signatures are not checked";

    private static final Pattern ONE_LINE_OPTIONS = Pattern.compile("deb(-src)?\\s+\\[([^\\]]*)\\].*");
    private static final Pattern UNTRUSTED_OPTION = Pattern.compile(
            "\\b(trusted|allow-insecure|allow-weak)\\s*=\\s*\"?(yes|true|with|on|enable|1)\\b",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern HTTP = Pattern.compile("\\bhttp://[^\\s\\]\"']+", Pattern.CASE_INSENSITIVE);
    private static final Set<String> APT_INSECURE = Set.of(
            "apt::get::allowunauthenticated",
            "acquire::allowinsecurerepositories",
            "acquire::allowweakrepositories",
            "acquire::allowdowngradetoinsecurerepositories");

    /** Of pacman; those on databases alone do not count, because each package has a signature. */
    private static final Set<String> UNSIGNED_LEVELS =
            Set.of("never", "optional", "trustall", "packagenever", "packageoptional", "packagetrustall");

    private static final Set<String> YES = Set.of("yes", "true", "with", "on", "enable", "1");
    private static final Set<String> NO = Set.of("no", "false", "without", "off", "disable", "0");

    private final ContentFiles contents;
    private final Findings findings;

    private RepositoryChecks(ContentFiles contents, Findings findings) {
        this.contents = contents;
        this.findings = findings;
    }

    /** Looks at the files that apt, dnf, zypper, apk and pacman read; copies with other endings are of no effect. */
    static void look(ContentFiles contents, Findings findings) {
        RepositoryChecks checks = new RepositoryChecks(contents, findings);
        checks.apt();
        checks.sectioned();
        checks.apk();
    }

    private void apt() {
        for (ContentFile file : contents.files(List.of("etc/apt/sources.list"), List.of("etc/apt/sources.list.d"))) {
            if (file.path().endsWith(".sources") && findings.isRead(file, UNSIGNED, PLAIN)) {
                stanzas(file);
            } else if (file.path().endsWith(".list") && findings.isRead(file, UNSIGNED, PLAIN)) {
                aptSources(file);
            }
        }
        for (ContentFile file : contents.files(List.of("etc/apt/apt.conf"), List.of("etc/apt/apt.conf.d"))) {
            boolean isUsed = file.name().indexOf('.') < 0 || file.name().endsWith(".conf");
            if (isUsed && findings.isRead(file, UNSIGNED)) {
                AptSettings.read(file.lines(), (line, name, value) -> {
                    if (APT_INSECURE.contains(name.toLowerCase(Locale.ROOT))
                            && YES.contains(value.toLowerCase(Locale.ROOT))) {
                        report(file, line, "lets apt install packages without signatures");
                    }
                });
            }
        }
    }

    private void sectioned() {
        List<String> settings = List.of(
                "etc/yum.conf", "etc/dnf/dnf.conf", "etc/tdnf/tdnf.conf", "etc/zypp/zypp.conf", "etc/pacman.conf");
        for (ContentFile file : contents.files(settings, List.of("etc/yum.repos.d", "etc/zypp/repos.d"))) {
            boolean isUsed = file.path().endsWith(".conf") || file.path().endsWith(".repo");
            if (isUsed && findings.isRead(file, UNSIGNED, PLAIN)) {
                sections(file);
            }
        }
    }

    private void apk() {
        for (ContentFile file : contents.files(List.of("etc/apk/repositories"), List.of("etc/apk/repositories.d"))) {
            if (findings.isRead(file, PLAIN)) {
                int number = 0;
                for (String line : file.lines()) {
                    number++;
                    http(file, number, line.strip());
                }
            }
        }
        ContentFile options = contents.at("etc/apk/config");
        if (options != null && findings.isRead(options, UNSIGNED)) {
            int number = 0;
            for (String line : options.lines()) {
                number++;
                String[] words = line.strip().split("[\\s#]", 2);
                if (words[0].equals("allow-untrusted") && !NO.contains(words[words.length - 1].strip())) {
                    report(options, number, "lets apk install packages without signatures");
                }
            }
        }
    }

    private void aptSources(ContentFile file) {
        int number = 0;
        for (String text : file.lines()) {
            number++;
            String line = text.strip();
            if (!line.startsWith("deb")) {
                continue;
            }
            Matcher options = ONE_LINE_OPTIONS.matcher(line);
            if (options.matches() && UNTRUSTED_OPTION.matcher(options.group(2)).find()) {
                report(file, number, NOT_CHECKED);
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
            report(file, number, NOT_CHECKED);
        } else {
            http(file, number, line);
        }
    }

    /** The files of yum, dnf, zypper and pacman. */
    private void sections(ContentFile file) {
        // The last value of a name counts.
        Map<String, Integer> unchecked = new HashMap<>();
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
                    unchecked.values().stream().sorted().forEach(at -> report(file, at, NOT_CHECKED));
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
                case "gpgcheck", "pkg_gpgcheck" -> check(unchecked, name, number, NO.contains(value));
                case "siglevel" -> check(unchecked, name, number, isUnsignedLevel(value));
                case "baseurl", "mirrorlist", "metalink", "server" -> plain.add(number);
                default -> {}
            }
        }
    }

    private static void check(Map<String, Integer> unchecked, String name, int line, boolean isUnchecked) {
        if (isUnchecked) {
            unchecked.put(name, line);
        } else {
            unchecked.remove(name);
        }
    }

    /** {@return whether pacman takes packages that are not signed, or signed by anyone} */
    private static boolean isUnsignedLevel(String levels) {
        for (String level : levels.split("\\s", -1)) {
            if (UNSIGNED_LEVELS.contains(level)) {
                return true;
            }
        }
        return false;
    }

    private void http(ContentFile file, int number, String line) {
        Matcher url = HTTP.matcher(line);
        if (!line.startsWith("#") && url.find()) {
            findings.report(
                    PLAIN,
                    file.layer(),
                    file.path(),
                    "has a repository that is read over plain HTTP (line " + number + ")",
                    Evidence.of("url", url.group()));
        }
    }

    private void report(ContentFile file, int line, String message) {
        findings.report(UNSIGNED, file.layer(), file.path(), message + " (line " + line + ")");
    }
}
