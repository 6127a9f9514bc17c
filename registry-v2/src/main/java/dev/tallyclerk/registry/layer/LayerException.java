package dev.tallyclerk.registry.layer;

import dev.tallyclerk.digest.Digest;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a layer matches its digest but cannot be used.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people and may change.
 */
public final class LayerException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is wrong with the layer. */
    public enum Reason {
        /** The bytes do not match the layer's media type: a broken or foreign compressed stream. */
        MALFORMED,
        /** The layer is compressed, but not as its media type says: some engines decompress it, others fail. */
        AMBIGUOUS_COMPRESSION,
        /** There are bytes after the end of the compressed stream, or after the end of the archive in it. */
        TRAILING_DATA,
        /** A limit of {@link LayerLimits} is exceeded. */
        LIMIT_EXCEEDED,
        /** The uncompressed content does not match the diffID of the image's configuration. */
        DIFF_ID_MISMATCH,
        /** This version does not support the layer's compression or the digest's algorithm. */
        UNSUPPORTED,
        /** The uncompressed content is not a tar archive, or a broken or truncated one. */
        MALFORMED_ARCHIVE,
        /** Tar readers disagree on the archive's files. */
        AMBIGUOUS_ARCHIVE,
        /**
         * The archive has an unsupported entry: a sparse file of GNU's old form, or another type that engines refuse
         * too.
         */
        UNSUPPORTED_ENTRY,
        /** A whiteout does not name anything to remove. */
        MALFORMED_WHITEOUT
    }

    private final Reason reason;

    /** Text, because an exception must be serializable. */
    private final @Nullable String actualDiffId;

    /**
     * Makes an exception; also for {@linkplain LayerDecompressor decompressors}.
     *
     * @param reason what is wrong
     * @param message a description for people
     */
    public LayerException(Reason reason, String message) {
        this(reason, message, null);
    }

    private LayerException(Reason reason, String message, @Nullable Digest actualDiffId) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
        this.actualDiffId = actualDiffId == null ? null : actualDiffId.toString();
    }

    static LayerException mismatch(@Nullable Digest actual, Digest promised) {
        return new LayerException(
                Reason.DIFF_ID_MISMATCH,
                "layer decompresses to " + (actual == null ? "other content" : actual) + ", not to the diffID "
                        + promised,
                actual);
    }

    /**
     * {@return this exception with a location at the start of its message, and this one as its cause}
     *
     * @param place for display, for example {@code layer 2}
     */
    public LayerException at(String place) {
        LayerException located = new LayerException(
                reason, place + ": " + getMessage(), actualDiffId().orElse(null));
        located.initCause(this);
        return located;
    }

    /** {@return what is wrong} */
    public Reason reason() {
        return reason;
    }

    /** {@return the digest of the uncompressed content by the diffID's algorithm, if it does not match} */
    public Optional<Digest> actualDiffId() {
        return Optional.ofNullable(actualDiffId).map(Digest::parse);
    }
}
