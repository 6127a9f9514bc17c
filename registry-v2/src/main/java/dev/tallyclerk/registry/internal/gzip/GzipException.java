package dev.tallyclerk.registry.internal.gzip;

import java.io.IOException;

/** Thrown when bytes are not a valid gzip stream. */
public final class GzipException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Reason {
        /** The stream does not start with a gzip member. */
        NOT_GZIP,
        /** A member is malformed, or fails its checksum. */
        CORRUPT,
        /** The stream ends inside a member. */
        TRUNCATED,
        /** Other data follows the last member. */
        TRAILING_DATA
    }

    private final Reason reason;

    GzipException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** {@return what is wrong} */
    public Reason reason() {
        return reason;
    }
}
