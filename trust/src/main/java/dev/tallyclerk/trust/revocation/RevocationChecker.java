package dev.tallyclerk.trust.revocation;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * Finds out whether certificates are revoked.
 *
 * <p>Implementations state whether they use the network, and whether they are safe for use by several threads.
 */
public interface RevocationChecker {
    /**
     * {@return whether the certificates of a path are revoked}
     *
     * @param path a path whose signatures were verified, from the certificate that signed to the root
     * @throws IllegalArgumentException if the path is empty
     */
    RevocationReport check(List<X509Certificate> path);

    /**
     * {@return whether the certificates of a path were revoked for a signature of a known time}
     *
     * <p>A certificate with an invalidity date (RFC 5280, 5.3.2) after that time counts as good. Any other revoked one
     * is revoked, also if it was revoked after that time.
     *
     * @param path a path whose signatures were verified, from the certificate that signed to the root
     * @param signedAt when the signature was made, by a clock that the caller trusts
     * @throws IllegalArgumentException if the path is empty
     */
    RevocationReport check(List<X509Certificate> path, Instant signedAt);

    /** {@return a checker that asks nobody: a certificate that says where revocations are published is unknown} */
    static RevocationChecker offline() {
        return OfflineRevocation.INSTANCE;
    }
}
