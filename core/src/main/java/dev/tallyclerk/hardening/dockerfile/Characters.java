package dev.tallyclerk.hardening.dockerfile;

/** Blanks and line ends as BuildKit sees them. */
final class Characters {
    private Characters() {}

    static String withoutLineEnd(String read) {
        int end = read.length();
        while (end > 0 && (read.charAt(end - 1) == '\n' || read.charAt(end - 1) == '\r')) {
            end--;
        }
        return read.substring(0, end);
    }

    static String withoutTabs(String read) {
        int start = 0;
        while (start < read.length() && read.charAt(start) == '\t') {
            start++;
        }
        return read.substring(start);
    }

    /** {@return the offset of the first character from {@code start} on that is not a blank} */
    static int blanksAt(String text, int start) {
        int at = start;
        while (at < text.length() && isSpace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /** {@return the offset after the last character that is not a blank, at least {@code start}} */
    static int endOf(String text, int start) {
        int end = text.length();
        while (end > start && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return end;
    }

    /** {@return whether Go's unicode.IsSpace has the character} */
    static boolean isSpace(char c) {
        return switch (c) {
            case '\t',
                    '\n',
                    '\u000B',
                    '\f',
                    '\r',
                    ' ',
                    '\u0085',
                    '\u00A0',
                    '\u1680',
                    '\u2028',
                    '\u2029',
                    '\u202F',
                    '\u205F',
                    '\u3000' -> true;
            default -> c >= '\u2000' && c <= '\u200A';
        };
    }

    /** {@return whether the character separates the words of instructions; line ends do not} */
    static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\u000B' || c == '\f' || c == '\r';
    }

    static int utf8Length(String text) {
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Each half of a pair counts for two of its four bytes.
            length += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return length;
    }
}
