package dev.tallyclerk.registry.model;

import dev.tallyclerk.registry.model.Schema1Verification.Reason;

/** Ends the check of signatures at the first that is not valid; becomes {@link Schema1Verification.Invalid}. */
final class InvalidSignatureException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final String detail;

    InvalidSignatureException(Reason reason, String detail) {
        super(detail);
        this.reason = reason;
        this.detail = detail;
    }

    Reason reason() {
        return reason;
    }

    String detail() {
        return detail;
    }
}
