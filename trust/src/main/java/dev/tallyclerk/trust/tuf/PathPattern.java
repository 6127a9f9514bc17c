package dev.tallyclerk.trust.tuf;

/** Matches a target path against a shell-style pattern, segment by segment. */
final class PathPattern {
    private PathPattern() {}

    static boolean matches(String pattern, String path) {
        String[] patternSegments = pattern.split("/", -1);
        String[] pathSegments = path.split("/", -1);
        if (patternSegments.length != pathSegments.length) {
            return false;
        }
        for (int i = 0; i < pathSegments.length; i++) {
            if (!segmentMatches(
                    patternSegments[i].codePoints().toArray(),
                    pathSegments[i].codePoints().toArray())) {
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
