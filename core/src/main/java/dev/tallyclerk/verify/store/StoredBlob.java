package dev.tallyclerk.verify.store;

import dev.tallyclerk.digest.Digest;
import java.time.Instant;
import java.util.Objects;

/**
 * A blob that a {@link ContentStore} lists.
 *
 * @param digest its digest
 * @param size its size in bytes
 * @param lastUse when it was last opened by {@link ContentStore#openVerified}, to about ten minutes, or else when it
 *     was written
 */
public record StoredBlob(Digest digest, long size, Instant lastUse) {
    /**
     * Checks the size.
     *
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public StoredBlob {
        Objects.requireNonNull(digest, "digest");
        Objects.requireNonNull(lastUse, "lastUse");
        if (size < 0) {
            throw new IllegalArgumentException("size is negative: " + size);
        }
    }
}
