package dev.tallyclerk.trust.tuf.internal.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Patterns against a second reading of them, which is slow and simple. */
class PathPatternProperties {
    @Property(tries = 5_000)
    void matchesWhatARegularExpressionMatches(@ForAll("patterns") String pattern, @ForAll("paths") String path) {
        boolean matches = regex(pattern).matcher(path).matches();
        assertEquals(matches, PathPattern.matches(pattern, path), pattern + " " + path);
        assertEquals(matches, PathPattern.matches(pattern, path, 0), pattern + " " + path + " with sorted brackets");
    }

    @Provide
    Arbitrary<String> patterns() {
        return Arbitraries.strings().withChars("abc/*?[]!-^\\").ofMaxLength(9);
    }

    @Provide
    Arbitrary<String> paths() {
        return Arbitraries.strings().withChars("abc/[]!-^\\").ofMaxLength(5);
    }

    private static Pattern regex(String pattern) {
        StringBuilder regex = new StringBuilder();
        for (int at = 0; at < pattern.length(); at++) {
            char c = pattern.charAt(at);
            int end = c == '[' ? closing(pattern, at) : -1;
            if (end >= 0) {
                regex.append(anyOf(pattern.substring(at + 1, end)));
                at = end;
            } else {
                regex.append(c == '*' ? "[^/]*" : c == '?' ? "[^/]" : Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.compile(regex.toString());
    }

    private static int closing(String pattern, int bracket) {
        int slash = (pattern + "/").indexOf('/', bracket);
        int first = pattern.startsWith("[!", bracket) ? bracket + 2 : bracket + 1;
        int end = pattern.indexOf(']', first + 1);
        return end < slash ? end : -1;
    }

    /** Every character that a class has, one by one. */
    private static String anyOf(String members) {
        boolean excluded = members.startsWith("!");
        String of = excluded ? members.substring(1) : members;
        StringBuilder found = new StringBuilder();
        for (char c = 0; c < 128; c++) {
            if (c != '/' && has(of, c) != excluded) {
                found.append('|').append(Pattern.quote(String.valueOf(c)));
            }
        }
        return found.isEmpty() ? "(?!)" : "(?:" + found.substring(1) + ")";
    }

    private static boolean has(String members, char c) {
        if (members.isEmpty()) {
            return false;
        }
        if (members.length() > 2 && members.charAt(1) == '-') {
            return (members.charAt(0) <= c && c <= members.charAt(2)) || has(members.substring(3), c);
        }
        return members.charAt(0) == c || has(members.substring(1), c);
    }
}
