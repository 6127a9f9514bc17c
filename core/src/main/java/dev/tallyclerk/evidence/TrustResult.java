package dev.tallyclerk.evidence;

import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.reference.ResolvedDigest;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Whether somebody trusted vouches for an image. Immutable.
 *
 * @param decision whether the evidence suffices, and why; incomplete if something that may suffice could not be read
 * @param digest the digest that is vouched for, from which the image is verified; present if and only if accepted
 * @param rule the rule of the policy that covers the image, for people; empty if there are no rules
 * @param evidence what verified and counts
 * @param refused what does not count, and why
 */
public record TrustResult(
        Decision decision,
        Optional<ResolvedDigest> digest,
        String rule,
        List<Evidence> evidence,
        List<RefusedEvidence> refused) {
    /**
     * Keeps copies of the lists.
     *
     * @throws IllegalArgumentException if it is accepted without a digest, or has one and is not
     */
    public TrustResult {
        Objects.requireNonNull(decision, "decision");
        Objects.requireNonNull(digest, "digest");
        Objects.requireNonNull(rule, "rule");
        evidence = List.copyOf(evidence);
        refused = List.copyOf(refused);
        if (decision.isAccepted() != digest.isPresent()) {
            throw new IllegalArgumentException("a digest belongs to an accepted result only");
        }
    }
}
