package dev.tallyclerk.internal.text;

/** Quotes untrusted text for a message: bounded, on one line, and without terminal control characters. */
public final class Quoted {
    private static final int MAX_QUOTED = 80;

    private Quoted() {}

    /**
     * {@return {@code input} in double quotes, cut after 80 characters, with every control, format and surrogate
     * character shown as {@code ?}}
     */
    public static String quote(CharSequence input) {
        return quote(input, MAX_QUOTED);
    }

    /** {@return {@code input} in quotes as by {@link #quote(CharSequence)}, cut after {@code most} characters} */
    public static String quote(CharSequence input, int most) {
        StringBuilder out = new StringBuilder(Math.min(most, input.length()) + 3).append('"');
        appendPrintable(input, most, out);
        return out.append('"').toString();
    }

    /** {@return all of {@code input}, with every terminal control character shown as {@code ?}} */
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
