package dev.tallyclerk.registry.sbom;

import java.io.IOException;
import java.util.Objects;

/** Thrown if a document is no bill of materials that can be read. */
public final class SbomException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Why; reasons may be added, never changed. */
    public enum Reason {
        /** Not JSON, or a member has the wrong type or is there twice. */
        MALFORMED,
        /** A bill of materials in a format or version that is not read, such as XML or SPDX 3. */
        UNSUPPORTED,
        /** JSON that is no bill of materials, such as provenance. */
        OTHER_DOCUMENT,
        /** A limit of {@link SbomLimits} is exceeded. */
        LIMIT_EXCEEDED
    }

    private final Reason reason;

    SbomException(Reason reason, String message) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    SbomException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /** {@return why} */
    public Reason reason() {
        return reason;
    }
}
