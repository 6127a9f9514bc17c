package dev.tallyclerk.registry.audit;

import dev.tallyclerk.registry.verify.ContentCheck;
import dev.tallyclerk.registry.verify.ContentResult;
import java.util.Optional;

/** Says of content that did not hold what it is, and whether that is a replaced, a badly made or a missing one. */
final class ContentProblem {
    private ContentProblem() {}

    /** {@return the problem in words, or nothing if the content held or could only not be verified} */
    static Optional<String> of(ContentCheck check) {
        return check.result() instanceof ContentResult.Failed failed
                ? Optional.of(subject(check) + ' ' + kind(check, failed.reason()) + ": " + failed.message())
                : Optional.empty();
    }

    private static String subject(ContentCheck check) {
        return switch (check.kind()) {
            case INDEX -> "the index";
            case MANIFEST -> "the manifest";
            case CONFIG -> "the configuration";
            case LAYER -> "layer " + (check.position() + 1);
        };
    }

    private static String kind(ContentCheck check, ContentResult.Reason reason) {
        return switch (reason) {
            case DIGEST_MISMATCH, TOO_LONG, TOO_SHORT -> "does not match its digest or size";
            case DIFF_ID_MISMATCH -> "does not decompress to what the configuration promises";
            case MALFORMED_DOCUMENT, MALFORMED_LAYER -> "matches its digest and is malformed";
            case AMBIGUOUS_LAYER -> "is what was promised, and readers may take it for different files";
            case AMBIGUOUS_DOCUMENT -> "can be read as two different things";
            case INVALID_SIGNATURE -> "has a signature that is not valid";
            case LAYER_COUNT_MISMATCH, NO_SUCH_PLATFORM, WRONG_PLATFORM -> "does not fit";
            case LIMIT_EXCEEDED -> "passes a limit";
            case NOT_THE_TRUSTED_DIGEST -> "is not the one that is vouched for";
            case MISSING ->
                ContentRules.isRestricted(check.mediaType())
                        ? "is of a type that is not distributed, and missing"
                        : "is missing";
            case NOT_READ, UNSUPPORTED -> "was not verified";
        };
    }
}
