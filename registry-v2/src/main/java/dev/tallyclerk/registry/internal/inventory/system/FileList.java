package dev.tallyclerk.registry.internal.inventory.system;

import dev.tallyclerk.registry.internal.inventory.ContentReader;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.Lines;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.io.IOException;
import java.io.InputStream;

/** Reads a list of a package's files of dpkg or opkg, one a line. */
public final class FileList implements ContentReader {
    /** An MD5 in hexadecimal and two blanks. */
    private static final int CHECKSUM = 34;

    private final String owner;
    private final int start;

    private FileList(String name, int start) {
        String stem = name.substring(0, name.lastIndexOf('.'));
        int colon = stem.indexOf(':');
        this.owner = colon < 0 ? stem : stem.substring(0, colon);
        this.start = start;
    }

    /**
     * {@return the reader of a list of paths}
     *
     * @param name the name of the list, {@code NAME.list} or {@code NAME:ARCHITECTURE.list}
     */
    public static FileList ofPaths(String name) {
        return new FileList(name, 0);
    }

    /**
     * {@return the reader of a list of checksums with paths, which distroless images have instead}
     *
     * @param name the name of the list, {@code NAME.md5sums}
     */
    public static FileList ofChecksums(String name) {
        return new FileList(name, CHECKSUM);
    }

    @Override
    public void read(InputStream content, FileFindings into) throws IOException, UnreadableException {
        into.owned().owner(owner);
        Lines lines = new Lines(content);
        for (String line = lines.next(); line != null; line = lines.next()) {
            // opkg adds mode and link target after a tabulator.
            int tab = line.indexOf('\t');
            int end = tab < 0 ? line.length() : tab;
            if (end > start) {
                into.owned().add(line.substring(start, end));
            }
        }
    }
}
