package dev.tallyclerk.registry.internal.zstd;

import java.io.IOException;
import java.util.Objects;

/** Thrown when bytes are not a valid or supported Zstandard stream. */
public final class ZstdException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is wrong with the stream. */
    public enum Reason {
        /** The stream does not start with a frame of RFC 8878. */
        NOT_ZSTD,
        /** The stream violates the format. */
        CORRUPT,
        /** The stream ends inside a frame. */
        TRUNCATED,
        /** Data follows the last frame. */
        TRAILING_DATA,
        /** The decoded content fails the checksum of its frame. */
        CHECKSUM,
        /** A frame needs a dictionary. */
        NEEDS_DICTIONARY,
        /** A frame needs a larger window than allowed. */
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
