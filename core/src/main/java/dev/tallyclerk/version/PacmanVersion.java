package dev.tallyclerk.version;

import org.jspecify.annotations.Nullable;

/** A version by vercmp(8) of pacman: {@code [epoch:]version[-release]}. */
record PacmanVersion(String epoch, String version, @Nullable String release) implements VersionKey {
    static PacmanVersion parse(String text) {
        RpmVersion parts = RpmVersion.parse(text);
        return new PacmanVersion(parts.epoch(), parts.version(), parts.release());
    }

    @Override
    public int compareTo(VersionKey other) {
        PacmanVersion that = (PacmanVersion) other;
        int order = Digits.compare(epoch, that.epoch);
        if (order == 0) {
            order = compare(version, that.version);
        }
        return order != 0 || release == null || that.release == null ? order : compare(release, that.release);
    }

    /** Compares segments of digits or letters; a longer separator in front of a segment is after a shorter one. */
    private static int compare(String first, String second) {
        if (first.equals(second)) {
            return 0;
        }
        int i = 0;
        int j = 0;
        while (i < first.length() && j < second.length()) {
            int a = skipSeparators(first, i);
            int b = skipSeparators(second, j);
            if (a == first.length() || b == second.length()) {
                i = a;
                j = b;
                break;
            }
            if (a - i != b - j) {
                return Integer.compare(a - i, b - j);
            }
            boolean digits = Digits.isDigit(first.charAt(a));
            if (digits != Digits.isDigit(second.charAt(b))) {
                return digits ? 1 : -1;
            }
            i = digits ? Digits.end(first, a) : lettersEnd(first, a);
            j = digits ? Digits.end(second, b) : lettersEnd(second, b);
            String one = first.substring(a, i);
            String two = second.substring(b, j);
            int order = digits ? Digits.compare(one, two) : one.compareTo(two);
            if (order != 0) {
                return order;
            }
        }
        if (i == first.length() && j == second.length()) {
            return 0;
        }
        // Letters that remain are before the end ("1.0rc" before "1.0"); anything else is after it.
        boolean before = i == first.length() ? !Digits.isLetter(second.charAt(j)) : Digits.isLetter(first.charAt(i));
        return before ? -1 : 1;
    }

    private static int skipSeparators(String text, int from) {
        int at = from;
        while (at < text.length() && !Digits.isAlphanumeric(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static int lettersEnd(String text, int from) {
        int at = from;
        while (at < text.length() && Digits.isLetter(text.charAt(at))) {
            at++;
        }
        return at;
    }
}
