package dev.tallyclerk.registry.internal.gzip;

import java.io.IOException;

/** Thrown when bytes are not the gzip stream that they should be. */
public final class GzipException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Reason {
        /** The first bytes are not those of a gzip member. */
        NOT_GZIP,
        /** A member breaks the format, or fails its checksum. */
        CORRUPT,
        /** The bytes end inside a member. */
        TRUNCATED,
        /** Something that is no member follows the last one. */
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
