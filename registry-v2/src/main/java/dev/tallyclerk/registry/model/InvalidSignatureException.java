package dev.tallyclerk.registry.model;

import dev.tallyclerk.registry.model.Schema1Verification.Reason;

/** Thrown for the first invalid signature; becomes {@link Schema1Verification.Invalid}. */
final class InvalidSignatureException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    InvalidSignatureException(Reason reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }
}
