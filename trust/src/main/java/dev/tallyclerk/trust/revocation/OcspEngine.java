package dev.tallyclerk.trust.revocation;

import dev.tallyclerk.evidence.EvidenceException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/**
 * Makes requests of OCSP and reads the answers (RFC 6960).
 *
 * <p>Implementations are immutable and safe for use by many threads; they use no network and register no provider.
 */
public interface OcspEngine {
    /**
     * {@return the request for one certificate, in DER, without a nonce}
     *
     * @param issuer the certificate that issued it
     * @throws EvidenceException if the certificates cannot be named in a request
     */
    byte[] request(X509Certificate certificate, X509Certificate issuer) throws EvidenceException;

    /**
     * {@return what an answer says of a certificate}
     *
     * @param answer the OCSPResponse in DER
     * @param issuer the certificate that issued it, which signs answers itself or through a certificate for that
     * @param now the time at which the answer must be current
     * @param skew how far the responder's clock may be off
     * @throws EvidenceException if it is malformed, an error, about other certificates, not current, or not signed by a
     *     responder that the issuer authorised
     */
    RevocationAnswer read(
            byte[] answer, X509Certificate certificate, X509Certificate issuer, Instant now, Duration skew)
            throws EvidenceException;
}
