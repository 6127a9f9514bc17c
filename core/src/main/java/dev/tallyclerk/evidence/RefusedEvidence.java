package dev.tallyclerk.evidence;

import dev.tallyclerk.text.Quoted;
import java.util.Objects;

/**
 * Something attached to an image that does not count, and why.
 *
 * @param origin where it was found, for people
 * @param requirement the requirement of the policy that it was held against, for people
 * @param reason why it does not count
 * @param message the details, for people
 */
public record RefusedEvidence(String origin, String requirement, EvidenceException.Reason reason, String message) {
    /** Replaces control characters in the texts. */
    public RefusedEvidence {
        origin = Quoted.printable(origin);
        requirement = Quoted.printable(requirement);
        Objects.requireNonNull(reason, "reason");
        message = Quoted.printable(message);
    }
}
