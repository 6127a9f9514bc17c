package dev.tallyclerk.registry.internal.inventory.system;

import dev.tallyclerk.registry.internal.inventory.ContentReader;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.Lines;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.io.IOException;
import java.io.InputStream;

/** Reads the list of a package's files of dpkg or opkg: a path a line. */
public final class FileList implements ContentReader {
    private final String owner;

    /**
     * Creates the reader of one list.
     *
     * @param name the name of the list, {@code NAME.list} or {@code NAME:ARCHITECTURE.list}
     */
    public FileList(String name) {
        String stem = name.substring(0, name.length() - ".list".length());
        int colon = stem.indexOf(':');
        this.owner = colon < 0 ? stem : stem.substring(0, colon);
    }

    @Override
    public void read(InputStream content, FileFindings into) throws IOException, UnreadableException {
        into.owned().owner(owner);
        Lines lines = new Lines(content);
        for (String line = lines.next(); line != null; line = lines.next()) {
            // opkg adds mode and link target after a tabulator.
            int tab = line.indexOf('\t');
            into.owned().add(tab < 0 ? line : line.substring(0, tab));
        }
    }
}
