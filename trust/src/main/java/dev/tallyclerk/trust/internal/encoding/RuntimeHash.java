package dev.tallyclerk.trust.internal.encoding;

import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.digest.HashEngine;
import java.security.MessageDigest;
import java.util.Optional;

/** The hashes of the Java runtime itself, even if another provider is registered before it. */
public final class RuntimeHash {
    private RuntimeHash() {}

    /**
     * {@return a new hash; empty if no signature scheme uses it}
     *
     * @param name as Java names it, for example {@code SHA-256}
     */
    public static Optional<MessageDigest> named(String name) {
        return switch (name) {
            case "SHA-256" -> HashEngine.runtime().newHash(DigestAlgorithm.SHA256);
            case "SHA-384" -> HashEngine.runtime().newHash(DigestAlgorithm.SHA384);
            case "SHA-512" -> HashEngine.runtime().newHash(DigestAlgorithm.SHA512);
            default -> Optional.empty();
        };
    }
}
