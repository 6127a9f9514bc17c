package dev.tallyclerk.registry.internal.tar;

import java.io.IOException;

/** Thrown when a stream is not an archive that every reader takes for the same files. */
public final class TarException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is wrong with the archive. */
    public enum Reason {
        /** The first bytes are those of no tar archive. */
        NOT_TAR,
        /** A broken archive, or one that ends early. */
        MALFORMED,
        /** Readers of tar take it for different files. */
        AMBIGUOUS,
        /** An entry of a kind that is not read: a sparse file, or one of a vendor's own. */
        UNSUPPORTED,
        /** A limit was passed. */
        LIMIT_EXCEEDED,
        /** There is something behind the end of the archive. */
        TRAILING_DATA
    }

    private final Reason reason;

    TarException(Reason reason, String message) {
        super("archive " + message);
        this.reason = reason;
    }

    /** {@return what is wrong} */
    public Reason reason() {
        return reason;
    }
}
