package dev.tallyclerk.digest;

import java.security.MessageDigest;
import java.util.Optional;

/** The runtime's own hashes. A class, because the first lambda of a process costs more than hashing a few MiB. */
final class RuntimeHashEngine implements HashEngine {
    static final RuntimeHashEngine INSTANCE = new RuntimeHashEngine();

    private RuntimeHashEngine() {}

    @Override
    public Optional<MessageDigest> newHash(DigestAlgorithm algorithm) {
        return algorithm.newMessageDigest();
    }
}
