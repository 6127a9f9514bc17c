package dev.tallyclerk.registry.layout;

import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import java.io.IOException;
import java.util.Objects;

/**
 * Thrown when a folder or file is not the expected layout or archive, is ambiguous, or cannot take an image.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people and may change.
 */
public final class LayoutException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Reason {
        /** There is no such file or folder, or it lacks the files of a layout or an archive of images. */
        NOT_AN_IMAGE,
        /** The layout's version, the archive's compression, or its content is not supported. */
        UNSUPPORTED,
        /** The tar file or its compression is malformed, or the archive is ambiguous. */
        MALFORMED_ARCHIVE,
        /** Something other than a file has the place of one: a link out of the layout, a folder, a pipe, a device. */
        NOT_A_FILE,
        /** A file below {@code blobs} has a name that is no digest. */
        BAD_BLOB_NAME,
        /** A limit of {@link LayoutLimits} is exceeded. */
        LIMIT_EXCEEDED,
        /** A document of the layout itself is malformed. */
        MALFORMED_DOCUMENT,
        /** Several images match. */
        SEVERAL_IMAGES
    }

    private final Reason reason;

    LayoutException(Reason reason, String message) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    LayoutException(Reason reason, String message, Throwable cause) {
        this(reason, message);
        initCause(cause);
    }

    static LayoutException malformed(String message) {
        return new LayoutException(Reason.MALFORMED_ARCHIVE, message);
    }

    static LayoutException limit(String message) {
        return new LayoutException(Reason.LIMIT_EXCEEDED, message);
    }

    static LayoutException notAnImage(String message) {
        return new LayoutException(Reason.NOT_AN_IMAGE, message);
    }

    static LayoutException unsupported(String message) {
        return new LayoutException(Reason.UNSUPPORTED, message);
    }

    /** {@return the exception for a document of the layout that failed with {@code cause}} */
    static LayoutException of(String document, MalformedDocumentException cause) {
        return of(document, cause.reason() == MalformedDocumentException.Reason.LIMIT_EXCEEDED, cause);
    }

    /** {@return the exception for a document of the layout that failed with {@code cause}} */
    static LayoutException of(String document, JsonException cause) {
        return of(document, cause.reason() == JsonException.Reason.LIMIT, cause);
    }

    private static LayoutException of(String document, boolean limit, Exception cause) {
        Reason reason = limit ? Reason.LIMIT_EXCEEDED : Reason.MALFORMED_DOCUMENT;
        return new LayoutException(reason, document + ": " + cause.getMessage(), cause);
    }

    /** {@return the reason} */
    public Reason reason() {
        return reason;
    }
}
