package dev.tallyclerk.trust.timestamp;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A timestamp whose signature and path hold.
 *
 * @param time when the stamped bytes existed
 * @param accuracy how far the true time may be off, in both directions; zero if the authority does not say
 * @param path the certificates from the one that signed to the root
 */
public record VerifiedTimestamp(Instant time, Duration accuracy, List<X509Certificate> path) {
    /**
     * Keeps a copy of the path.
     *
     * @throws IllegalArgumentException if the path is empty
     */
    public VerifiedTimestamp {
        path = List.copyOf(path);
        if (path.isEmpty()) {
            throw new IllegalArgumentException("a path without certificates");
        }
    }
}
