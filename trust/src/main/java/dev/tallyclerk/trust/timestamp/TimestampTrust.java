package dev.tallyclerk.trust.timestamp;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The timestamp authorities that a caller trusts.
 *
 * @param roots the certificates at which paths end, at least one
 * @param others certificates that a path may need and that the token may leave out: signing and intermediate ones
 */
public record TimestampTrust(List<X509Certificate> roots, List<X509Certificate> others) {
    /**
     * Keeps copies of the lists.
     *
     * @throws IllegalArgumentException if there is no root
     */
    public TimestampTrust {
        roots = List.copyOf(roots);
        others = List.copyOf(others);
        if (roots.isEmpty()) {
            throw new IllegalArgumentException("no root of a timestamp authority");
        }
    }
}
