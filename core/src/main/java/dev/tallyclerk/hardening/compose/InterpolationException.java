package dev.tallyclerk.hardening.compose;

/** Thrown when the variables in a text do not follow the grammar, or exceed a limit. */
final class InterpolationException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean isLimit;

    InterpolationException(String message, boolean isLimit) {
        super(message);
        this.isLimit = isLimit;
    }

    boolean isLimit() {
        return isLimit;
    }
}
