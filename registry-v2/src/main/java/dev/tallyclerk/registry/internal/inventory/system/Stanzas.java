package dev.tallyclerk.registry.internal.inventory.system;

import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.Lines;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads stanzas of {@code Name: value} lines, which blank lines separate. Lines that begin with a blank continue a
 * value and are skipped.
 *
 * @see <a href="https://manpages.debian.org/trixie/dpkg-dev/deb822.5.en.html">deb822(5)</a>
 */
public final class Stanzas {
    private final Lines lines;
    private final FileFindings into;
    private final Set<String> wanted;

    /**
     * Creates a reader.
     *
     * @param into receives what is malformed
     * @param wanted the names of the fields to keep, in lower case
     */
    public Stanzas(InputStream content, FileFindings into, Set<String> wanted) {
        this.lines = new Lines(content);
        this.into = into;
        this.wanted = wanted;
    }

    /** {@return the wanted fields of the next stanza by name in lower case; nothing at the end} */
    public Optional<Map<String, String>> next() throws IOException, UnreadableException {
        Map<String, String> fields = new LinkedHashMap<>();
        boolean any = false;
        for (String line = lines.next(); line != null; line = lines.next()) {
            if (line.isBlank()) {
                if (any) {
                    return Optional.of(fields);
                }
                continue;
            }
            boolean continues = line.charAt(0) == ' ' || line.charAt(0) == '\t';
            int colon = line.indexOf(':');
            if (continues ? !any : colon < 1) {
                into.malformed("a line is not a field: " + line);
            } else if (!continues) {
                String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
                if (wanted.contains(name)
                        && fields.put(name, line.substring(colon + 1).strip()) != null) {
                    into.malformed("a stanza has the field " + name + " twice");
                }
            }
            any = true;
        }
        return any ? Optional.of(fields) : Optional.empty();
    }
}
