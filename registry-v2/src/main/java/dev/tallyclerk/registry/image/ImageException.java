package dev.tallyclerk.registry.image;

import dev.tallyclerk.digest.Digest;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a source does not have an image, or an image cannot be copied although its source and destination work.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people and may change.
 */
public final class ImageException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Reason {
        /** The source has no image of that name, or lacks a manifest or blob that the image needs. */
        NOT_FOUND,
        /** The index has no image for the platform. */
        NO_SUCH_PLATFORM,
        /** The image is for another platform than the one asked for. */
        WRONG_PLATFORM,
        /** Two documents of the image contradict each other about one digest. */
        CONTRADICTION,
        /** The manifests together, or nested indexes, exceed a limit. */
        LIMIT_EXCEEDED,
        /** The destination cannot hold such an image, or images of this kind are not copied. */
        UNSUPPORTED
    }

    private final Reason reason;

    /** As text, because an exception can be serialized. */
    private final @Nullable String content;

    /** Creates an exception about the image as a whole. */
    public ImageException(Reason reason, String message) {
        this(reason, null, message, null);
    }

    /** Creates an exception about the image as a whole. */
    public ImageException(Reason reason, String message, Throwable cause) {
        this(reason, null, message, cause);
    }

    /** Creates an exception about one manifest or blob. */
    public ImageException(Reason reason, Digest content, String message) {
        this(reason, content, message, null);
    }

    private ImageException(Reason reason, @Nullable Digest content, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = Objects.requireNonNull(reason, "reason");
        this.content = content == null ? null : content.toString();
    }

    /** {@return the exception for a manifest or blob that {@code source} lacks} */
    public static ImageException notFound(String source, Digest content) {
        return new ImageException(Reason.NOT_FOUND, content, source + " does not have " + content);
    }

    /** {@return the reason} */
    public Reason reason() {
        return reason;
    }

    /** {@return the digest of the manifest or blob at fault; empty if the image as a whole is} */
    public Optional<Digest> content() {
        return Optional.ofNullable(content).map(Digest::parse);
    }
}
