package dev.tallyclerk.trust.sign;

import java.util.Optional;

/**
 * The encryption of the private keys that {@code cosign generate-key-pair} writes: scrypt (RFC 7914) and NaCl's
 * secretbox (XSalsa20 and Poly1305), which the Java runtime does not have.
 *
 * <p>Implementations are immutable and safe for use by several threads, and register no security provider.
 */
public interface CosignKeyCipher {
    /**
     * The parameters of scrypt. {@link SigningKeys} compares those of a file with its limits first.
     *
     * @param cost the cost N, a power of 2
     * @param blockSize the block size r
     * @param parallel the parallelization p
     */
    record Scrypt(int cost, int blockSize, int parallel) {}

    /**
     * {@return the plain text, which the caller clears; empty if the password is wrong or the box was changed}
     *
     * @param password the password in UTF-8; not kept
     * @param salt the salt of scrypt
     * @param nonce the nonce of the secretbox, 24 bytes
     * @param box the authenticator of 16 bytes and the cipher text
     */
    Optional<byte[]> open(byte[] password, byte[] salt, Scrypt scrypt, byte[] nonce, byte[] box);

    /**
     * {@return the box: an authenticator of 16 bytes and the cipher text}
     *
     * @param password the password in UTF-8; not kept
     * @param salt the salt of scrypt
     * @param nonce the nonce of the secretbox, 24 bytes, never used before with this password and salt
     * @param plain the plain text, which the caller clears
     */
    byte[] seal(byte[] password, byte[] salt, Scrypt scrypt, byte[] nonce, byte[] plain);
}
