package dev.tallyclerk.registry.audit;

import static dev.tallyclerk.internal.subject.RuleHeads.info;
import static dev.tallyclerk.registry.audit.Rules.rule;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Evidence.Kind;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.RefusedEvidence;
import dev.tallyclerk.evidence.TrustResult;
import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.Decision;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Rules on signatures and attestations, as far as a voucher looked at them; without one they are unknown. */
final class SignatureRules {
    private static final Set<EvidenceException.Reason> EXPIRED =
            Set.of(EvidenceException.Reason.EXPIRED, EvidenceException.Reason.CERTIFICATE_EXPIRED);

    private SignatureRules() {}

    static List<Rule<ImageSubject>> all() {
        return List.of(unsigned(), untrusted(), expired(), noBillOfMaterials(), noBuildProvenance(), otherDigest());
    }

    private static Rule<ImageSubject> unsigned() {
        return rule(
                info("PRV-001", "Image has no signature", Severity.MEDIUM, Profile.L2, "4.5", "4.1.5"),
                "Without a signature, the registry and everyone who may push to it decide what the image is.",
                "Sign the image in the build that makes it.",
                image -> image.trust().decideAt((trust, at) -> {
                    boolean isSigned = trust.evidence().stream().anyMatch(found -> found.kind() != Kind.ATTESTATION)
                            || !trust.refused().isEmpty();
                    return !isSigned && isUndecided(trust)
                            ? unknown(trust)
                            : Rules.failIf(!isSigned, at, "nobody has signed the image");
                }));
    }

    private static boolean isUndecided(TrustResult trust) {
        return trust.decision().kind() == Decision.Kind.INCOMPLETE;
    }

    private static Outcome unknown(TrustResult trust) {
        return Outcome.unknown(
                MissingValue.Reason.UNREADABLE,
                String.join("; ", trust.decision().because()));
    }

    private static Rule<ImageSubject> untrusted() {
        return rule(
                info(
                        "PRV-002",
                        "Signature does not verify against a trusted identity",
                        Severity.CRITICAL,
                        Profile.L2,
                        "4.12",
                        "4.1.5"),
                "A signature that does not verify is one of somebody else, or of another image.",
                "Do not use the image, and find out who signed it.",
                image -> image.trust().decideAt((trust, at) -> {
                    if (trust.decision().isAccepted()) {
                        return Outcome.pass();
                    }
                    if (isUndecided(trust)) {
                        return unknown(trust);
                    }
                    return trust.refused().isEmpty()
                            ? Outcome.notApplicable("the image has no signature")
                            : refused(trust, at, refusal -> true, "a signature does not count");
                }));
    }

    private static Outcome refused(TrustResult trust, Location at, Predicate<RefusedEvidence> which, String message) {
        return Outcome.ofProblems(trust.refused().stream()
                .filter(which)
                .limit(Rules.MAX_SHOWN)
                .map(refusal -> Problem.at(
                        at,
                        message,
                        Evidence.of("origin", refusal.origin()),
                        Evidence.of("reason", refusal.reason().name())))
                .toList());
    }

    private static Rule<ImageSubject> expired() {
        return Rule.of(
                info("PRV-003", "Trust metadata is expired", Severity.HIGH, Profile.L2, "4.5", "4.1.5")
                        .rationale("Expired metadata may hide that a signature was withdrawn.")
                        .remediation("Refresh the metadata, or sign the image again.")
                        .build(),
                ImageSubject.class,
                (image, context) -> image.trust().decideAt((trust, at) -> expired(trust, at, context.auditTime())));
    }

    private static Outcome expired(TrustResult trust, Location at, Instant now) {
        boolean isOver = trust.evidence().stream()
                .anyMatch(found -> found.validUntil().filter(now::isAfter).isPresent());
        if (isOver) {
            return Outcome.fail(Problem.at(at, "a signature was valid until a time that has passed"));
        }
        Outcome refused = refused(trust, at, refusal -> EXPIRED.contains(refusal.reason()), "a signature has expired");
        return refused.kind() == Outcome.Kind.PASS && isUndecided(trust) ? unknown(trust) : refused;
    }

    private static Rule<ImageSubject> noBillOfMaterials() {
        return rule(
                info("PRV-004", "No SBOM attached", Severity.LOW, Profile.STRICT, "4.4", "4.1.5"),
                "When a flaw becomes known, a bill of materials tells which images have the package.",
                "Attach an SBOM in the build, as an attestation that the trust policy demands.",
                image -> attested(
                        image,
                        type -> type.contains("spdx.dev") || type.contains("cyclonedx.org"),
                        "no attestation of the trust policy is an SBOM"));
    }

    private static Rule<ImageSubject> noBuildProvenance() {
        return rule(
                info("PRV-005", "No build provenance attached", Severity.LOW, Profile.STRICT, "4.12", "4.1.5"),
                "Provenance names the source and the build that made the image, in a form that can be checked.",
                "Let the build attach SLSA provenance, and demand it in the trust policy.",
                image -> attested(
                        image,
                        type -> type.contains("slsa.dev/provenance"),
                        "no attestation of the trust policy is SLSA provenance"));
    }

    private static Outcome attested(ImageSubject image, Predicate<String> isWanted, String message) {
        return image.trust().decideAt((trust, at) -> {
            boolean isThere = trust.evidence().stream()
                    .anyMatch(found -> found.predicateType().filter(isWanted).isPresent());
            return !isThere && isUndecided(trust) ? unknown(trust) : Rules.failIf(!isThere, at, message);
        });
    }

    private static Rule<ImageSubject> otherDigest() {
        return rule(
                info(
                        "PRV-006",
                        "Tag points to another digest than the signed one",
                        Severity.HIGH,
                        Profile.L2,
                        "4.5",
                        "4.1.5"),
                "The registry serves another image under the name than its publisher signed.",
                "Pull by the digest that is signed, and find out who moved the tag.",
                image -> image.trust().decideAt((trust, at) -> {
                    Optional<Digest> pinned = image.reference()
                            .<Optional<Digest>>fold(
                                    (reference, place) -> reference.digest(),
                                    assumed -> assumed.value().digest(),
                                    missing -> Optional.empty());
                    boolean isOther = trust.digest()
                            .filter(signed ->
                                    pinned.isPresent() && !signed.digests().contains(pinned.get()))
                            .isPresent();
                    Outcome mismatch = refused(
                            trust,
                            at,
                            refusal -> refusal.reason() == EvidenceException.Reason.SUBJECT_MISMATCH,
                            "a signature is for another digest");
                    if (isOther) {
                        return Outcome.fail(Problem.at(at, "the name has another digest than the signed one"));
                    }
                    return mismatch.kind() == Outcome.Kind.PASS && isUndecided(trust) ? unknown(trust) : mismatch;
                }));
    }
}
