package dev.tallyclerk.text;

/**
 * Quotes text from outside, so that it can stand in a message, a log or a terminal.
 *
 * <p>Controls, line breaks, format characters (which include the bidirectional overrides that reorder text on display),
 * lone surrogates and unassigned characters are shown as {@code ?}. Everything else is kept, quotes and backslashes
 * included: the result is for people and is not meant to be parsed. It is not escaped for HTML or a shell either.
 */
public final class Quoted {
    private static final int MAX_QUOTED = 80;

    private Quoted() {}

    /**
     * {@return {@code input} in double quotes and on one line, cut after 80 characters; an ellipsis marks the cut}
     *
     * @param input the text
     */
    public static String quote(CharSequence input) {
        return quote(input, MAX_QUOTED);
    }

    /**
     * {@return {@code input} in double quotes and on one line, cut after some characters; an ellipsis marks the cut}
     *
     * @param input the text
     * @param maxCharacters how many code points are shown at most; not negative
     */
    public static String quote(CharSequence input, int maxCharacters) {
        if (maxCharacters < 0) {
            throw new IllegalArgumentException("a negative number of characters: " + maxCharacters);
        }
        StringBuilder out = new StringBuilder(Math.min(maxCharacters, input.length()) + 3).append('"');
        appendPrintable(input, maxCharacters, out);
        return out.append('"').toString();
    }

    /**
     * {@return all of {@code input} on one line, without quotes}
     *
     * @param input the text
     */
    public static String printable(CharSequence input) {
        int at = 0;
        while (at < input.length() && input.charAt(at) >= ' ' && input.charAt(at) <= '~') {
            at++;
        }
        if (at == input.length()) {
            return input.toString();
        }
        StringBuilder out = new StringBuilder(input.length());
        appendPrintable(input, Integer.MAX_VALUE, out);
        return out.toString();
    }

    private static void appendPrintable(CharSequence input, int limit, StringBuilder out) {
        int at = 0;
        for (int shown = 0; at < input.length() && shown < limit; shown++) {
            int c = Character.codePointAt(input, at);
            at += Character.charCount(c);
            out.appendCodePoint(isPrintable(c) ? c : '?');
        }
        if (at < input.length()) {
            out.append('…');
        }
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            // FORMAT includes the bidirectional overrides, which reorder text on display.
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
