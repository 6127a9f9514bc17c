package dev.tallyclerk.registry.admission;

import dev.tallyclerk.digest.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * An image that was accepted, and what that depends on.
 *
 * @param image the digest of the image's manifest, by which it is loaded
 * @param decided when it was accepted; fractions of a second are dropped
 * @param until when it has to be decided anew at the latest, such as the end of a waiver; fractions are dropped
 * @param files the files that were read for the decision, such as policies, keys and a local image
 */
public record Acceptance(Digest image, Instant decided, Instant until, List<FileFingerprint> files) {
    /** Drops fractions of seconds, and keeps a copy of the list. */
    public Acceptance {
        Objects.requireNonNull(image, "image");
        decided = Instant.ofEpochSecond(decided.getEpochSecond());
        until = Instant.ofEpochSecond(until.getEpochSecond());
        files = List.copyOf(files);
    }
}
