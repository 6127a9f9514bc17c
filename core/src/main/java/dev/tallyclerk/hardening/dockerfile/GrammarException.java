package dev.tallyclerk.hardening.dockerfile;

/** Thrown within this package if a text breaks the grammar; the catcher knows the line. */
final class GrammarException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GrammarException(String message) {
        super(message, null, false, false);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
