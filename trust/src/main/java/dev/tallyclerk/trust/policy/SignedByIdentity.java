package dev.tallyclerk.trust.policy;

import dev.tallyclerk.trust.cosign.SignedIdentity;
import dev.tallyclerk.trust.sigstore.CertificateIdentity;
import dev.tallyclerk.trust.sigstore.SigstoreThresholds;
import dev.tallyclerk.trust.sigstore.TrustedRoot;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A requirement of a signature by a person or workflow, with a short-lived certificate of a Sigstore instance.
 *
 * @param trustedRoot the trusted root of the instance
 * @param identity who has to have signed
 * @param thresholds how many logs, times and proofs are demanded
 * @param annotations the signed annotations that a signature must have
 * @param signedIdentity which name a signature must carry; empty if any
 */
public record SignedByIdentity(
        TrustedRoot trustedRoot,
        CertificateIdentity identity,
        SigstoreThresholds thresholds,
        Map<String, String> annotations,
        Optional<SignedIdentity> signedIdentity)
        implements Requirement {
    /** Keeps a copy of the annotations. */
    public SignedByIdentity {
        Objects.requireNonNull(trustedRoot, "trustedRoot");
        Objects.requireNonNull(identity, "identity");
        Objects.requireNonNull(thresholds, "thresholds");
        annotations = Map.copyOf(annotations);
        Objects.requireNonNull(signedIdentity, "signedIdentity");
    }

    /** {@return a requirement with the default thresholds, without annotations or name} */
    public static SignedByIdentity of(TrustedRoot trustedRoot, CertificateIdentity identity) {
        return new SignedByIdentity(trustedRoot, identity, SigstoreThresholds.defaults(), Map.of(), Optional.empty());
    }

    /** {@return this with other thresholds} */
    public SignedByIdentity withThresholds(SigstoreThresholds thresholds) {
        return new SignedByIdentity(trustedRoot, identity, thresholds, annotations, signedIdentity);
    }

    /** {@return this, which demands signed annotations} */
    public SignedByIdentity withAnnotations(Map<String, String> annotations) {
        return new SignedByIdentity(trustedRoot, identity, thresholds, annotations, signedIdentity);
    }

    /** {@return this, which demands a name in the signature} */
    public SignedByIdentity withSignedIdentity(SignedIdentity signedIdentity) {
        return new SignedByIdentity(trustedRoot, identity, thresholds, annotations, Optional.of(signedIdentity));
    }

    /** {@return identity and demands, for people} */
    @Override
    public String toString() {
        return "signature by " + identity
                + (annotations.isEmpty() ? "" : " with the annotations " + annotations)
                + signedIdentity.map(name -> " with the name by " + name).orElse("");
    }
}
