package dev.tallyclerk.trust.tuf.internal.text;

import java.util.Optional;

/**
 * Shell-style patterns of target paths. They are matched without compiling them: a file may contain a million patterns,
 * and a search needs few of them.
 */
public final class PathPattern {
    /** The length in characters from which a bracket's members are sorted. */
    private static final int LONG_BRACKET = 256;

    private PathPattern() {}

    /** {@return how many segments a pattern or path has} */
    public static int segments(String text) {
        int count = 1;
        for (int at = text.indexOf('/'); at >= 0; at = text.indexOf('/', at + 1)) {
            count++;
        }
        return count;
    }

    /** {@return the first segment of a pattern or path} */
    public static String start(String text) {
        return text.substring(0, end(text, 0));
    }

    /** {@return the first segment of a pattern, if it is literal} */
    public static Optional<String> literalStart(String pattern) {
        String first = start(pattern);
        boolean literal = first.indexOf('*') < 0 && first.indexOf('?') < 0 && first.indexOf('[') < 0;
        return literal ? Optional.of(first) : Optional.empty();
    }

    public static boolean matches(String pattern, String path) {
        return matches(pattern, path, LONG_BRACKET);
    }

    /** For tests: {@code longBracket} changes the cost but not the result. */
    public static boolean matches(String pattern, String path, int longBracket) {
        LongBrackets brackets = new LongBrackets(pattern, longBracket);
        int patternAt = 0;
        int pathAt = 0;
        while (true) {
            int patternEnd = end(pattern, patternAt);
            int pathEnd = end(path, pathAt);
            if (!segmentMatches(pattern, patternAt, patternEnd, path, pathAt, pathEnd, brackets)) {
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
     * Matches code points, because {@code ?} is one code point. Backtracks to the last star only, which is enough for
     * this grammar and keeps hostile patterns cheap.
     */
    private static boolean segmentMatches(
            String pattern,
            int patternAt,
            int patternEnd,
            String path,
            int pathAt,
            int pathEnd,
            LongBrackets brackets) {
        // Searched once: otherwise a pattern of unclosed brackets would cost its length at each of them.
        int lastBracket = patternEnd - 1;
        while (lastBracket > patternAt && pattern.charAt(lastBracket) != ']') {
            lastBracket--;
        }
        int at = patternAt;
        int star = -1;
        int starText = 0;
        int i = pathAt;
        while (i < pathEnd) {
            // No surrogate pair crosses the end of a segment, which is a slash or the end of the text.
            int wanted = at < patternEnd ? pattern.codePointAt(at) : -1;
            int found = path.codePointAt(i);
            int next = wanted == '*' ? -1 : afterOne(pattern, at, wanted, found, lastBracket, brackets);
            if (wanted == '*') {
                star = at++;
                starText = i;
            } else if (next >= 0) {
                at = next;
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

    /** {@return where the pattern continues after matching a code point of the path, or -1 if it does not match} */
    private static int afterOne(String pattern, int at, int wanted, int found, int lastBracket, LongBrackets brackets) {
        if (wanted == '[') {
            int first = firstMember(pattern, at);
            if (lastBracket > first) {
                boolean excluded = pattern.charAt(first - 1) == '!';
                int end = brackets.end(first);
                return brackets.hasMember(first, end, found) == excluded ? -1 : end + 1;
            }
        }
        return wanted == '?' || wanted == found ? at + Character.charCount(wanted) : -1;
    }

    private static int firstMember(String pattern, int bracket) {
        return pattern.startsWith("!", bracket + 1) ? bracket + 2 : bracket + 1;
    }
}
