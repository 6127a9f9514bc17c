package dev.tallyclerk.verify;

import dev.tallyclerk.digest.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * A blob that someone promised, and where to read it.
 *
 * @param digest the promised digest
 * @param size the promised size in bytes, not negative
 * @param source where the untrusted bytes come from
 */
public record UnverifiedBlob(Digest digest, long size, Source source) {
    /**
     * Promises a blob.
     *
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public UnverifiedBlob {
        Objects.requireNonNull(digest, "digest");
        Objects.requireNonNull(source, "source");
        if (size < 0) {
            throw new IllegalArgumentException("size is negative: " + size);
        }
    }

    /**
     * Opens the bytes of a blob. May be called by another thread than the one that made it, and at the same time as the
     * sources of other blobs.
     */
    @FunctionalInterface
    public interface Source {
        /**
         * {@return the bytes from the first one, which the caller closes}
         *
         * @throws IOException if they cannot be had
         */
        InputStream open() throws IOException;
    }
}
