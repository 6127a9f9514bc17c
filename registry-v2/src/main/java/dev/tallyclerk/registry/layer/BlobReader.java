package dev.tallyclerk.registry.layer;

import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.verify.ContentVerifier;
import java.io.IOException;
import java.io.InputStream;

/** A blob's bytes in one buffer, every one of which has gone through the blob's verifier before it can be looked at. */
final class BlobReader {
    private static final int BUFFER = 64 * 1024;

    private final InputStream source;
    private final ContentVerifier verifier;
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;
    private boolean ended;

    BlobReader(InputStream source, Descriptor descriptor) throws IOException {
        this.source = source;
        this.verifier = ContentVerifier.of(descriptor.digest(), descriptor.size());
    }

    /** {@return whether there is at least one more byte; at the end the blob has been verified} */
    boolean fill() throws IOException {
        if (position < limit) {
            return true;
        }
        if (ended) {
            return false;
        }
        int n;
        do {
            n = source.read(buffer, 0, (int) Math.min(BUFFER - 1, verifier.remaining()) + 1);
        } while (n == 0);
        if (n < 0) {
            ended = true;
            verifier.finish();
            return false;
        }
        verifier.update(buffer, 0, n);
        position = 0;
        limit = n;
        return true;
    }

    /** Reads what is left, so that the blob's own verdict is known whatever was found inside it. */
    void drain() throws IOException {
        while (fill()) {
            position = limit;
        }
    }

    byte[] buffer() {
        return buffer;
    }

    int position() {
        return position;
    }

    int available() {
        return limit - position;
    }

    void advance(int bytes) {
        position += bytes;
    }

    long bytesRead() {
        return verifier.count();
    }
}
