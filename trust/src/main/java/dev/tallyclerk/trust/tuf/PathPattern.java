package dev.tallyclerk.trust.tuf;

import java.util.Optional;

/** Shell-style patterns of target paths, read where they stand: a file may have a million, of which few are asked. */
final class PathPattern {
    private PathPattern() {}

    /** {@return how many segments a pattern or path has} */
    static int segments(String text) {
        int count = 1;
        for (int at = text.indexOf('/'); at >= 0; at = text.indexOf('/', at + 1)) {
            count++;
        }
        return count;
    }

    /** {@return the first segment of a pattern or path} */
    static String start(String text) {
        return text.substring(0, end(text, 0));
    }

    /** {@return the first segment of a pattern, if only that text matches it} */
    static Optional<String> literalStart(String pattern) {
        String first = start(pattern);
        return first.indexOf('*') < 0 && first.indexOf('?') < 0 ? Optional.of(first) : Optional.empty();
    }

    static boolean matches(String pattern, String path) {
        int patternAt = 0;
        int pathAt = 0;
        while (true) {
            int patternEnd = end(pattern, patternAt);
            int pathEnd = end(path, pathAt);
            if (!segmentMatches(pattern, patternAt, patternEnd, path, pathAt, pathEnd)) {
                return false;
            }
            if (patternEnd == pattern.length() || pathEnd == path.length()) {
                return patternEnd == pattern.length() && pathEnd == path.length();
            }
            patternAt = patternEnd + 1;
            pathAt = pathEnd + 1;
        }
    }

    private static int end(String text, int segment) {
        int slash = text.indexOf('/', segment);
        return slash < 0 ? text.length() : slash;
    }

    /**
     * By code point, because {@code ?} is one of these. Goes back to the last star only, which is enough for this
     * grammar and keeps hostile patterns cheap.
     */
    private static boolean segmentMatches(
            String pattern, int patternAt, int patternEnd, String path, int pathAt, int pathEnd) {
        int at = patternAt;
        int star = -1;
        int starText = 0;
        int i = pathAt;
        while (i < pathEnd) {
            // No pair of surrogates reaches over the end, which is a slash or that of the text.
            int wanted = at < patternEnd ? pattern.codePointAt(at) : -1;
            int found = path.codePointAt(i);
            if (wanted == '*') {
                star = at++;
                starText = i;
            } else if (wanted == '?' || wanted == found) {
                at += Character.charCount(wanted);
                i += Character.charCount(found);
            } else if (star >= 0) {
                at = star + 1;
                starText += Character.charCount(path.codePointAt(starText));
                i = starText;
            } else {
                return false;
            }
        }
        while (at < patternEnd && pattern.charAt(at) == '*') {
            at++;
        }
        return at == patternEnd;
    }
}
