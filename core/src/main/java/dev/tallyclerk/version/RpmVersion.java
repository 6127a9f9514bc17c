package dev.tallyclerk.version;

import org.jspecify.annotations.Nullable;

/** A version by rpm-version(7): {@code [epoch:]version[-release]}. */
record RpmVersion(String epoch, String version, @Nullable String release) implements VersionKey {
    static RpmVersion parse(String text) {
        if (text.isEmpty()) {
            throw new InvalidVersionException(text, "it is empty");
        }
        int colon = Digits.end(text, 0);
        boolean hasEpoch = colon < text.length() && text.charAt(colon) == ':';
        String rest = hasEpoch ? text.substring(colon + 1) : text;
        int hyphen = rest.lastIndexOf('-');
        return new RpmVersion(
                hasEpoch ? text.substring(0, colon) : "",
                hyphen < 0 ? rest : rest.substring(0, hyphen),
                hyphen < 0 ? null : rest.substring(hyphen + 1));
    }

    @Override
    public int compareTo(VersionKey other) {
        RpmVersion that = (RpmVersion) other;
        int order = Digits.compare(epoch, that.epoch);
        if (order == 0) {
            order = compare(version, that.version);
        }
        if (order != 0) {
            return order;
        }
        if (release == null || that.release == null) {
            return Boolean.compare(release != null, that.release != null);
        }
        return compare(release, that.release);
    }

    /** Compares segments of digits or letters. Other characters only separate, except a tilde and a caret. */
    private static int compare(String first, String second) {
        int i = 0;
        int j = 0;
        while (i < first.length() || j < second.length()) {
            i = skipSeparators(first, i);
            j = skipSeparators(second, j);
            if (is(first, i, '~') || is(second, j, '~')) {
                if (!is(first, i, '~') || !is(second, j, '~')) {
                    return is(first, i, '~') ? -1 : 1;
                }
                i++;
                j++;
                continue;
            }
            if (is(first, i, '^') || is(second, j, '^')) {
                if (i == first.length() || j == second.length()) {
                    return i == first.length() ? -1 : 1;
                }
                if (!is(first, i, '^') || !is(second, j, '^')) {
                    return is(first, i, '^') ? -1 : 1;
                }
                i++;
                j++;
                continue;
            }
            if (i == first.length() || j == second.length()) {
                break;
            }
            boolean digits = Digits.isDigit(first.charAt(i));
            if (digits != Digits.isDigit(second.charAt(j))) {
                return digits ? 1 : -1;
            }
            int a = digits ? Digits.end(first, i) : lettersEnd(first, i);
            int b = digits ? Digits.end(second, j) : lettersEnd(second, j);
            String one = first.substring(i, a);
            String two = second.substring(j, b);
            int order = digits ? Digits.compare(one, two) : one.compareTo(two);
            if (order != 0) {
                return order;
            }
            i = a;
            j = b;
        }
        return Boolean.compare(i < first.length(), j < second.length());
    }

    private static int skipSeparators(String text, int from) {
        int at = from;
        while (at < text.length()
                && !Digits.isAlphanumeric(text.charAt(at))
                && text.charAt(at) != '~'
                && text.charAt(at) != '^') {
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

    private static boolean is(String text, int at, char c) {
        return at < text.length() && text.charAt(at) == c;
    }
}
