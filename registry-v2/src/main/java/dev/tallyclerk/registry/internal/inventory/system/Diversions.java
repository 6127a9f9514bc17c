package dev.tallyclerk.registry.internal.inventory.system;

import dev.tallyclerk.registry.internal.inventory.ContentReader;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.Lines;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads {@code var/lib/dpkg/diversions}: three lines each, the path that packages list, the path at which the file of
 * all packages but one lies, and that one package. Notes the second path under the name of the first, with the package
 * after a line feed.
 */
public final class Diversions implements ContentReader {
    @Override
    public void read(InputStream content, FileFindings into) throws IOException, UnreadableException {
        Lines lines = new Lines(content);
        for (String from = lines.next(); from != null; from = lines.next()) {
            String to = lines.next();
            String by = lines.next();
            if (to == null || by == null || !isPath(from) || !isPath(to) || by.isEmpty()) {
                throw UnreadableException.malformed("a diversion is not two paths and a package: " + from);
            }
            into.note(from.substring(1), to.substring(1) + "\n" + by);
        }
    }

    private static boolean isPath(String text) {
        return text.length() > 1 && text.startsWith("/");
    }
}
