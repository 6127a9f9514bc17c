package dev.tallyclerk.trust.notation;

import dev.tallyclerk.evidence.AttachedBlob;
import dev.tallyclerk.evidence.AttachedManifest;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.AttachmentSource;
import dev.tallyclerk.evidence.Attachments;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.evidence.RefusedEvidence;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.trust.attestation.VerifiedStatement;
import dev.tallyclerk.trust.revocation.RevocationChecker;
import dev.tallyclerk.trust.timestamp.TimestampEngine;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Verifies Notation signatures of images.
 *
 * <p>Verification plugins are not supported: a signature that demands one is refused. Immutable, and safe for use by
 * many threads if what it was given is.
 */
public final class NotationVerifier {
    /** The artifact type of the manifests of signatures. */
    public static final String ARTIFACT_TYPE = "application/vnd.cncf.notary.signature";

    private static final String ENVELOPE = "the envelope";

    private final NotationTrustPolicy policy;
    private final NotationTrustStore trustStore;
    private final TimestampEngine timestampEngine;
    private final RevocationChecker revocation;
    private final Clock clock;
    private final Map<String, String> userMetadata;
    private final NotationLimits limits;

    private NotationVerifier(
            NotationTrustPolicy policy,
            NotationTrustStore trustStore,
            TimestampEngine timestampEngine,
            RevocationChecker revocation,
            Clock clock,
            Map<String, String> userMetadata,
            NotationLimits limits) {
        this.policy = policy;
        this.trustStore = trustStore;
        this.timestampEngine = timestampEngine;
        this.revocation = revocation;
        this.clock = clock;
        this.userMetadata = userMetadata;
        this.limits = limits;
    }

    /**
     * {@return a verifier for a trust policy}
     *
     * <p>It has the system's clock, demands no user metadata, supports no timestamps before
     * {@link #withTimestampEngine} is called, and asks no server about revoked certificates before
     * {@link #withRevocation} is.
     */
    public static NotationVerifier of(NotationTrustPolicy policy, NotationTrustStore trustStore) {
        return new NotationVerifier(
                Objects.requireNonNull(policy, "policy"),
                Objects.requireNonNull(trustStore, "trustStore"),
                TimestampEngine.none(),
                RevocationChecker.offline(),
                Clock.systemUTC(),
                Map.of(),
                NotationLimits.defaults());
    }

    /** {@return a verifier for one statement, as {@link #of(NotationTrustPolicy, NotationTrustStore)}} */
    public static NotationVerifier of(NotationStatement statement, NotationTrustStore trustStore) {
        return of(NotationTrustPolicy.of(List.of(statement)), trustStore);
    }

    /** {@return this with an engine for timestamps} */
    public NotationVerifier withTimestampEngine(TimestampEngine timestampEngine) {
        return new NotationVerifier(
                policy,
                trustStore,
                Objects.requireNonNull(timestampEngine, "timestampEngine"),
                revocation,
                clock,
                userMetadata,
                limits);
    }

    /**
     * {@return this with a checker for revoked certificates, instead of {@link RevocationChecker#offline}}
     *
     * <p>It is asked about the signer's certificates, and those of a timestamp that counts, unless the policy skips
     * revocation. A certificate that does not say where revocations are published passes, and the evidence reports it.
     */
    public NotationVerifier withRevocation(RevocationChecker revocation) {
        return new NotationVerifier(
                policy,
                trustStore,
                timestampEngine,
                Objects.requireNonNull(revocation, "revocation"),
                clock,
                userMetadata,
                limits);
    }

    /** {@return this with another clock} */
    public NotationVerifier withClock(Clock clock) {
        return new NotationVerifier(
                policy,
                trustStore,
                timestampEngine,
                revocation,
                Objects.requireNonNull(clock, "clock"),
                userMetadata,
                limits);
    }

    /** {@return this, demanding that the signed annotations have these, with the same values} */
    public NotationVerifier withUserMetadata(Map<String, String> userMetadata) {
        return new NotationVerifier(
                policy, trustStore, timestampEngine, revocation, clock, Map.copyOf(userMetadata), limits);
    }

    /** {@return this with other limits} */
    public NotationVerifier withLimits(NotationLimits limits) {
        return new NotationVerifier(
                policy,
                trustStore,
                timestampEngine,
                revocation,
                clock,
                userMetadata,
                Objects.requireNonNull(limits, "limits"));
    }

    /**
     * Verifies one signature of an image.
     *
     * @param target the image, whose media type, digest and size must all be signed
     * @param image the name of the image, by which the policy's statement is found
     */
    public NotationResult verify(NotationEnvelope envelope, TargetArtifact target, Reference image) {
        return verify(envelope, target, policy.statementFor(image), image);
    }

    /**
     * Verifies one signature of an image without a name, which only a statement for every repository covers.
     *
     * @param target the image, whose media type, digest and size must all be signed
     */
    public NotationResult verify(NotationEnvelope envelope, TargetArtifact target) {
        return verify(envelope, target, policy.globalStatement(), null);
    }

    private NotationResult verify(
            NotationEnvelope envelope,
            TargetArtifact target,
            Optional<NotationStatement> statement,
            @Nullable Reference image) {
        if (statement.isEmpty()) {
            return notCovered(image);
        }
        if (statement.get().level().isSkip()) {
            return new NotationResult.Skipped(statement.get().name());
        }
        try {
            return new NotationResult.Verified(verify(envelope, target, statement.get(), ENVELOPE), List.of());
        } catch (EvidenceException e) {
            RefusedEvidence refused = refused(ENVELOPE, statement.get(), e);
            return new NotationResult.Refused(refused.reason(), refused.message(), List.of(refused));
        }
    }

    private static NotationResult notCovered(@Nullable Reference image) {
        return new NotationResult.Refused(
                Reason.NOT_COVERED,
                "no statement of the Notation trust policy covers "
                        + (image == null ? "an image without a name" : image.name()),
                List.of());
    }

    private VerifiedStatement verify(
            NotationEnvelope envelope, TargetArtifact target, NotationStatement statement, String origin)
            throws EvidenceException {
        return new SignatureCheck(
                        statement, trustStore, timestampEngine, revocation, clock.instant(), envelope.content())
                .verify(target, userMetadata, origin);
    }

    private static RefusedEvidence refused(String origin, NotationStatement statement, EvidenceException e) {
        return new RefusedEvidence(origin, statement.toString(), e.reason(), String.valueOf(e.getMessage()));
    }

    /**
     * Verifies the signatures that are attached to an image until one holds.
     *
     * @param target the image, whose media type, digest and size must all be signed
     * @param image the name of the image, by which the policy's statement is found
     * @throws IOException if attachments cannot be read and no other one holds, which says nothing about the image
     */
    public NotationResult verify(AttachmentSource attachments, TargetArtifact target, Reference image)
            throws IOException {
        return verify(attachments, target, policy.statementFor(image), image);
    }

    /**
     * Verifies the signatures that are attached to an image without a name, which only a statement for every repository
     * covers, until one holds.
     *
     * @param target the image, whose media type, digest and size must all be signed
     * @throws IOException as {@link #verify(AttachmentSource, TargetArtifact, Reference)}
     */
    public NotationResult verify(AttachmentSource attachments, TargetArtifact target) throws IOException {
        return verify(attachments, target, policy.globalStatement(), null);
    }

    private NotationResult verify(
            AttachmentSource attachments,
            TargetArtifact target,
            Optional<NotationStatement> statement,
            @Nullable Reference image)
            throws IOException {
        if (statement.isEmpty()) {
            return notCovered(image);
        }
        if (statement.get().level().isSkip()) {
            return new NotationResult.Skipped(statement.get().name());
        }
        return verifyAny(attachments.attachments(target.digest()), target, statement.get());
    }

    private NotationResult verifyAny(Attachments attachments, TargetArtifact target, NotationStatement statement)
            throws IOException {
        List<RefusedEvidence> refused = new ArrayList<>();
        IOException unreadable = null;
        int tried = 0;
        for (Attachment attachment : likelyFirst(attachments.list())) {
            try {
                AttachedManifest manifest = attachment.manifest();
                if (!isSignature(manifest)) {
                    continue;
                }
                if (tried == limits.signatures()) {
                    return new NotationResult.Refused(
                            Reason.LIMIT_EXCEEDED,
                            "none of the first " + tried + " Notation signatures holds, and there are more",
                            refused);
                }
                tried++;
                NotationEnvelope envelope = envelope(attachment, manifest, target);
                return new NotationResult.Verified(verify(envelope, target, statement, attachment.origin()), refused);
            } catch (EvidenceException e) {
                refused.add(refused(attachment.origin(), statement, e));
            } catch (IOException e) {
                unreadable = unreadable == null ? e : unreadable;
            }
        }
        if (unreadable != null) {
            throw unreadable;
        }
        String incomplete = attachments.notes().isEmpty()
                ? ""
                : "; the list of attachments is incomplete: " + String.join("; ", attachments.notes());
        if (refused.isEmpty()) {
            return new NotationResult.Refused(
                    Reason.THRESHOLD_NOT_MET,
                    "no Notation signature is attached to " + target.digest() + incomplete,
                    refused);
        }
        return new NotationResult.Refused(
                refused.get(0).reason(),
                "none of the Notation signatures of " + target.digest() + " holds; the first: "
                        + refused.get(0).message() + incomplete,
                refused);
    }

    /** {@return the referrers, those first that are listed as signatures: a hint that saves reading the others} */
    private static List<Attachment> likelyFirst(List<Attachment> attachments) {
        List<Attachment> ordered = new ArrayList<>();
        for (boolean isListed : new boolean[] {true, false}) {
            for (Attachment attachment : attachments) {
                if (attachment.place() == Attachment.Place.REFERRERS
                        && attachment.listedType().equals(ARTIFACT_TYPE) == isListed) {
                    ordered.add(attachment);
                }
            }
        }
        return ordered;
    }

    /** Older signatures have their type as that of the configuration, and no artifact type. */
    private static boolean isSignature(AttachedManifest manifest) {
        String type = manifest.artifactType().isEmpty() ? manifest.configType() : manifest.artifactType();
        return type.equals(ARTIFACT_TYPE);
    }

    private NotationEnvelope envelope(Attachment attachment, AttachedManifest manifest, TargetArtifact target)
            throws EvidenceException, IOException {
        if (!manifest.subject().equals(Optional.of(target.digest()))) {
            throw new EvidenceException(
                    Reason.SUBJECT_MISMATCH,
                    "a signature manifest with the subject "
                            + manifest.subject().map(Object::toString).orElse("none") + "; wanted " + target.digest());
        }
        if (manifest.blobs().size() != 1) {
            throw new EvidenceException(
                    Reason.MALFORMED,
                    "a signature manifest with " + manifest.blobs().size() + " layers; wanted 1");
        }
        AttachedBlob blob = manifest.blobs().get(0);
        if (blob.size() > limits.envelopeBytes()) {
            throw new EvidenceException(
                    Reason.LIMIT_EXCEEDED,
                    "an envelope of " + blob.size() + " bytes; the limit is " + limits.envelopeBytes());
        }
        return NotationEnvelope.parse(attachment.read(blob), blob.mediaType(), limits);
    }
}
