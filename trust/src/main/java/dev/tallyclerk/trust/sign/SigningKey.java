package dev.tallyclerk.trust.sign;

import dev.tallyclerk.trust.key.TrustedKey;

/**
 * A private key that signs, wherever it is: in memory, in a token, or in the KMS of a cloud.
 *
 * <p>Implementations document whether they are safe for use by several threads. Those of {@link SigningKeys} are.
 */
public interface SigningKey {
    /** {@return the public half, by which signatures are verified} */
    TrustedKey publicKey();

    /**
     * {@return the signature over a message}
     *
     * <p>As cosign makes it: ECDSA with SHA-256 in DER, whatever the curve; RSASSA-PKCS1-v1_5 with SHA-256; or Ed25519.
     *
     * @param message the message itself, not its digest
     * @throws SigningException with {@link SigningException.Reason#KEY_UNAVAILABLE} if the key cannot be used
     */
    byte[] sign(byte[] message) throws SigningException;
}
