package dev.tallyclerk.trust.key;

import java.util.Objects;
import java.util.Optional;

/** An engine that uses a second one for the keys that the first one does not support. */
record EitherEngine(SignatureEngine first, SignatureEngine second) implements SignatureEngine {
    EitherEngine {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(second, "second");
    }

    @Override
    public Optional<SignatureVerifier> verifierFor(VerificationKey key) {
        return first.verifierFor(key).or(() -> second.verifierFor(key));
    }

    @Override
    public Optional<OtherVerifier> verifierFor(OtherKey key) {
        return first.verifierFor(key).or(() -> second.verifierFor(key));
    }
}
