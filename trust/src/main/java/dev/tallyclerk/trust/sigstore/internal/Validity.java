package dev.tallyclerk.trust.sigstore.internal;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a key or authority is trusted; both ends count.
 *
 * @param start the first instant, null if there is none
 * @param end the last instant, null if there is none
 */
public record Validity(@Nullable Instant start, @Nullable Instant end) {
    /** The validity of what the caller trusts at all times. */
    public static final Validity ALWAYS = new Validity(null, null);

    /** {@return whether a time lies within} */
    public boolean contains(Instant time) {
        return (start == null || !time.isBefore(start)) && (end == null || !time.isAfter(end));
    }

    /** {@return the two ends, for messages} */
    @Override
    public String toString() {
        return (start == null ? "always" : start) + " to " + (end == null ? "now" : end);
    }
}
