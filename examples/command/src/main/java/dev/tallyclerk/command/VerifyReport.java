package dev.tallyclerk.command;

import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.registry.audit.ImageAdmission;
import dev.tallyclerk.registry.verify.ContentResult;
import dev.tallyclerk.registry.verify.ImageVerification;
import org.jspecify.annotations.Nullable;

/**
 * The result of {@code tallyclerk verify}.
 *
 * @param source the name of the source
 * @param verification the verification of the image; null if no digest is vouched for
 * @param audit the audit; null if there was nothing to audit
 * @param decision the decision over both
 */
record VerifyReport(
        String source,
        @Nullable ImageVerification verification,
        @Nullable AuditReport audit,
        Decision decision) {
    static VerifyReport of(ImageVerification verification, AuditReport audit) {
        return new VerifyReport(verification.source(), verification, audit, ImageAdmission.decide(verification, audit));
    }

    /** {@return the report on an artifact, which has no configuration to audit} */
    static VerifyReport ofArtifact(ImageVerification verification) {
        return new VerifyReport(verification.source(), verification, null, ImageAdmission.decideArtifact(verification));
    }

    /** {@return the report on an image that was not read, because no digest is vouched for} */
    static VerifyReport ofUnknown(String source, DigestResolutionException failure) {
        return new VerifyReport(source, null, null, ImageAdmission.decide(failure));
    }

    static String word(ContentResult result) {
        return result.<String>fold(verified -> "verified", failed -> "failed", unverifiable -> "unverifiable");
    }

    int exitCode() {
        return switch (decision.kind()) {
            case ACCEPTED -> ExitCode.ACCEPTED;
            case REJECTED -> ExitCode.REJECTED;
            case INCOMPLETE -> ExitCode.INCOMPLETE;
        };
    }
}
