package dev.tallyclerk.registry.image;

import dev.tallyclerk.digest.Digest;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when an image cannot be copied although its source and destination can be used.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people and may change.
 */
public final class CopyException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Why it is not copied. */
    public enum Reason {
        /** The source does not have a manifest or a blob that the image needs. */
        MISSING,
        /** The index has no image for the platform. */
        NO_SUCH_PLATFORM,
        /** The image is for another platform than the one asked for. */
        WRONG_PLATFORM,
        /** Two documents of the image say different things of one digest. */
        CONTRADICTION,
        /** The manifests together, or indexes within indexes, pass a limit. */
        LIMIT_EXCEEDED,
        /** The destination cannot hold such an image, or it is of a kind that is not copied. */
        UNSUPPORTED
    }

    private final Reason reason;

    /** As text, because an exception can be serialized. */
    private final @Nullable String content;

    /**
     * Says why an image is not copied.
     *
     * @param reason why, for a program
     * @param message why, for a person
     */
    public CopyException(Reason reason, String message) {
        this(reason, null, message);
    }

    /**
     * Says why an image is not copied.
     *
     * @param reason why, for a program
     * @param content the manifest or blob of the image that it is about, if it is about one
     * @param message why, for a person
     */
    public CopyException(Reason reason, @Nullable Digest content, String message) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
        this.content = content == null ? null : content.toString();
    }

    /** {@return why the image is not copied} */
    public Reason reason() {
        return reason;
    }

    /** {@return the manifest or blob of the image that it is about; nothing if it is not about one} */
    public Optional<Digest> content() {
        return Optional.ofNullable(content).map(Digest::parse);
    }
}
