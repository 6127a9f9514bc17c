package dev.tallyclerk.trust.sign;

import dev.tallyclerk.trust.key.SignatureScheme;
import dev.tallyclerk.trust.key.TrustedKey;

/**
 * A private key that signs, wherever it is: in memory, in a token, or in the KMS of a cloud.
 *
 * <p>{@link SigningKeys} makes those of files and of security providers. For a KMS, implement this interface; a service
 * that signs digests, as most do, gets the SHA-256 of the message:
 *
 * <pre>{@code
 * record KmsKey(TrustedKey publicKey, Kms kms, String id) implements SigningKey {
 *     @Override
 *     public byte[] sign(byte[] message) throws SigningException {
 *         try {
 *             return kms.signSha256(id, MessageDigest.getInstance("SHA-256").digest(message));
 *         } catch (KmsException | NoSuchAlgorithmException e) {
 *             throw new SigningException(Reason.KEY_UNAVAILABLE, "the KMS did not sign with " + id, e);
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p>{@code TrustedKey.parse(pem)} reads the public half that the service exports. A service that signs with P-384 by
 * SHA-384 only cannot make the signatures that cosign verifies by default: use P-256.
 *
 * <p>Implementations document whether they are safe for use by several threads. Those of {@link SigningKeys} are.
 */
public interface SigningKey {
    /** {@return the public half, by which signatures are verified; always the same} */
    TrustedKey publicKey();

    /**
     * {@return the signature over a message}
     *
     * <p>As cosign makes it: ECDSA with SHA-256 in DER, whatever the curve; RSASSA-PKCS1-v1_5 with SHA-256; or Ed25519
     * over the message itself. {@link ImageSigner} verifies each signature, and throws if it is another one.
     *
     * @param message the message itself, not its digest; up to the size of an attestation, which is more than some
     *     services sign without digesting it first
     * @throws SigningException with {@link SigningException.Reason#KEY_UNAVAILABLE} if the key cannot be used
     */
    byte[] sign(byte[] message) throws SigningException;

    /**
     * {@return the signature over a message, in a scheme of TUF}
     *
     * <p>By default {@link #sign(byte[])} in the schemes that it has: ECDSA on P-256, RSASSA-PKCS1-v1_5 with SHA-256,
     * and Ed25519. A key that has others too, such as RSASSA-PSS, overrides this method, as those of
     * {@link SigningKeys} do. Those make a salt as long as the hash.
     *
     * @param message the message itself, not its digest
     * @param scheme a scheme of this kind of key
     * @throws SigningException with {@link SigningException.Reason#UNSUPPORTED} if the key does not sign in the scheme;
     *     with {@link SigningException.Reason#KEY_UNAVAILABLE} if the key cannot be used
     */
    default byte[] sign(byte[] message, SignatureScheme scheme) throws SigningException {
        return switch (scheme) {
            case ED25519, ECDSA_SHA2_NISTP256, RSA_PKCS1V15_SHA256 -> sign(message);
            default ->
                throw new SigningException(
                        SigningException.Reason.UNSUPPORTED,
                        "the " + publicKey() + " does not sign in the scheme " + scheme.schemeName());
        };
    }
}
