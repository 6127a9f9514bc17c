package dev.tallyclerk.trust.tuf.internal.state;

import dev.tallyclerk.trust.key.OtherKey;
import dev.tallyclerk.trust.key.OtherVerifier;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.key.SignatureVerifier;
import dev.tallyclerk.trust.key.VerificationKey;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Caches an engine's verifiers. Making one can cost half as much as a verification, and a repository's roles share a
 * few keys from root to root. Safe for use by several threads.
 */
final class CachedVerifiers implements SignatureEngine {
    /** Bounds the memory that a file with many keys can take. */
    private static final int MAX_CACHED = 256;

    private final SignatureEngine engine;
    private final Map<VerificationKey, Optional<SignatureVerifier>> cached = new ConcurrentHashMap<>();

    private final Map<OtherKey, Optional<OtherVerifier>> others = new ConcurrentHashMap<>();

    CachedVerifiers(SignatureEngine engine) {
        this.engine = engine;
    }

    @Override
    public Optional<SignatureVerifier> verifierFor(VerificationKey key) {
        return cached(cached, key, engine::verifierFor);
    }

    @Override
    public Optional<OtherVerifier> verifierFor(OtherKey key) {
        return cached(others, key, engine::verifierFor);
    }

    private static <K, V> Optional<V> cached(Map<K, Optional<V>> cached, K key, Function<K, Optional<V>> make) {
        Optional<V> known = cached.get(key);
        if (known != null) {
            return known;
        }
        Optional<V> made = Objects.requireNonNull(make.apply(key), "the signature engine gave no answer");
        if (cached.size() < MAX_CACHED) {
            cached.put(key, made);
        }
        return made;
    }
}
