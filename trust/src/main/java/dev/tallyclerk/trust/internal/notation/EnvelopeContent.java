package dev.tallyclerk.trust.internal.notation;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * What an envelope holds, whichever its format. Its form is checked, its signature is not.
 *
 * @param algorithm the signed name of the algorithm; the one of the key decides
 * @param attributes the signed attributes
 * @param payload the signed payload
 * @param signedBytes the bytes that the signature is over, in parts
 * @param signature the signature
 * @param chain the certificates, at least one; unsigned
 * @param timestamp the TimeStampToken, in DER; unsigned
 * @param signingAgent the program that signed, as it calls itself, empty if it does not say; unsigned
 */
@SuppressWarnings("ArrayRecordComponent") // internal, and never compared
public record EnvelopeContent(
        SigningAlgorithm algorithm,
        SignedAttributes attributes,
        byte[] payload,
        List<byte[]> signedBytes,
        byte[] signature,
        List<X509Certificate> chain,
        Optional<byte[]> timestamp,
        String signingAgent) {}
