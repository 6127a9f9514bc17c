package dev.tallyclerk.trust.policy;

import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.trust.attestation.AttachmentFindings;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Verifies the attached artifacts that a requirement on signatures is about. */
@FunctionalInterface
interface SignatureChecks {
    /**
     * {@return what verified and meets the requirement, and what does not and why}
     *
     * @throws IOException if an artifact cannot be read
     */
    AttachmentFindings check(
            Requirement requirement, List<Attachment> attachments, TargetArtifact target, Optional<Reference> name)
            throws IOException;
}
