package dev.tallyclerk.digest;

import java.security.MessageDigest;
import java.util.Optional;

/**
 * The hashes of the Java runtime. A class and not a lambda, because the first lambda of a process costs more time than
 * hashing a few MiB.
 */
final class RuntimeHashEngine implements HashEngine {
    static final RuntimeHashEngine INSTANCE = new RuntimeHashEngine();

    private RuntimeHashEngine() {}

    @Override
    public Optional<MessageDigest> newHash(DigestAlgorithm algorithm) {
        return algorithm.newMessageDigest();
    }
}
