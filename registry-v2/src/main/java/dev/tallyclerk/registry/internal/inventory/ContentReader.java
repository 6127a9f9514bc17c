package dev.tallyclerk.registry.internal.inventory;

import java.io.IOException;
import java.io.InputStream;

/** Reads one kind of file from its start to its end. Keeps nothing between files. */
@FunctionalInterface
public interface ContentReader {
    /**
     * Reads a file as far as it needs to.
     *
     * @param content the content, which need not be read to its end
     * @param into receives what was found, also if this throws
     * @throws UnreadableException if the rest of the file cannot be read
     * @throws IOException never, unless the stream throws it
     */
    void read(InputStream content, FileFindings into) throws IOException, UnreadableException;
}
