package dev.tallyclerk.version;

import dev.tallyclerk.text.Quoted;

/**
 * Thrown when text is not a version of the ecosystem that it was parsed for.
 *
 * <p>The message quotes at most 80 characters of the text and may change.
 */
public final class InvalidVersionException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /**
     * An exception about one text.
     *
     * @param text the text that was parsed
     * @param problem what is wrong with it, such as {@code "it is empty"}
     */
    InvalidVersionException(String text, String problem) {
        super("invalid version " + Quoted.quote(text) + ": " + problem);
    }
}
