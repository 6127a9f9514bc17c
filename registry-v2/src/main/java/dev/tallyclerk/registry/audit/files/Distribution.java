package dev.tallyclerk.registry.audit.files;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The distribution that an image names.
 *
 * @param id the {@code ID} of {@code os-release}, or what a release file implies
 * @param like the identifiers of distributions that it descends from, the nearest first
 * @param version the {@code VERSION_ID}; empty if there is none
 * @param name the {@code PRETTY_NAME}, or the ID
 * @param path the file that says so
 * @param layer the layer of the file, from 0
 * @see <a href="https://www.freedesktop.org/software/systemd/man/latest/os-release.html">os-release</a>
 */
record Distribution(String id, List<String> like, String version, String name, String path, int layer) {
    private static final Pattern RELEASE = Pattern.compile("^([A-Za-z ]+?)(?: Linux)? release ([0-9.]+)");

    private static final Map<String, String> RED_HAT_NAMES = Map.of(
            "Red Hat Enterprise Linux", "rhel",
            "CentOS", "centos",
            "Fedora", "fedora",
            "Rocky", "rocky",
            "AlmaLinux", "almalinux",
            "Oracle", "ol",
            "Amazon", "amzn");

    private static final List<String> OS_RELEASE = List.of("etc/os-release", "usr/lib/os-release");

    /** {@return the distribution, or null if the image names none or the file was not read} */
    static @Nullable Distribution of(ContentFiles contents, Findings findings) {
        for (String path : OS_RELEASE) {
            ContentFile file = contents.at(path);
            if (file != null && file.isRead()) {
                return ofRelease(file);
            }
        }
        for (String path : OS_RELEASE) {
            ContentFile file = contents.at(path);
            if (file != null) {
                findings.unknown("FS-050", file.describeProblem());
            }
        }
        Distribution found = ofLsb(contents);
        found = found == null ? ofVersion(contents, "etc/debian_version", "debian") : found;
        found = found == null ? ofVersion(contents, "etc/alpine-release", "alpine") : found;
        return found == null ? ofRedHat(contents) : found;
    }

    /** Releases that are older than os-release. */
    private static @Nullable Distribution ofLsb(ContentFiles contents) {
        ContentFile file = contents.at("etc/lsb-release");
        Map<String, String> values = file == null ? Map.of() : values(file.statements());
        String id = values.getOrDefault("DISTRIB_ID", "").toLowerCase(Locale.ROOT);
        if (file == null || id.isEmpty()) {
            return null;
        }
        return new Distribution(
                id,
                List.of(),
                values.getOrDefault("DISTRIB_RELEASE", ""),
                values.getOrDefault("DISTRIB_DESCRIPTION", id),
                file.path(),
                file.layer());
    }

    /** A line such as {@code CentOS release 6.10 (Final)}. */
    private static @Nullable Distribution ofRedHat(ContentFiles contents) {
        ContentFile file = contents.at("etc/redhat-release");
        if (file == null || file.statements().isEmpty()) {
            return null;
        }
        String text = file.statements().get(0);
        Matcher release = RELEASE.matcher(text);
        boolean isRelease = release.find();
        String name = isRelease ? release.group(1) : text;
        String id = RED_HAT_NAMES.entrySet().stream()
                .filter(each -> name.startsWith(each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("linux");
        boolean isStream = name.startsWith("CentOS Stream");
        return new Distribution(
                isStream ? "centos-stream" : id,
                List.of("rhel"),
                isRelease ? release.group(2) : "",
                text,
                file.path(),
                file.layer());
    }

    private static Distribution ofRelease(ContentFile file) {
        Map<String, String> values = values(file.statements());
        String id = values.getOrDefault("ID", "linux").toLowerCase(Locale.ROOT);
        // Both CentOS Linux and CentOS Stream have this ID.
        boolean isStream = id.equals("centos")
                && values.getOrDefault("NAME", "").toLowerCase(Locale.ROOT).contains("stream");
        return new Distribution(
                isStream ? "centos-stream" : id,
                List.of(values.getOrDefault("ID_LIKE", "")
                        .toLowerCase(Locale.ROOT)
                        .split("\\s+", -1)),
                values.getOrDefault("VERSION_ID", ""),
                values.getOrDefault("PRETTY_NAME", id),
                file.path(),
                file.layer());
    }

    private static @Nullable Distribution ofVersion(ContentFiles contents, String path, String id) {
        ContentFile file = contents.at(path);
        String text = file == null || file.statements().isEmpty()
                ? ""
                : file.statements().get(0);
        if (file == null || text.isEmpty()) {
            return null;
        }
        boolean isNumber = text.charAt(0) >= '0' && text.charAt(0) <= '9';
        return new Distribution(id, List.of(), isNumber ? text : "", id + " " + text, path, file.layer());
    }

    /** The last assignment counts, as in a shell. */
    private static Map<String, String> values(List<String> statements) {
        Map<String, String> values = new HashMap<>();
        for (String statement : statements) {
            int equals = statement.indexOf('=');
            if (equals > 0) {
                values.put(
                        statement.substring(0, equals),
                        unquoted(statement.substring(equals + 1).strip()));
            }
        }
        return values;
    }

    private static String unquoted(String value) {
        boolean isQuoted = value.length() >= 2
                && (value.charAt(0) == '"' || value.charAt(0) == '\'')
                && value.charAt(value.length() - 1) == value.charAt(0);
        return isQuoted ? value.substring(1, value.length() - 1) : value;
    }
}
