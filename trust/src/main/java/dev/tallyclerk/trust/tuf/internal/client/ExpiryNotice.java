package dev.tallyclerk.trust.tuf.internal.client;

import dev.tallyclerk.trust.tuf.metadata.TufListener;
import java.time.Duration;
import java.time.Instant;

/**
 * Tells a listener which files expire soon.
 *
 * @param start the time as of which files are trusted
 * @param within how long after that counts as soon; zero for nothing
 */
record ExpiryNotice(TufListener listener, Instant start, Duration within) {
    void tell(String role, Instant expires) {
        if (!within.isZero() && Duration.between(start, expires).compareTo(within) <= 0) {
            listener.expiresSoon(role, expires);
        }
    }
}
