package dev.tallyclerk.registry.admission;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.TrustResult;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.audit.ImageAdmission;
import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import dev.tallyclerk.registry.verify.ImageVerification;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The decision on one image, and what it is based on. Immutable.
 *
 * @param source the location of the image, for people
 * @param decision whether the image may be loaded, and why
 * @param trust what the {@link dev.tallyclerk.evidence.Voucher} said; empty if none was asked
 * @param verification what the digests say; empty if there is no digest to start from, because nobody vouches for one
 * @param audit what the rules say; empty if there was nothing to audit
 * @param subjects what the rules judged, for an audit together with other subjects; empty if there was nothing to audit
 * @param pinned the name to load the image by, which has the digest of its manifest and no tag, because a tag may move;
 *     empty unless the image is accepted and the caller named it
 * @param isCached whether the layers were not read because the cache had the verification of the same manifest
 */
public record AdmissionResult(
        String source,
        Decision decision,
        Optional<TrustResult> trust,
        Optional<ImageVerification> verification,
        Optional<AuditReport> audit,
        List<Subject> subjects,
        Optional<Reference> pinned,
        boolean isCached) {
    /** Requires every part. */
    public AdmissionResult {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(decision, "decision");
        Objects.requireNonNull(trust, "trust");
        Objects.requireNonNull(verification, "verification");
        Objects.requireNonNull(audit, "audit");
        subjects = List.copyOf(subjects);
        Objects.requireNonNull(pinned, "pinned");
    }

    /**
     * {@return the decision on an image of which nothing was read, because there is no digest to start from}
     *
     * @param source the location of the image, for people
     * @param failure why there is none
     */
    public static AdmissionResult unresolved(String source, DigestResolutionException failure) {
        return notRead(source, ImageAdmission.decide(failure), Optional.empty());
    }

    /**
     * {@return the decision on an image that was not verified, because the voucher does not vouch for it}
     *
     * @param source the location of the image, for people
     * @param trust what the voucher said
     * @throws IllegalArgumentException if the voucher accepts the image
     */
    public static AdmissionResult notVouched(String source, TrustResult trust) {
        if (trust.decision().isAccepted()) {
            throw new IllegalArgumentException("the voucher accepts the image");
        }
        return notRead(source, trust.decision(), Optional.of(trust));
    }

    private static AdmissionResult notRead(String source, Decision decision, Optional<TrustResult> trust) {
        return new AdmissionResult(
                source, decision, trust, Optional.empty(), Optional.empty(), List.of(), Optional.empty(), false);
    }

    /** {@return whether the image may be loaded} */
    public boolean isAccepted() {
        return decision.isAccepted();
    }

    /** {@return the digest of the image's manifest, to load the image by, if its manifest holds} */
    public Optional<Digest> manifestDigest() {
        return verification.flatMap(ImageVerification::manifestDigest);
    }

    /** {@return the digest that the image was verified from, and who vouches for it} */
    public Optional<ResolvedDigest> resolved() {
        return verification.map(ImageVerification::resolved);
    }

    /**
     * {@return when the first thing ends that the decision rests on: signed metadata, evidence, or a waiver of the
     * policy; empty if none of them ends}
     *
     * <p>A caller that remembers the decision asks for a new one by then.
     *
     * @param start a time before the decision: what had ended by then counted for nothing, or counts without an end
     */
    public Optional<Instant> validUntil(Instant start) {
        Stream<Instant> metadata = resolved().flatMap(ResolvedDigest::validUntil).stream();
        Stream<Instant> evidence = trust.stream()
                .flatMap(result -> result.evidence().stream())
                .flatMap(each -> each.validUntil().stream());
        Stream<Instant> waivers = audit.stream()
                .flatMap(report -> report.policy().waivers().stream())
                .map(waiver -> waiver.expires().plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC));
        return Stream.of(metadata, evidence, waivers)
                .flatMap(ends -> ends)
                .filter(start::isBefore)
                .min(Instant::compareTo);
    }

    /**
     * {@return the merged files of the image, without contents}
     *
     * <p>Empty if they could not be merged, and in a result that {@linkplain #isCached is cached}.
     */
    public Optional<ImageFileSystem> files() {
        return verification.flatMap(ImageVerification::files);
    }
}
