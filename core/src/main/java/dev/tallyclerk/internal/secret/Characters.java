package dev.tallyclerk.internal.secret;

/** Sets of ASCII characters. */
final class Characters {
    private Characters() {}

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    static boolean isAlphanumeric(int c) {
        return isDigit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }

    static boolean isWord(int c) {
        return isAlphanumeric(c) || c == '_';
    }

    static boolean isToken(int c) {
        return isWord(c) || c == '-';
    }

    static boolean isBase64(int c) {
        return isAlphanumeric(c) || c == '+' || c == '/' || c == '=';
    }

    static boolean isSpace(int c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    /** {@return all characters of a word but those of a text, as two sets of bits} */
    static long[] allBut(String text) {
        long[] bits = {-1L << (' ' + 1), -1};
        text.chars().forEach(c -> bits[c >> 6] &= ~(1L << (c & 63)));
        return bits;
    }

    /** {@return whether a set has a character; it has all that are not ASCII} */
    static boolean isIn(long[] bits, int c) {
        return c < 0 || ((bits[c >> 6] >>> (c & 63)) & 1) != 0;
    }
}
