package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.internal.text.Quoted;

/**
 * A pattern in which {@code *} stands for any characters, also none and slashes, and {@code ?} for exactly one.
 *
 * @param pattern the text form
 */
record Glob(String pattern) {
    private static final int MAX_LENGTH = 1000;

    Glob {
        if (pattern.isEmpty() || pattern.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "a pattern has 1 to " + MAX_LENGTH + " characters, not " + Quoted.quote(pattern));
        }
    }

    /** {@return whether all of {@code text} fits, in time proportional to both lengths multiplied} */
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
                // Only the last star has to be tried again: what an earlier one took is the shortest that fits.
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
