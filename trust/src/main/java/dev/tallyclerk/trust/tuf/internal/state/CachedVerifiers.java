package dev.tallyclerk.trust.tuf.internal.state;

import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.key.SignatureVerifier;
import dev.tallyclerk.trust.key.VerificationKey;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Caches an engine's verifiers. Making one can cost half as much as a verification, and a repository's roles share a
 * few keys from root to root. Safe for use by several threads.
 */
final class CachedVerifiers implements SignatureEngine {
    /** Bounds the memory that a file with many keys can take. */
    private static final int MAX_CACHED = 256;

    private final SignatureEngine engine;
    private final Map<VerificationKey, Optional<SignatureVerifier>> cached = new ConcurrentHashMap<>();

    CachedVerifiers(SignatureEngine engine) {
        this.engine = engine;
    }

    @Override
    public Optional<SignatureVerifier> verifierFor(VerificationKey key) {
        Optional<SignatureVerifier> known = cached.get(key);
        if (known != null) {
            return known;
        }
        Optional<SignatureVerifier> made =
                Objects.requireNonNull(engine.verifierFor(key), "the signature engine gave no answer");
        if (cached.size() < MAX_CACHED) {
            cached.put(key, made);
        }
        return made;
    }
}
