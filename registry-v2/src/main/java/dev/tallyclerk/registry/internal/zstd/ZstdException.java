package dev.tallyclerk.registry.internal.zstd;

import java.io.IOException;
import java.util.Objects;

/** Thrown when bytes are not a Zstandard stream that may be decoded. */
public final class ZstdException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is wrong with the stream. */
    public enum Reason {
        /** The first bytes are those of no frame that RFC 8878 knows. */
        NOT_ZSTD,
        /** The bytes break a rule of the format. */
        CORRUPT,
        /** The stream ends inside a frame. */
        TRUNCATED,
        /** Something follows the last frame. */
        TRAILING_DATA,
        /** What was decoded fails the checksum of its frame. */
        CHECKSUM,
        /** A frame names a dictionary. */
        NEEDS_DICTIONARY,
        /** A frame needs a larger window than is allowed. */
        WINDOW_TOO_LARGE
    }

    private final Reason reason;

    public ZstdException(Reason reason, String message) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    static ZstdException corrupt(String message) {
        return new ZstdException(Reason.CORRUPT, message);
    }

    /** {@return what is wrong} */
    public Reason reason() {
        return reason;
    }
}
