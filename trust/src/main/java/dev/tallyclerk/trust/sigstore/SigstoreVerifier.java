package dev.tallyclerk.trust.sigstore;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.trust.internal.engine.Signatures;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.key.TrustedKey;
import dev.tallyclerk.trust.sigstore.internal.SignedContent;
import dev.tallyclerk.trust.timestamp.TimestampEngine;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Verifies Sigstore bundles offline. Immutable and safe for use by many threads, as far as its timestamp engine is.
 *
 * <p>Who signed is the caller's to judge: {@link CertificateIdentity#check} does so for certificates.
 *
 * @see <a href="https://github.com/sigstore/architecture-docs/blob/main/client-spec.md">Sigstore client
 *     specification</a>
 */
public final class SigstoreVerifier {
    private final TrustedRoot root;
    private final TimestampEngine timestampEngine;
    private final SigstoreThresholds thresholds;
    private final List<TrustedKey> keys;
    private final Signatures signatures;
    private final @Nullable Clock clock;

    private SigstoreVerifier(
            TrustedRoot root,
            TimestampEngine timestampEngine,
            SigstoreThresholds thresholds,
            List<TrustedKey> keys,
            Signatures signatures,
            @Nullable Clock clock) {
        this.root = Objects.requireNonNull(root, "root");
        this.timestampEngine = Objects.requireNonNull(timestampEngine, "timestampEngine");
        this.thresholds = Objects.requireNonNull(thresholds, "thresholds");
        this.keys = List.copyOf(keys);
        this.signatures = signatures;
        this.clock = clock;
    }

    /** {@return a verifier that trusts no keys, verifies no timestamps, and needs one log, time and certificate log} */
    public static SigstoreVerifier of(TrustedRoot root) {
        return new SigstoreVerifier(
                root, TimestampEngine.none(), SigstoreThresholds.defaults(), List.of(), Signatures.RUNTIME, null);
    }

    /** {@return this with an engine for timestamps, without which they do not count} */
    public SigstoreVerifier withTimestampEngine(TimestampEngine timestampEngine) {
        return new SigstoreVerifier(root, timestampEngine, thresholds, keys, signatures, clock);
    }

    /**
     * {@return this with an engine for the signatures of P-256 keys}
     *
     * <p>Without one, the runtime verifies them, which before Java 25 takes several times as long as
     * {@link dev.tallyclerk.trust.bouncycastle.BouncyCastleEngine}. The runtime always verifies certificates, other
     * keys, and signatures over a digest.
     */
    public SigstoreVerifier withSignatureEngine(SignatureEngine signatureEngine) {
        return new SigstoreVerifier(root, timestampEngine, thresholds, keys, Signatures.of(signatureEngine), clock);
    }

    /** {@return this with other thresholds} */
    public SigstoreVerifier withThresholds(SigstoreThresholds thresholds) {
        return new SigstoreVerifier(root, timestampEngine, thresholds, keys, signatures, clock);
    }

    /**
     * {@return this with the keys that may sign without a certificate}
     *
     * <p>A key with a hint is tried only on bundles with the same hint. One whose validity is limited needs a time of
     * the signature.
     */
    public SigstoreVerifier withKeys(List<TrustedKey> keys) {
        return new SigstoreVerifier(root, timestampEngine, thresholds, keys, signatures, clock);
    }

    /**
     * {@return this with a clock, so that signatures of the future are refused}
     *
     * <p>Without one, nothing depends on the current time. Times up to five minutes ahead are accepted.
     */
    public SigstoreVerifier withClock(Clock clock) {
        return new SigstoreVerifier(
                root, timestampEngine, thresholds, keys, signatures, Objects.requireNonNull(clock, "clock"));
    }

    /**
     * Verifies a bundle.
     *
     * @param artifact the bytes of the artifact: what a message signature is over, and what a statement must be about
     * @return what the bundle says; the caller must check who says it
     * @throws EvidenceException if it does not hold
     */
    public VerifiedBundle verify(SigstoreBundle bundle, byte[] artifact) throws EvidenceException {
        return verify(bundle, SignedContent.of(artifact));
    }

    /**
     * Verifies a bundle for the digest of an artifact.
     *
     * <p>Message signatures by Ed25519 keys need the artifact and are unsupported here.
     *
     * @param artifact the digest of what a message signature is over, or of what a statement must be about
     * @return what the bundle says; the caller must check who says it
     * @throws EvidenceException if it does not hold, or the digest is of another algorithm than the signature
     */
    public VerifiedBundle verify(SigstoreBundle bundle, Digest artifact) throws EvidenceException {
        return verify(bundle, SignedContent.of(artifact));
    }

    private VerifiedBundle verify(SigstoreBundle bundle, SignedContent artifact) throws EvidenceException {
        return new BundleVerification(
                        root.parts().with(signatures),
                        timestampEngine,
                        thresholds,
                        keys,
                        signatures,
                        clock == null ? null : clock.instant())
                .verify(bundle.parts(), artifact);
    }
}
