package dev.tallyclerk.trust.sigstore.internal;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A certificate or timestamp authority that is trusted.
 *
 * @param certificates from the one that issues certificates or timestamps to the root, at least one
 * @param counted the operator, else the URL, else the root's subject: authorities that agree in it count once
 * @param validity when it is trusted
 */
public record TrustedChain(List<X509Certificate> certificates, String counted, Validity validity) {
    /** Keeps a copy of the list. */
    public TrustedChain {
        certificates = List.copyOf(certificates);
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("a chain without certificates");
        }
    }

    /** {@return the certificate at which paths end} */
    public X509Certificate root() {
        return certificates.get(certificates.size() - 1);
    }
}
