package dev.tallyclerk.internal.secret;

/**
 * A line that is not one of the table of patterns. The message says which line, what is wrong and what it should be.
 */
public final class PatternException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    PatternException(String message) {
        super(message);
    }
}
