package dev.tallyclerk.examples.cli;

import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.registry.verify.ContentCheck;
import dev.tallyclerk.registry.verify.ContentResult;
import dev.tallyclerk.registry.verify.ImageVerification;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
        return new VerifyReport(verification.source(), verification, audit, decide(verification, audit.decision()));
    }

    /** {@return the report on an artifact, which has no configuration that rules could look at} */
    static VerifyReport ofArtifact(ImageVerification verification) {
        Decision nothingToAudit = new Decision(
                Decision.Kind.ACCEPT,
                List.of("the artifact's content is what was promised; there is nothing to audit"));
        return new VerifyReport(verification.source(), verification, null, decide(verification, nothingToAudit));
    }

    /** {@return the report on an image that was not even read, because nobody vouches for it} */
    static VerifyReport refused(String source, String because) {
        return new VerifyReport(source, null, null, new Decision(Decision.Kind.REJECT, List.of(because)));
    }

    /** {@return the report on an image of which it could not be found out whether anybody vouches for it} */
    static VerifyReport undecided(String source, String because) {
        return new VerifyReport(source, null, null, new Decision(Decision.Kind.INCOMPLETE, List.of(because)));
    }

    private static Decision decide(ImageVerification verification, Decision rules) {
        if (verification.verdict() == ImageVerification.Verdict.VERIFIED) {
            return rules;
        }
        List<String> because = new ArrayList<>();
        verification.problems().forEach(check -> because.add(describe(check)));
        boolean failed = verification.verdict() == ImageVerification.Verdict.FAILED;
        boolean rejected = failed || rules.kind() == Decision.Kind.REJECT;
        if (!failed && rejected) {
            because.addAll(rules.because());
        }
        return new Decision(rejected ? Decision.Kind.REJECT : Decision.Kind.INCOMPLETE, because);
    }

    /** {@return for example {@code layer 2: DIGEST_MISMATCH: content of …}} */
    static String describe(ContentCheck check) {
        return label(check) + ": "
                + check.result()
                        .<String>fold(
                                verified -> "verified",
                                failed -> failed.reason() + ": " + failed.message(),
                                unverifiable -> unverifiable.reason() + ": " + unverifiable.message());
    }

    /** {@return what the content is, layers counted from 1 as people do} */
    static String label(ContentCheck check) {
        String kind = check.kind().name().toLowerCase(Locale.ROOT);
        return check.kind() == ContentCheck.Kind.LAYER ? kind + " " + (check.position() + 1) : kind;
    }

    static String word(ContentResult result) {
        return result.<String>fold(verified -> "verified", failed -> "failed", unverifiable -> "unverifiable");
    }

    int exitCode() {
        return switch (decision.kind()) {
            case ACCEPT -> ExitCode.ACCEPTED;
            case REJECT -> ExitCode.REJECTED;
            case INCOMPLETE -> ExitCode.INCOMPLETE;
        };
    }
}
