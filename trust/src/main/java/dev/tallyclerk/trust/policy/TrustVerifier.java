package dev.tallyclerk.trust.policy;

import dev.tallyclerk.evidence.ImageCandidate;
import dev.tallyclerk.evidence.TrustResult;
import dev.tallyclerk.evidence.Voucher;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.cosign.CosignLimits;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.notation.NotationLimits;
import dev.tallyclerk.trust.revocation.RevocationChecker;
import dev.tallyclerk.trust.timestamp.TimestampEngine;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Holds images against a trust policy: finds the digest, verifies what is attached to it, and returns the evidence.
 *
 * <p>Uses no network but the image's source and the repositories that the policy names. Immutable, and safe for use by
 * several threads.
 *
 * <pre>{@code
 * Admission admission = Admission.of(hardening).withVoucher(TrustVerifier.of(trustPolicy));
 * }</pre>
 */
public final class TrustVerifier implements Voucher {
    private final TrustPolicy policy;
    private final VerifierSettings settings;

    private TrustVerifier(TrustPolicy policy, VerifierSettings settings) {
        this.policy = Objects.requireNonNull(policy, "policy");
        this.settings = settings;
    }

    /** {@return a verifier with the system's clock, for which every timestamp of RFC 3161 is unsupported} */
    public static TrustVerifier of(TrustPolicy policy) {
        return new TrustVerifier(policy, VerifierSettings.of(Clock.systemUTC()));
    }

    /** {@return this verifier with another clock} */
    public TrustVerifier withClock(Clock clock) {
        return new TrustVerifier(policy, settings.withClock(clock));
    }

    /**
     * {@return this verifier, which verifies timestamps}
     *
     * @param timestampEngine for example {@code BouncyCastleTimestamps.create()}
     */
    public TrustVerifier withTimestampEngine(TimestampEngine timestampEngine) {
        return new TrustVerifier(policy, settings.withTimestampEngine(timestampEngine));
    }

    /**
     * {@return this verifier with another engine for the signatures of Sigstore bundles, logs and certificates}
     *
     * @param signatureEngine for example {@code BouncyCastleEngine.create()}, which is faster on Java 17
     */
    public TrustVerifier withSignatureEngine(SignatureEngine signatureEngine) {
        return new TrustVerifier(policy, settings.withSignatureEngine(signatureEngine));
    }

    /**
     * {@return this verifier, which asks whether the certificates of Notation signatures are revoked}
     *
     * <p>Without it, a certificate that names no server to ask passes with a note, and one that does is of unknown
     * status, which the level {@code strict} refuses.
     *
     * @param revocation for example a {@link dev.tallyclerk.trust.revocation.HttpRevocation}; asked only where the
     *     level of a policy demands it
     */
    public TrustVerifier withRevocation(RevocationChecker revocation) {
        return new TrustVerifier(policy, settings.withRevocation(revocation));
    }

    /**
     * {@return this verifier with other limits on cosign's signatures and attestations, in whatever form}
     *
     * <p>The number of attached artifacts and the bytes that are read are limited by the image's source.
     */
    public TrustVerifier withCosignLimits(CosignLimits cosignLimits) {
        return new TrustVerifier(policy, settings.withCosignLimits(cosignLimits));
    }

    /** {@return this verifier with other limits on Notation signatures} */
    public TrustVerifier withNotationLimits(NotationLimits notationLimits) {
        return new TrustVerifier(policy, settings.withNotationLimits(notationLimits));
    }

    /** {@return the policy} */
    public TrustPolicy policy() {
        return policy;
    }

    @Override
    public TrustResult vouch(Optional<Reference> name, ImageCandidate image) throws IOException {
        Optional<TrustRule> rule = policy.ruleFor(name);
        if (rule.isEmpty()) {
            String what = name.map(Reference::toString).orElse("an image without a name");
            return new TrustResult(
                    new Decision(
                            Decision.Kind.REJECTED,
                            List.of("no rule of " + Quoted.printable(policy.name()) + " covers " + what)),
                    Optional.empty(),
                    "",
                    List.of(),
                    List.of());
        }
        SignatureChecks checks = new SignatureVerifiers(settings);
        return new PolicyEvaluation(policy.name(), rule.get(), name, image, checks).decide();
    }
}
