package dev.tallyclerk.registry.internal.inventory;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Keeps a file until its end, and reads it then. */
public final class WholeFile implements ContentSink {
    private final KeptBytes kept;
    private final ContentReader reader;
    private final FileFindings into;

    /** Creates the reader of one file, which may be as large as a database. */
    public WholeFile(ContentReader reader, FileFindings into) {
        this.kept = new KeptBytes(into.limits().maxDatabaseBytes(), into.budget());
        this.reader = reader;
        this.into = into;
    }

    @Override
    public void update(byte[] bytes, int offset, int length) throws UnreadableException {
        kept.add(bytes, offset, length);
    }

    @Override
    public void finish() throws UnreadableException {
        kept.close();
        try {
            reader.read(kept.stream(), into);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kept.free();
    }
}
