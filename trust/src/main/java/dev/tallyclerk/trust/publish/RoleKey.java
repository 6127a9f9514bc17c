package dev.tallyclerk.trust.publish;

import dev.tallyclerk.trust.key.VerificationKey;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;

/**
 * A key that signs metadata for roles: a private key of this process, or one in a token or a service.
 *
 * <p>A signature must verify with {@link #key}; one that does not is refused where it is made.
 */
public interface RoleKey {
    /** {@return the public key, with the scheme of its signatures} */
    VerificationKey key();

    /**
     * {@return a signature of a message in the form that the scheme has in TUF}
     *
     * @param message the bytes to sign, not changed and not kept
     * @throws GeneralSecurityException if the key cannot sign
     */
    byte[] sign(byte[] message) throws GeneralSecurityException;

    /** {@return the id under which metadata declares the key: the SHA-256 of its declaration, in hexadecimal} */
    default String keyId() {
        return KeyDeclarations.keyId(key());
    }

    /**
     * {@return a key that signs with a provider of the Java runtime}
     *
     * @param key the public key
     * @param privateKey the private key that belongs to it
     */
    static RoleKey of(VerificationKey key, PrivateKey privateKey) {
        return new PrivateRoleKey(key, privateKey);
    }
}
