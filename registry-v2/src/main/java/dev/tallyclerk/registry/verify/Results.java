package dev.tallyclerk.registry.verify;

import dev.tallyclerk.registry.filesystem.ImageFileSystemException;
import dev.tallyclerk.registry.layer.LayerException;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.verify.ContentResult.Failed;
import dev.tallyclerk.registry.verify.ContentResult.Reason;
import dev.tallyclerk.registry.verify.ContentResult.Unverifiable;
import dev.tallyclerk.verify.VerificationException;

/** What failures to verify or read content mean. */
final class Results {
    private Results() {}

    static ContentResult of(VerificationException e) {
        String message = String.valueOf(e.getMessage());
        return switch (e.reason()) {
            case TOO_LONG -> new Failed(Reason.TOO_LONG, message);
            case TOO_SHORT -> new Failed(Reason.TOO_SHORT, message);
            case DIGEST_MISMATCH -> new Failed(Reason.DIGEST_MISMATCH, message);
            case UNSUPPORTED_ALGORITHM -> new Unverifiable(Reason.UNSUPPORTED, message);
        };
    }

    static ContentResult of(MalformedDocumentException e) {
        String message = String.valueOf(e.getMessage());
        return switch (e.reason()) {
            case UNSUPPORTED -> new Unverifiable(Reason.UNSUPPORTED, message);
            case AMBIGUOUS, DUPLICATE_MEMBER, CASE_VARIANT_MEMBER -> new Failed(Reason.AMBIGUOUS_DOCUMENT, message);
            case LIMIT_EXCEEDED -> new Failed(Reason.LIMIT_EXCEEDED, message);
            case NOT_JSON, MISSING_MEMBER, WRONG_TYPE, BAD_VALUE -> new Failed(Reason.MALFORMED_DOCUMENT, message);
        };
    }

    static ContentResult of(LayerException e) {
        String message = String.valueOf(e.getMessage());
        return switch (e.reason()) {
            case UNSUPPORTED, UNSUPPORTED_ENTRY -> new Unverifiable(Reason.UNSUPPORTED, message);
            case DIFF_ID_MISMATCH -> new Failed(Reason.DIFF_ID_MISMATCH, message);
            case LIMIT_EXCEEDED -> new Failed(Reason.LIMIT_EXCEEDED, message);
            case AMBIGUOUS_ARCHIVE, AMBIGUOUS_COMPRESSION -> new Failed(Reason.AMBIGUOUS_LAYER, message);
            case MALFORMED, TRAILING_DATA, MALFORMED_ARCHIVE, MALFORMED_WHITEOUT ->
                new Failed(Reason.MALFORMED_LAYER, message);
        };
    }

    static ContentResult of(ImageFileSystemException e) {
        String message = e.reason() + ": " + e.problem();
        return e.reason() == ImageFileSystemException.Reason.LIMIT_EXCEEDED
                ? new Unverifiable(Reason.LIMIT_EXCEEDED, e.problem() + ", so its files cannot be merged")
                : new Failed(Reason.AMBIGUOUS_FILES, message);
    }
}
