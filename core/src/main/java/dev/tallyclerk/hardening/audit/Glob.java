package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.text.Quoted;

/**
 * A pattern in which {@code *} matches any characters, including none and slashes, and {@code ?} exactly one.
 *
 * @param pattern the text form
 */
record Glob(String pattern) {
    private static final int MAX_LENGTH = 1000;

    Glob {
        if (pattern.isEmpty() || pattern.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "a pattern must have 1 to " + MAX_LENGTH + " characters: " + Quoted.quote(pattern));
        }
    }

    /** {@return whether the whole {@code text} matches, in time proportional to the product of both lengths} */
    boolean matches(String text) {
        int at = 0;
        int next = 0;
        int star = -1;
        int starAt = 0;
        while (at < text.length()) {
            char wanted = next < pattern.length() ? pattern.charAt(next) : '\0';
            if (wanted == '*') {
                star = next++;
                starAt = at;
            } else if (next < pattern.length() && (wanted == '?' || wanted == text.charAt(at))) {
                next++;
                at++;
            } else if (star >= 0) {
                // Only the last star needs backtracking: an earlier one took the shortest match.
                next = star + 1;
                at = ++starAt;
            } else {
                return false;
            }
        }
        while (next < pattern.length() && pattern.charAt(next) == '*') {
            next++;
        }
        return next == pattern.length();
    }
}
