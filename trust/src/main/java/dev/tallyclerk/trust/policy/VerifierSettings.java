package dev.tallyclerk.trust.policy;

import dev.tallyclerk.trust.cosign.CosignLimits;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.notation.NotationLimits;
import dev.tallyclerk.trust.revocation.RevocationChecker;
import dev.tallyclerk.trust.timestamp.TimestampEngine;
import java.time.Clock;
import java.util.Objects;

/** What the verifiers of signatures work with, whatever the policy requires. */
record VerifierSettings(
        Clock clock,
        TimestampEngine timestampEngine,
        SignatureEngine signatureEngine,
        RevocationChecker revocation,
        CosignLimits cosignLimits,
        NotationLimits notationLimits) {
    VerifierSettings {
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(timestampEngine, "timestampEngine");
        Objects.requireNonNull(signatureEngine, "signatureEngine");
        Objects.requireNonNull(revocation, "revocation");
        Objects.requireNonNull(cosignLimits, "cosignLimits");
        Objects.requireNonNull(notationLimits, "notationLimits");
    }

    static VerifierSettings of(Clock clock) {
        return new VerifierSettings(
                clock,
                TimestampEngine.none(),
                SignatureEngine.runtime(),
                RevocationChecker.offline(),
                CosignLimits.defaults(),
                NotationLimits.defaults());
    }

    VerifierSettings withClock(Clock clock) {
        return new VerifierSettings(clock, timestampEngine, signatureEngine, revocation, cosignLimits, notationLimits);
    }

    VerifierSettings withTimestampEngine(TimestampEngine timestampEngine) {
        return new VerifierSettings(clock, timestampEngine, signatureEngine, revocation, cosignLimits, notationLimits);
    }

    VerifierSettings withSignatureEngine(SignatureEngine signatureEngine) {
        return new VerifierSettings(clock, timestampEngine, signatureEngine, revocation, cosignLimits, notationLimits);
    }

    VerifierSettings withRevocation(RevocationChecker revocation) {
        return new VerifierSettings(clock, timestampEngine, signatureEngine, revocation, cosignLimits, notationLimits);
    }

    VerifierSettings withCosignLimits(CosignLimits cosignLimits) {
        return new VerifierSettings(clock, timestampEngine, signatureEngine, revocation, cosignLimits, notationLimits);
    }

    VerifierSettings withNotationLimits(NotationLimits notationLimits) {
        return new VerifierSettings(clock, timestampEngine, signatureEngine, revocation, cosignLimits, notationLimits);
    }
}
