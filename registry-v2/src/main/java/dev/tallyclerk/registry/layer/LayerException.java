package dev.tallyclerk.registry.layer;

import dev.tallyclerk.digest.Digest;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a layer's bytes are the promised ones and still cannot be used.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people and may change.
 */
public final class LayerException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is wrong with the layer. */
    public enum Reason {
        /** The bytes are not what the layer's media type says: a broken or foreign compressed stream. */
        MALFORMED,
        /** There are bytes after the end of the compressed stream, or behind the end of the archive in it. */
        TRAILING_DATA,
        /** A limit of {@link LayerLimits} was passed. */
        LIMIT_EXCEEDED,
        /** The uncompressed content is not the one that the image's configuration promises. */
        DIFF_ID_MISMATCH,
        /** The layer's compression, or the digest's algorithm, cannot be read by this version. */
        UNSUPPORTED,
        /** The uncompressed content is no tar archive, a broken one, or one that ends early. */
        MALFORMED_ARCHIVE,
        /** Readers of tar take the archive for different files, so that nobody can say what it holds. */
        AMBIGUOUS_ARCHIVE,
        /**
         * The archive has an entry that is not read: a sparse file, which readers see under two names and with two
         * contents, or one of a type that engines refuse too.
         */
        UNSUPPORTED_ENTRY,
        /** A whiteout names nothing that it could remove. */
        MALFORMED_WHITEOUT
    }

    private final Reason reason;

    /** As text, because an exception can be serialized. */
    private final @Nullable String actualDiffId;

    /**
     * Says what is wrong with a layer; for {@linkplain LayerDecompressor decompressors} too.
     *
     * @param reason what is wrong
     * @param message what is wrong, for a person
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
                "layer decompresses to " + (actual == null ? "something else" : actual) + ", not to the diffID "
                        + promised,
                actual);
    }

    /**
     * {@return the same refusal, with this one for its cause and a message that begins with where it was met}
     *
     * @param place for a person to read, for example {@code layer 2}
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

    /**
     * {@return the digest of the uncompressed content, by the promised one's algorithm, if it is not the promised one}
     */
    public Optional<Digest> actualDiffId() {
        return Optional.ofNullable(actualDiffId).map(Digest::parse);
    }
}
