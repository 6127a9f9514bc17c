package dev.tallyclerk.registry.internal.inventory.system;

import dev.tallyclerk.registry.internal.inventory.ContentReader;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.Lines;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;

/**
 * Reads {@code os-release} or an older file of that kind, and notes the fields that identify a distribution.
 *
 * @see <a href="https://www.freedesktop.org/software/systemd/man/latest/os-release.html">os-release(5)</a>
 */
public final class OsRelease implements ContentReader {
    private static final Set<String> FIELDS =
            Set.of("ID", "ID_LIKE", "NAME", "VERSION_ID", "VERSION_CODENAME", "PRETTY_NAME", "CPE_NAME");
    private static final int MAX_VALUE = 256;
    private static final int MAX_LINES = 1000;

    private final String id;

    private OsRelease(String id) {
        this.id = id;
    }

    /** {@return the reader of {@code os-release}} */
    public static OsRelease ofFields() {
        return new OsRelease("");
    }

    /** {@return the reader of a file that holds nothing but the release of the distribution} */
    public static OsRelease ofVersionOf(String id) {
        return new OsRelease(id);
    }

    @Override
    public void read(InputStream content, FileFindings into) throws IOException, UnreadableException {
        Lines lines = new Lines(content);
        if (!id.isEmpty()) {
            String release = lines.next();
            into.note("ID", id);
            if (release != null && release.matches("[0-9][0-9.]{0,30}")) {
                // Debian 13.2 calls itself 13 in os-release.
                into.note("VERSION_ID", id.equals("debian") ? release.replaceFirst("[.].*", "") : release);
            }
            return;
        }
        int count = 0;
        for (String line = lines.next(); line != null && count < MAX_LINES; line = lines.next()) {
            count++;
            int equals = line.indexOf('=');
            if (equals > 0 && FIELDS.contains(line.substring(0, equals))) {
                String value = unquoted(line.substring(equals + 1).strip());
                if (value.length() <= MAX_VALUE) {
                    into.note(line.substring(0, equals), value);
                }
            }
        }
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() > 1
                && (value.charAt(0) == '"' || value.charAt(0) == '\'')
                && value.charAt(value.length() - 1) == value.charAt(0);
        String inner = quoted ? value.substring(1, value.length() - 1) : value;
        return inner.replaceAll("\\\\(.)", "$1");
    }
}
