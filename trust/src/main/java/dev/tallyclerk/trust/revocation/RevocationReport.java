package dev.tallyclerk.trust.revocation;

import java.util.Comparator;
import java.util.List;

/**
 * Whether the certificates of a path are revoked.
 *
 * @param certificates one result for each certificate but the root, in the order of the path
 */
public record RevocationReport(List<CertificateRevocation> certificates) {
    /** Keeps a copy of the list. */
    public RevocationReport {
        certificates = List.copyOf(certificates);
    }

    /** {@return the worst status of a certificate; good if there is none but the root} */
    public RevocationStatus status() {
        return certificates.stream()
                .map(CertificateRevocation::status)
                .max(Comparator.naturalOrder())
                .orElse(RevocationStatus.GOOD);
    }
}
