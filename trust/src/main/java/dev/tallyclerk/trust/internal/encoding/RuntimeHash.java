package dev.tallyclerk.trust.internal.encoding;

import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.digest.HashEngine;
import java.security.MessageDigest;
import java.util.Optional;

/** The runtime's own hashes, also in a process where another provider is registered before it. */
public final class RuntimeHash {
    private RuntimeHash() {}

    /**
     * {@return a new hash, or nothing if no signature scheme has it}
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
