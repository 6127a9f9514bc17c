package dev.tallyclerk.registry.audit;

import dev.tallyclerk.registry.verify.ContentCheck;
import dev.tallyclerk.registry.verify.ContentResult;
import java.util.Optional;

/** Describes content that did not match. */
final class ContentProblems {
    private ContentProblems() {}

    /** {@return a description of the problem, or nothing if the content matched or could not be verified} */
    static Optional<String> describe(ContentCheck check) {
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
            case DIFF_ID_MISMATCH -> "does not decompress to its diffID";
            case MALFORMED_DOCUMENT, MALFORMED_LAYER -> "matches its digest but is malformed";
            case AMBIGUOUS_LAYER -> "matches its digest, but tar readers disagree on its files";
            case AMBIGUOUS_FILES -> "matches its digest, but engines disagree on the merged files";
            case AMBIGUOUS_DOCUMENT -> "is ambiguous";
            case INVALID_SIGNATURE -> "has an invalid signature";
            case LAYER_COUNT_MISMATCH, NO_SUCH_PLATFORM, WRONG_PLATFORM -> "does not belong together";
            case LIMIT_EXCEEDED -> "exceeds a limit";
            case NOT_THE_TRUSTED_DIGEST -> "is not the trusted one";
            case MISSING ->
                isRestricted(check.mediaType()) ? "is missing, and of a type that is not distributed" : "is missing";
            case NOT_READ, UNSUPPORTED -> "was not verified";
        };
    }

    /** {@return whether layers of a media type may be omitted from a copy of an image} */
    static boolean isRestricted(String mediaType) {
        return mediaType.startsWith("application/vnd.oci.image.layer.nondistributable.")
                || mediaType.startsWith("application/vnd.docker.image.rootfs.foreign.");
    }
}
