package dev.tallyclerk.trust.revocation;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What an issuer says of one certificate, after the answer's signature and dates were verified.
 *
 * @param status {@link RevocationStatus#GOOD good}, {@link RevocationStatus#REVOKED revoked}, or
 *     {@link RevocationStatus#UNKNOWN unknown} if the responder does not know the certificate
 * @param revokedAt when it was revoked; present if and only if it is revoked
 * @param invalidFrom the invalidity date (RFC 5280, 5.3.2), if stated
 * @param reason the reason as RFC 5280, 5.3.1 names it, empty if there is none
 * @param note for people: until when the answer holds, and what of it was not checked
 */
public record RevocationAnswer(
        RevocationStatus status,
        Optional<Instant> revokedAt,
        Optional<Instant> invalidFrom,
        String reason,
        String note) {
    private static final List<String> REASONS = List.of(
            "unspecified",
            "keyCompromise",
            "cACompromise",
            "affiliationChanged",
            "superseded",
            "cessationOfOperation",
            "certificateHold",
            "7",
            "removeFromCRL",
            "privilegeWithdrawn",
            "aACompromise");

    /**
     * Checks that the parts fit together.
     *
     * @throws IllegalArgumentException if it is revoked without a time, or has a time and is not
     */
    public RevocationAnswer {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(invalidFrom, "invalidFrom");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(note, "note");
        if (revokedAt.isPresent() != (status == RevocationStatus.REVOKED)) {
            throw new IllegalArgumentException("a time belongs to a revoked certificate only");
        }
    }

    /** {@return the name of a reason (RFC 5280, 5.3.1, CRLReason), or the number if it has no name} */
    public static String reasonName(int number) {
        return number >= 0 && number < REASONS.size() ? REASONS.get(number) : String.valueOf(number);
    }
}
