package dev.tallyclerk.verify;

import dev.tallyclerk.digest.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * A blob with its promised digest and size, and a source of its bytes.
 *
 * @param digest the promised digest
 * @param size the promised size in bytes, not negative
 * @param source the source of the untrusted bytes
 */
public record UnverifiedBlob(Digest digest, long size, Source source) {
    /**
     * Makes a blob.
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
     * Opens the bytes of a blob. May be called on another thread than the one that made it, concurrently with other
     * blobs' sources.
     */
    @FunctionalInterface
    public interface Source {
        /**
         * {@return the bytes from the first one on; the caller closes the stream}
         *
         * @throws IOException if they cannot be read
         */
        InputStream open() throws IOException;
    }
}
