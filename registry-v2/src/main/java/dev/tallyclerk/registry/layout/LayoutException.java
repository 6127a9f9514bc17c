package dev.tallyclerk.registry.layout;

import java.io.IOException;
import java.util.Objects;

/**
 * Thrown when a folder or file is not the layout or archive that it should be, or has no image of that name.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people and may change.
 */
public final class LayoutException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Reason {
        /** There is no such file or folder, or it lacks what makes it a layout or an archive of images. */
        NOT_AN_IMAGE,
        /** The layout is of a version that is not read here, or the archive is compressed. */
        UNSUPPORTED,
        /** The tar file is broken, or could be read in two ways. */
        MALFORMED_ARCHIVE,
        /** A document of the layout itself is broken. */
        MALFORMED_DOCUMENT,
        /** No image has the name that was asked for. */
        NO_SUCH_IMAGE,
        /** Several images could be meant. */
        SEVERAL_IMAGES
    }

    private final Reason reason;

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
