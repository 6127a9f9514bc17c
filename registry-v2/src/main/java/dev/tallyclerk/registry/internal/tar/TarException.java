package dev.tallyclerk.registry.internal.tar;

import java.io.IOException;

/** Thrown when a stream is not an archive on whose files all tar readers agree. */
public final class TarException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is wrong with the archive. */
    public enum Reason {
        /** The stream does not start with a tar header. */
        NOT_TAR,
        /** A malformed or truncated archive. */
        MALFORMED,
        /** Tar readers disagree on the archive's files. */
        AMBIGUOUS,
        /** An unsupported entry: a sparse file, or a vendor's type. */
        UNSUPPORTED,
        /** A limit is exceeded. */
        LIMIT_EXCEEDED,
        /** Data follows the end of the archive. */
        TRAILING_DATA
    }

    private final Reason reason;

    TarException(Reason reason, String message) {
        super("archive " + message);
        this.reason = reason;
    }

    static TarException malformed(String message) {
        return new TarException(Reason.MALFORMED, message);
    }

    static TarException ambiguous(String message) {
        return new TarException(Reason.AMBIGUOUS, message);
    }

    static TarException beyondLimit(String message) {
        return new TarException(Reason.LIMIT_EXCEEDED, message);
    }

    /** {@return what is wrong} */
    public Reason reason() {
        return reason;
    }
}
