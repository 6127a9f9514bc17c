package dev.tallyclerk.trust.policy;

import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.Attachments;
import dev.tallyclerk.evidence.Evidence;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.RefusedEvidence;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.trust.attestation.AttachmentFindings;
import dev.tallyclerk.trust.attestation.PredicateConditions;
import dev.tallyclerk.trust.attestation.VerifiedStatement;
import dev.tallyclerk.trust.cosign.CosignVerifier;
import dev.tallyclerk.trust.cosign.SignedIdentity;
import dev.tallyclerk.trust.notation.NotationResult;
import dev.tallyclerk.trust.notation.NotationVerifier;
import dev.tallyclerk.trust.sigstore.SigstoreVerifier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Verifies with cosign's, Sigstore's and Notation's verifiers. */
final class SignatureVerifiers implements SignatureChecks {
    private final VerifierSettings settings;

    SignatureVerifiers(VerifierSettings settings) {
        this.settings = settings;
    }

    @Override
    public AttachmentFindings check(
            Requirement requirement, List<Attachment> attachments, TargetArtifact target, Optional<Reference> name)
            throws IOException {
        if (requirement instanceof Requirement.NotationSignature notation) {
            return notation(notation, attachments, target, name);
        }
        if (requirement instanceof Requirement.Attested attested) {
            PredicateConditions conditions = PredicateConditions.ofType(attested.type());
            return all(attested.by(), attachments, target, name)
                    .where(conditions, attested.toString())
                    .where(attested.conditions(), attested.toString());
        }
        AttachmentFindings findings = all(requirement, attachments, target, name);
        List<VerifiedStatement> signatures = findings.verified().stream()
                .filter(SignatureVerifiers::isSignature)
                .toList();
        List<RefusedEvidence> refused = new ArrayList<>(findings.refused());
        for (VerifiedStatement statement : findings.verified()) {
            if (!isSignature(statement)) {
                refused.add(new RefusedEvidence(
                        statement.evidence().origin(),
                        requirement.toString(),
                        EvidenceException.Reason.PREDICATE_MISMATCH,
                        "it is an attestation of the type "
                                + statement.evidence().predicateType().orElse("") + ", and no signature of the image"));
            }
        }
        return new AttachmentFindings(signatures, refused);
    }

    /** {@return whether a statement says no more than that the image is signed} */
    private static boolean isSignature(VerifiedStatement statement) {
        return statement.evidence().kind() != Evidence.Kind.ATTESTATION;
    }

    private AttachmentFindings all(
            Requirement by, List<Attachment> attachments, TargetArtifact target, Optional<Reference> name)
            throws IOException {
        if (by instanceof Requirement.AnyOf any) {
            AttachmentFindings findings = AttachmentFindings.NONE;
            for (Requirement each : any.requirements()) {
                findings = findings.and(all(each, attachments, target, name));
            }
            return findings;
        }
        Optional<SignedIdentity> signedIdentity;
        CosignVerifier verifier;
        if (by instanceof SignedByKey key) {
            signedIdentity = key.signedIdentity();
            verifier = CosignVerifier.of(key.keys()).withHash(key.hash()).withAnnotations(key.annotations());
            if (key.log().isPresent()) {
                verifier =
                        verifier.withLog(sigstore(SigstoreVerifier.of(key.log().get())));
            }
        } else if (by instanceof SignedByIdentity identity) {
            signedIdentity = identity.signedIdentity();
            SigstoreVerifier sigstore =
                    sigstore(SigstoreVerifier.of(identity.trustedRoot())).withThresholds(identity.thresholds());
            verifier = CosignVerifier.of(sigstore, identity.identity()).withAnnotations(identity.annotations());
        } else {
            throw new IllegalArgumentException("not about signatures: " + by);
        }
        if (signedIdentity.isPresent()) {
            if (name.isEmpty()) {
                return new AttachmentFindings(
                        List.of(),
                        List.of(new RefusedEvidence(
                                "the image",
                                by.toString(),
                                EvidenceException.Reason.IDENTITY_MISMATCH,
                                "the image has no name that a signature's could be compared with")));
            }
            verifier = verifier.withSignedIdentity(signedIdentity.get(), name.get());
        }
        return every(verifier.withLimits(settings.cosignLimits()), attachments, target);
    }

    /** One artifact that cannot be read does not hide another one that suffices. */
    private static AttachmentFindings every(
            CosignVerifier verifier, List<Attachment> attachments, TargetArtifact target) throws IOException {
        AttachmentFindings findings = AttachmentFindings.NONE;
        IOException unreadable = null;
        for (Attachment attachment : attachments) {
            try {
                findings = findings.and(verifier.verify(attachment, target));
            } catch (IOException e) {
                unreadable = unreadable == null ? e : unreadable;
            }
        }
        if (unreadable != null && findings.verified().isEmpty()) {
            throw unreadable;
        }
        return findings;
    }

    private SigstoreVerifier sigstore(SigstoreVerifier verifier) {
        return verifier.withClock(settings.clock())
                .withTimestampEngine(settings.timestampEngine())
                .withSignatureEngine(settings.signatureEngine());
    }

    private AttachmentFindings notation(
            Requirement.NotationSignature requirement,
            List<Attachment> attachments,
            TargetArtifact target,
            Optional<Reference> name)
            throws IOException {
        NotationVerifier verifier = NotationVerifier.of(requirement.policy(), requirement.trustStore())
                .withUserMetadata(requirement.userMetadata())
                .withClock(settings.clock())
                .withRevocation(settings.revocation())
                .withTimestampEngine(settings.timestampEngine())
                .withLimits(settings.notationLimits());
        Attachments listed = new Attachments(attachments, List.of());
        NotationResult result = name.isPresent()
                ? verifier.verify(subject -> listed, target, name.get())
                : verifier.verify(subject -> listed, target);
        return result.fold(
                verified -> new AttachmentFindings(List.of(verified.statement()), verified.refusedSignatures()),
                skipped -> new AttachmentFindings(
                        List.of(),
                        List.of(new RefusedEvidence(
                                "the image",
                                requirement.toString(),
                                EvidenceException.Reason.UNSUPPORTED,
                                "the statement " + skipped.policyStatement() + " of the policy skips verification,"
                                        + " which is no evidence"))),
                refused -> new AttachmentFindings(List.of(), withReason(refused, requirement)));
    }

    private static List<RefusedEvidence> withReason(NotationResult.Refused refused, Requirement requirement) {
        List<RefusedEvidence> all = new ArrayList<>();
        if (refused.refusedSignatures().isEmpty()) {
            all.add(new RefusedEvidence("the image", requirement.toString(), refused.reason(), refused.message()));
        }
        all.addAll(refused.refusedSignatures());
        return all;
    }
}
