package dev.tallyclerk.registry.layout;

import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import java.io.IOException;
import java.util.Objects;

/**
 * Thrown when a folder or file is not the layout or archive that it should be, has no image of that name, or cannot
 * take one.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people and may change.
 */
public final class LayoutException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Reason {
        /** There is no such file or folder, or it lacks what makes it a layout or an archive of images. */
        NOT_AN_IMAGE,
        /** The layout's version, the archive's compression, or what it holds is not read here. */
        UNSUPPORTED,
        /** The tar file or its compression is broken, or could be read in two ways. */
        MALFORMED_ARCHIVE,
        /**
         * What lies in the place of a file is none: a link that leads out of the layout, a folder, a pipe, a device.
         */
        NOT_A_FILE,
        /** A file below {@code blobs} has a name that is no digest. */
        BAD_BLOB_NAME,
        /** A limit of {@link LayoutLimits} was passed. */
        LIMIT_EXCEEDED,
        /** A document of the layout itself is broken. */
        MALFORMED_DOCUMENT,
        /** Several images could be meant. */
        SEVERAL_IMAGES
    }

    private final Reason reason;

    /** {@return the exception that says of a document of the layout what {@code cause} says} */
    static LayoutException of(String document, MalformedDocumentException cause) {
        Reason reason = cause.reason() == MalformedDocumentException.Reason.LIMIT_EXCEEDED
                ? Reason.LIMIT_EXCEEDED
                : Reason.MALFORMED_DOCUMENT;
        return new LayoutException(reason, document + ": " + cause.getMessage(), cause);
    }

    /** {@return the exception that says of a document of the layout what {@code cause} says} */
    static LayoutException of(String document, JsonException cause) {
        Reason reason =
                cause.reason() == JsonException.Reason.LIMIT ? Reason.LIMIT_EXCEEDED : Reason.MALFORMED_DOCUMENT;
        return new LayoutException(reason, document + ": " + cause.getMessage(), cause);
    }

    LayoutException(Reason reason, String message) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    LayoutException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /** {@return what is wrong} */
    public Reason reason() {
        return reason;
    }
}
