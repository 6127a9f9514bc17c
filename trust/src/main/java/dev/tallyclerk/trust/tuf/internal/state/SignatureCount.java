package dev.tallyclerk.trust.tuf.internal.state;

import dev.tallyclerk.trust.key.DeclaredKey;
import dev.tallyclerk.trust.key.MalformedKeyException;
import dev.tallyclerk.trust.key.OtherVerifier;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.key.SignatureScheme;
import dev.tallyclerk.trust.key.SignatureVerifier;
import dev.tallyclerk.trust.key.VerificationKey;
import dev.tallyclerk.trust.tuf.internal.read.SignedMessage;
import dev.tallyclerk.trust.tuf.metadata.RoleKeys;
import dev.tallyclerk.trust.tuf.metadata.ThresholdReport;
import dev.tallyclerk.trust.tuf.metadata.ThresholdReport.KeyOutcome;
import dev.tallyclerk.trust.tuf.metadata.ThresholdReport.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts the different keys of a role that have signed a file.
 *
 * <p>Iterates over the keys and not the signatures, so that thousands of foreign signatures cost nothing
 * (CVE-2020-6173), and counts key material and not key ids (CVE-2020-6174).
 */
final class SignatureCount {
    private final SignatureEngine engine;
    private final SignedMessage message;
    private final Set<String> counted = new HashSet<>();

    private SignatureCount(SignatureEngine engine, SignedMessage message) {
        this.engine = engine;
        this.message = message;
    }

    /** {@return what each key contributes, up to the one that meets the threshold} */
    static ThresholdReport of(
            SignedMessage message, RoleKeys role, Map<String, DeclaredKey> keys, SignatureEngine engine) {
        SignatureCount count = new SignatureCount(engine, message);
        List<KeyOutcome> outcomes = new ArrayList<>();
        for (String keyId : role.keyIds()) {
            if (count.counted.size() >= role.threshold()) {
                break;
            }
            outcomes.add(count.outcome(keyId, keys.get(keyId)));
        }
        return new ThresholdReport(count.counted.size(), role.threshold(), outcomes);
    }

    private KeyOutcome outcome(String keyId, @Nullable DeclaredKey declared) {
        if (declared == null) {
            return new KeyOutcome(keyId, Outcome.NOT_DECLARED, "");
        }
        String signature = message.signatures().get(keyId);
        // Some repositories write an empty signature for each key that has not signed yet.
        if (signature == null || signature.isEmpty()) {
            return new KeyOutcome(keyId, Outcome.NO_SIGNATURE, "");
        }
        if (declared instanceof DeclaredKey.Other other) {
            Optional<OtherVerifier> verifier = engine.verifierFor(other.key());
            return verifier.isPresent()
                    ? new KeyOutcome(
                            keyId, outcome(other.key(), verifier.get().fingerprint(), verifier.get(), signature), "")
                    : new KeyOutcome(keyId, Outcome.UNUSABLE_KEY, MalformedKeyException.Reason.UNKNOWN_SCHEME.name());
        }
        return declared.fold(
                key -> {
                    Outcome outcome = outcome(key, signature);
                    boolean unseen = outcome == Outcome.SCHEME_NOT_IN_ENGINE;
                    return new KeyOutcome(keyId, outcome, unseen ? whyUnseen(key.scheme()) : "");
                },
                reason -> new KeyOutcome(keyId, Outcome.UNUSABLE_KEY, reason.name()));
    }

    private static String whyUnseen(SignatureScheme scheme) {
        return scheme.needsOptIn()
                ? scheme.schemeName() + " needs opting in where the engine is created"
                : "it does not support " + scheme.schemeName() + ", or rejects the key";
    }

    private Outcome outcome(VerificationKey key, String signature) {
        if (counted.contains(key.fingerprint())) {
            return Outcome.SAME_KEY_AGAIN;
        }
        Optional<SignatureVerifier> verifier = engine.verifierFor(key);
        if (verifier.isEmpty()) {
            return Outcome.SCHEME_NOT_IN_ENGINE;
        }
        return outcome(key, key.fingerprint(), verifier.get(), signature);
    }

    private Outcome outcome(Object key, String fingerprint, SignatureVerifier verifier, String signature) {
        if (counted.contains(fingerprint)) {
            return Outcome.SAME_KEY_AGAIN;
        }
        if (!message.isSigned(key, signature, verifier)) {
            return Outcome.WRONG_SIGNATURE;
        }
        counted.add(fingerprint);
        return Outcome.SIGNED;
    }
}
