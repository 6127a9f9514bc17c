package dev.tallyclerk.hardening.container.internal.rules;

/**
 * The patterns of Go's {@code filepath.Match}, with which Podman compares paths; a character class matches any single
 * character.
 */
final class PathGlob {
    private PathGlob() {}

    /** Takes at most as many steps as the product of the lengths. */
    static boolean matches(String pattern, String path) {
        int at = 0;
        int p = 0;
        int starPattern = -1;
        int starPath = 0;
        while (at < path.length()) {
            int next = p < pattern.length() ? afterOne(pattern, p, path.charAt(at)) : -1;
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                starPattern = p++;
                starPath = at;
            } else if (next > 0) {
                p = next;
                at++;
            } else if (starPattern >= 0 && path.charAt(starPath) != '/') {
                p = starPattern + 1;
                at = ++starPath;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    /** {@return the position in the pattern after the part that matches this character, or -1} */
    private static int afterOne(String pattern, int p, char c) {
        return switch (pattern.charAt(p)) {
            case '*' -> -1;
            case '?' -> c == '/' ? -1 : p + 1;
            case '[' -> {
                int end = pattern.indexOf(']', p + 2);
                yield c == '/' || end < 0 ? -1 : end + 1;
            }
            case '\\' -> p + 1 < pattern.length() && pattern.charAt(p + 1) == c ? p + 2 : -1;
            default -> pattern.charAt(p) == c ? p + 1 : -1;
        };
    }
}
