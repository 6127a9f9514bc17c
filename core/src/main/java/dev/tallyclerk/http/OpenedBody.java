package dev.tallyclerk.http;

import java.io.IOException;
import java.io.InputStream;

/**
 * A body of a known length, and how it is opened.
 *
 * @param length the number of bytes
 * @param isRepeatable whether it can be opened more than once
 * @param opener opens it
 */
record OpenedBody(long length, boolean isRepeatable, Opener opener) implements RequestBody {
    /** Opens a body. */
    @FunctionalInterface
    interface Opener {
        InputStream open() throws IOException;
    }

    @Override
    public InputStream open() throws IOException {
        return opener.open();
    }
}
