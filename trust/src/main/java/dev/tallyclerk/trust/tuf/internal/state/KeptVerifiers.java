package dev.tallyclerk.trust.tuf.internal.state;

import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.key.SignatureVerifier;
import dev.tallyclerk.trust.key.VerificationKey;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Asks an engine for the verifier of a key once: making one can cost as much as half a verification, and the roles of a
 * repository share a few keys from root to root. Safe for use by several threads.
 */
final class KeptVerifiers implements SignatureEngine {
    /** How many are kept; whoever writes a file that names more has them made each time. */
    private static final int MOST = 256;

    private final SignatureEngine engine;
    private final Map<VerificationKey, Optional<SignatureVerifier>> kept = new ConcurrentHashMap<>();

    KeptVerifiers(SignatureEngine engine) {
        this.engine = engine;
    }

    @Override
    public Optional<SignatureVerifier> verifierFor(VerificationKey key) {
        Optional<SignatureVerifier> known = kept.get(key);
        if (known != null) {
            return known;
        }
        Optional<SignatureVerifier> made =
                Objects.requireNonNull(engine.verifierFor(key), "the signature engine gave no answer");
        if (kept.size() < MOST) {
            kept.put(key, made);
        }
        return made;
    }
}
