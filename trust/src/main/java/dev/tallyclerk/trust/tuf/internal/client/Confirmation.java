package dev.tallyclerk.trust.tuf.internal.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.trust.store.StoredName;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The time at which the repository last confirmed a timestamp as current. Stored beside the timestamp and not signed: a
 * process that can write it can delay updates until the timestamp expires.
 *
 * @param at when
 * @param timestamp the hash of the stored timestamp
 */
record Confirmation(Instant at, Digest timestamp) {
    static final StoredName NAME = new StoredName("confirmed");

    /** The longest stored text, in bytes. */
    static final int MAX_BYTES = 200;

    static Confirmation of(Instant at, byte[] timestampFile) {
        return new Confirmation(at, Digest.sha256Of(timestampFile));
    }

    /** {@return the confirmation in a stored text; empty if it is not one} */
    static Optional<Confirmation> parse(byte[] text) {
        String[] parts = new String(text, StandardCharsets.UTF_8).split(" ", -1);
        try {
            return parts.length == 2
                    ? Optional.of(new Confirmation(Instant.parse(parts[0]), Digest.parse(parts[1])))
                    : Optional.empty();
        } catch (DateTimeException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    byte[] text() {
        return (at + " " + timestamp).getBytes(StandardCharsets.UTF_8);
    }

    /** {@return whether it confirms that timestamp, is not older than {@code window} and not in the future} */
    boolean covers(byte[] timestampFile, Instant start, Duration window) {
        return !at.isAfter(start)
                && Duration.between(at, start).compareTo(window) < 0
                && timestamp.equals(Digest.sha256Of(timestampFile));
    }
}
