package dev.tallyclerk.trust.tuf;

import java.util.Arrays;
import java.util.Optional;

/** A shell-style pattern of target paths, taken apart once. */
final class PathPattern {
    private final int[][] segments;

    private PathPattern(int[][] segments) {
        this.segments = segments;
    }

    static PathPattern of(String pattern) {
        return new PathPattern(split(pattern));
    }

    /** {@return the segments of a pattern or path, by code point, because {@code ?} is one of these} */
    static int[][] split(String text) {
        return Arrays.stream(text.split("/", -1))
                .map(segment -> segment.codePoints().toArray())
                .toArray(int[][]::new);
    }

    int length() {
        return segments.length;
    }

    /** {@return the first segment, if only that text matches it} */
    Optional<String> literalStart() {
        int[] first = segments[0];
        boolean literal = Arrays.stream(first).noneMatch(c -> c == '*' || c == '?');
        return literal ? Optional.of(new String(first, 0, first.length)) : Optional.empty();
    }

    boolean matches(int[][] path) {
        if (segments.length != path.length) {
            return false;
        }
        for (int i = 0; i < path.length; i++) {
            if (!segmentMatches(segments[i], path[i])) {
                return false;
            }
        }
        return true;
    }

    /** Goes back to the last star only, which is enough for this grammar and keeps hostile patterns cheap. */
    private static boolean segmentMatches(int[] pattern, int[] text) {
        int at = 0;
        int star = -1;
        int starText = 0;
        int i = 0;
        while (i < text.length) {
            if (at < pattern.length && pattern[at] == '*') {
                star = at++;
                starText = i;
            } else if (at < pattern.length && (pattern[at] == '?' || pattern[at] == text[i])) {
                at++;
                i++;
            } else if (star >= 0) {
                at = star + 1;
                i = ++starText;
            } else {
                return false;
            }
        }
        while (at < pattern.length && pattern[at] == '*') {
            at++;
        }
        return at == pattern.length;
    }
}
