package dev.tallyclerk.registry.audit.files;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
        Distribution debian = ofVersion(contents, "etc/debian_version", "debian");
        return debian == null ? ofVersion(contents, "etc/alpine-release", "alpine") : debian;
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
