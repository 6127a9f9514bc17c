package dev.tallyclerk.hardening;

import java.util.List;
import java.util.Objects;

/**
 * One thing that a rule found wrong, at one place.
 *
 * @param message what is wrong here, in one sentence for people; recognisable secrets and control characters are
 *     replaced, and a long message is cut
 * @param at where
 * @param evidence the values that show it, possibly none
 */
public record Problem(String message, Location at, List<Evidence> evidence) {
    public Problem {
        if (message.isBlank()) {
            throw new IllegalArgumentException("a problem needs a message");
        }
        message = Reportable.text(message);
        Objects.requireNonNull(at, "at");
        evidence = List.copyOf(evidence);
    }

    /**
     * {@return a problem}
     *
     * @param at where
     * @param message what is wrong here, in one sentence; quote a value of a document as evidence instead
     * @param evidence the values that show it
     */
    public static Problem at(Location at, String message, Evidence... evidence) {
        return new Problem(message, at, List.of(evidence));
    }
}
