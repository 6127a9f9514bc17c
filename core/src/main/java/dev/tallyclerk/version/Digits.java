package dev.tallyclerk.version;

/** Runs of ASCII digits, which have no bound in any order. */
final class Digits {
    private Digits() {}

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isLetter(char c) {
        return isLower(c) || (c >= 'A' && c <= 'Z');
    }

    static boolean isLower(char c) {
        return c >= 'a' && c <= 'z';
    }

    static boolean isAlphanumeric(char c) {
        return isDigit(c) || isLetter(c);
    }

    static boolean areDigits(String text) {
        return !text.isEmpty() && end(text, 0) == text.length();
    }

    /** {@return where the run of digits that starts at {@code from} ends} */
    static int end(String text, int from) {
        int at = from;
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /** {@return the digits without leading zeros; empty for zero} */
    static String stripped(String digits) {
        int at = 0;
        while (at < digits.length() && digits.charAt(at) == '0') {
            at++;
        }
        return digits.substring(at);
    }

    static boolean isZero(String digits) {
        return stripped(digits).isEmpty();
    }

    /** Compares two numbers. An empty text is zero. */
    static int compare(String first, String second) {
        String a = stripped(first);
        String b = stripped(second);
        return a.length() != b.length() ? Integer.compare(a.length(), b.length()) : a.compareTo(b);
    }

    /** {@return the number modulo 2^64} */
    static long modulo64(String digits) {
        long number = 0;
        for (int at = 0; at < digits.length(); at++) {
            number = number * 10 + (digits.charAt(at) - '0');
        }
        return number;
    }
}
