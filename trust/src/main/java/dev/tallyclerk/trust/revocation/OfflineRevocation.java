package dev.tallyclerk.trust.revocation;

import dev.tallyclerk.evidence.EvidenceException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks nobody. Uses no network; immutable. */
final class OfflineRevocation implements RevocationChecker {
    static final OfflineRevocation INSTANCE = new OfflineRevocation();

    private OfflineRevocation() {}

    @Override
    public RevocationReport check(List<X509Certificate> path) {
        if (path.isEmpty()) {
            throw new IllegalArgumentException("a path without certificates");
        }
        List<CertificateRevocation> results = new ArrayList<>();
        for (X509Certificate certificate : path.subList(0, path.size() - 1)) {
            boolean isStated = isStated(certificate);
            results.add(new CertificateRevocation(
                    certificate,
                    isStated ? RevocationStatus.UNKNOWN : RevocationStatus.NOT_STATED,
                    Optional.empty(),
                    "",
                    List.of(isStated ? "nobody was asked" : RevocationPointers.NONE_STATED)));
        }
        return new RevocationReport(results);
    }

    @Override
    public RevocationReport check(List<X509Certificate> path, Instant signedAt) {
        return check(path);
    }

    private static boolean isStated(X509Certificate certificate) {
        try {
            return !RevocationPointers.of(certificate).isEmpty();
        } catch (EvidenceException e) {
            return true;
        }
    }
}
