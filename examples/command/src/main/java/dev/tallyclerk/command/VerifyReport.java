package dev.tallyclerk.command;

import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.registry.audit.ImageAdmission;
import dev.tallyclerk.registry.verify.ContentResult;
import dev.tallyclerk.registry.verify.ImageVerification;
import org.jspecify.annotations.Nullable;

/**
 * All that one run of {@code tallyclerk verify} found out.
 *
 * @param source where the image lies
 * @param verification what is in the image, and whether it is what was promised; nothing if nobody vouches for it
 * @param audit what the rules say of it; nothing if there was nothing to look at
 * @param decision all together
 */
record VerifyReport(
        String source,
        @Nullable ImageVerification verification,
        @Nullable AuditReport audit,
        Decision decision) {
    static VerifyReport of(ImageVerification verification, AuditReport audit) {
        return new VerifyReport(verification.source(), verification, audit, ImageAdmission.decide(verification, audit));
    }

    /** {@return the report on an artifact, which has no configuration that rules could look at} */
    static VerifyReport ofArtifact(ImageVerification verification) {
        return new VerifyReport(verification.source(), verification, null, ImageAdmission.decideArtifact(verification));
    }

    /** {@return the report on an image that was not even read, because there is no digest that somebody vouches for} */
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
