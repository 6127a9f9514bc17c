package dev.tallyclerk.registry.audit;

import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.registry.audit.files.FileSystemSubject;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.verify.ContentCheck;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.vulnerability.VulnerabilitySubject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Combines an image's verification and audit into one decision on whether it may be loaded.
 *
 * <p>An image is accepted only if all of its content matches and the audit accepts it. The decision is about the image
 * of {@link ImageVerification#manifest}: load it by that digest, because its tag may have moved since, and
 * {@link ImageVerification#resolved} may be an index whose other images are unknown.
 */
public final class ImageAdmission {
    /** The most lines about content; a hostile image has ten thousand layers. */
    private static final int MAX_LINES = 100;

    private ImageAdmission() {}

    /**
     * {@return the decision on an image that was verified and audited}
     *
     * <p>An artifact has no configuration, so most rules are unknown and it is not accepted: it cannot be run. For
     * artifacts use {@link #decideArtifact}.
     *
     * @param verification the result of the verification
     * @param audit the audit of {@link ImageSubject#allOf} of that verification, of its files and vulnerabilities if
     *     wanted, and of nothing else
     * @throws IllegalArgumentException if the audit is of other subjects
     */
    public static Decision decide(ImageVerification verification, AuditReport audit) {
        requireAuditOf(verification, audit);
        return decide(verification, audit.decision());
    }

    /**
     * {@return the decision on an artifact that was verified and not audited}
     *
     * @param verification the result of the verification
     * @throws IllegalArgumentException if the verification did not find an artifact, so that there is something to
     *     audit
     */
    public static Decision decideArtifact(ImageVerification verification) {
        if (!isArtifact(verification)) {
            throw new IllegalArgumentException("not an artifact: " + verification);
        }
        return decide(
                verification,
                new Decision(
                        Decision.Kind.ACCEPTED,
                        List.of("the artifact's content is what was promised; there is nothing to audit")));
    }

    /**
     * {@return the decision on an image without a trusted digest, which was therefore not verified}
     *
     * <p>The image is rejected if no one vouches for it. If that could not be determined, the decision is incomplete.
     *
     * @param failure why there is no digest
     */
    public static Decision decide(DigestResolutionException failure) {
        Decision.Kind kind = switch (failure.reason()) {
            case NOT_FOUND, NOT_TRUSTED -> Decision.Kind.REJECTED;
            case UNAVAILABLE, UNSUPPORTED -> Decision.Kind.INCOMPLETE;
        };
        return new Decision(kind, List.of(failure.reason() + ": " + failure.getMessage()));
    }

    /**
     * {@return the decision on an artifact where an image was wanted: at best incomplete}
     *
     * @param verification the result of the verification
     * @throws IllegalArgumentException if the verification did not find an artifact
     */
    public static Decision refuseArtifact(ImageVerification verification) {
        if (!isArtifact(verification)) {
            throw new IllegalArgumentException("not an artifact: " + verification);
        }
        return decide(
                verification,
                new Decision(
                        Decision.Kind.INCOMPLETE,
                        List.of("it is an artifact and not an image, and artifacts were not asked for")));
    }

    /** {@return whether the manifest is not that of an image} */
    public static boolean isArtifact(ImageVerification verification) {
        return verification
                .manifest()
                .map(ImageManifest::isImage)
                .filter(image -> !image)
                .isPresent();
    }

    private static Decision decide(ImageVerification verification, Decision rules) {
        if (verification.verdict() == ImageVerification.Verdict.VERIFIED) {
            return rules;
        }
        List<String> because = new ArrayList<>();
        List<ContentCheck> problems = verification.problems();
        problems.stream().limit(MAX_LINES).map(ContentCheck::describe).forEach(because::add);
        if (problems.size() > MAX_LINES) {
            because.add("and " + (problems.size() - MAX_LINES) + " more");
        }
        boolean failed = verification.verdict() == ImageVerification.Verdict.FAILED;
        boolean rejected = failed || rules.kind() == Decision.Kind.REJECTED;
        if (!failed && rejected) {
            because.addAll(rules.because());
        }
        return new Decision(rejected ? Decision.Kind.REJECTED : Decision.Kind.INCOMPLETE, because);
    }

    private static void requireAuditOf(ImageVerification verification, AuditReport audit) {
        Set<List<Object>> images = ImageSubject.allOf(verification).stream()
                .map(image -> identity(image.ref()))
                .collect(Collectors.toSet());
        Set<List<Object>> audited = audit.subjects().stream()
                .filter(subject -> !isFilesOf(subject, images))
                .map(ImageAdmission::identity)
                .collect(Collectors.toSet());
        if (!audited.equals(images)) {
            throw new IllegalArgumentException(
                    "an audit of " + audit.subjects() + " is not one of " + verification + " alone");
        }
    }

    private static boolean isFilesOf(SubjectRef subject, Set<List<Object>> images) {
        return (subject.kind().equals(FileSystemSubject.KIND) || subject.kind().equals(VulnerabilitySubject.KIND))
                && images.contains(List.of(ImageSubject.KIND, subject.name(), subject.digest()));
    }

    private static List<Object> identity(SubjectRef subject) {
        return List.of(subject.kind(), subject.name(), subject.digest());
    }
}
