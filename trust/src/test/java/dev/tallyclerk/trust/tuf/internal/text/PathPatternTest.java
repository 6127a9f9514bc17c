package dev.tallyclerk.trust.tuf.internal.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which paths a pattern is about, as glob(7) has it and, where that leaves a choice, Python's fnmatch. */
class PathPatternTest {
    @ParameterizedTest
    @CsvSource({
        "pkg-[0-9].tgz, pkg-7.tgz, true",
        "pkg-[0-9].tgz, pkg-x.tgz, false",
        "pkg-[0-9].tgz, pkg-[0-9].tgz, false",
        "pkg-[0-9].tgz, pkg-77.tgz, false",
        "[abc]/x, b/x, true",
        "[!abc]/x, d/x, true",
        "[!abc]/x, b/x, false",
        "[!abc]/x, /x, false",
        "[]a], ], true",
        "[]a], a, true",
        "[!]a], ], false",
        "[!]a], b, true",
        "[a-], -, true",
        "[-a], -, true",
        "[a-c-e], -, true",
        "[a-c-e], d, false",
        "[--0], ., true",
        "[c-a], b, false",
        "[!c-a], b, true",
        "[^a], ^, true",
        "[^a], b, false",
        "[a, [a, true",
        "[], [], true",
        "[!], [!], true",
        "[, [, true",
        "[a/b], [a/b], true",
        "[a/b], a, false",
        "a[/]b, a/b, false",
        "*[0-9], x10, true",
        "*[0-9]*.tgz, a1b.tgz, true",
        "*[0-9], x10y, false",
        "\\[a], \\a, true",
        "[*?], *, true",
        "[*?], a, false",
        "[[:digit:]], :], true",
        "[A-Z], a, false"
    })
    void bracketsAreOneCharacterOfAClass(String pattern, String path, boolean matches) {
        assertEquals(matches, PathPattern.matches(pattern, path));
        assertEquals(matches, PathPattern.matches(pattern, path, 0));
    }

    @Test
    void aClassIsOfCodePoints() {
        assertEquals(true, PathPattern.matches("[\ud83d\ude00-\ud83d\ude02]", "\ud83d\ude01"));
        assertEquals(true, PathPattern.matches("[\ud83d\ude00-\ud83d\ude02]", "\ud83d\ude01", 0));
        assertFalse(PathPattern.matches("[!a]", "\ud83d\ude01x"));
    }

    /** A bracket may be all of a role's file, and a path anything that somebody asks for. */
    @Test
    void aBracketOfAnyLengthIsCheap() {
        String members = "x-z".repeat(1_600_000);
        String path = "a".repeat(50_000);
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            assertFalse(PathPattern.matches("*[" + members + "]", path));
            assertEquals(true, PathPattern.matches("*[" + members + "]", path + "y"));
        });
    }

    /** A step for each pair of characters is in reach; one for each three is not. */
    @Test
    void hostileBracketsAreCheap() {
        String path = "[".repeat(3_000) + "b";
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            assertFalse(PathPattern.matches("*" + "[".repeat(20_000) + "a", path));
            assertFalse(PathPattern.matches("*[!]" + "[".repeat(20_000) + "a", path));
            assertFalse(PathPattern.matches("*" + "[[]".repeat(2_000) + "a", path));
            assertFalse(PathPattern.matches("*[" + "x".repeat(20_000) + "]", path));
        });
    }
}
