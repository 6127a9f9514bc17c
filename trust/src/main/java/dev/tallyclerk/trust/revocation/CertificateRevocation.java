package dev.tallyclerk.trust.revocation;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Whether a certificate is revoked, and how that was found out.
 *
 * @param certificate the certificate
 * @param status the result
 * @param revokedAt when the issuer revoked it; present if and only if it is revoked
 * @param revocationReason the issuer's reason as RFC 5280, 5.3.1 names it, such as {@code keyCompromise}; empty if
 *     there is none
 * @param steps for people: which servers were asked and what each said, failures included, in their order
 */
public record CertificateRevocation(
        X509Certificate certificate,
        RevocationStatus status,
        Optional<Instant> revokedAt,
        String revocationReason,
        List<String> steps) {
    /**
     * Keeps a copy of the list.
     *
     * @throws IllegalArgumentException if it is revoked without a time, or has a time and is not
     */
    public CertificateRevocation {
        Objects.requireNonNull(certificate, "certificate");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(revokedAt, "revokedAt");
        Objects.requireNonNull(revocationReason, "revocationReason");
        steps = List.copyOf(steps);
        if (revokedAt.isPresent() != (status == RevocationStatus.REVOKED)) {
            throw new IllegalArgumentException("a time belongs to a revoked certificate only");
        }
    }
}
