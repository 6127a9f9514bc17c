package dev.tallyclerk.trust.tuf.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.tuf.internal.text.TargetPathHash;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TUF 4.5 and TAP 15: which role a path belongs to. */
class DelegationsTest {
    private static final RoleKeys KEYS = new RoleKeys(List.of("a"), 1);

    /** GHSA-qp9x-wp8f-qgjj: the case counts on every system. */
    @ParameterizedTest
    @CsvSource({
        "*, a, true",
        "*, '', true",
        "*, .hidden, true",
        "*, a/b, false",
        "a/*, a/b, true",
        "a/*, a/b/c, false",
        "a/*/c, a/b/c, true",
        "a/*, a/, true",
        "*/b, /b, true",
        "a*, abc, true",
        "*c, abc, true",
        "a*c*e, abcde, true",
        "a*c*e, abcdef, false",
        "*a*b, aab, true",
        "?, a, true",
        "?, '', false",
        "?, /, false",
        "a?c, abc, true",
        "a?c, ac, false",
        "?, \ud83d\ude00, true",
        "??, \ud83d\ude00, false",
        "A, a, false",
        "[ab], a, true",
        "[ab], [ab], false",
        "a\\*, a*, false",
        "a.b, axb, false",
        "'', '', true",
        "a, '', false",
        "**, a/b, false",
        "**, ab, true",
    })
    void aPatternIsMatchedSegmentBySegment(String pattern, String path, boolean expected) {
        assertEquals(expected, new PathSelector.Patterns(List.of(pattern)).matches(path));
        assertEquals(expected, new PathSelector.Patterns(List.of("no/match/here", pattern)).matches(path));
    }

    @Test
    void aHostilePatternIsCheap() {
        String pattern = "*a".repeat(500) + "b";
        String path = "a".repeat(5_000);
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            assertEquals(false, new PathSelector.Patterns(List.of(pattern)).matches(path));
        });
    }

    @Test
    void hashPrefixesSelectByTheHashOfThePath() {
        String hash = TargetPathHash.of("file-0.txt");
        assertTrue(new PathSelector.HashPrefixes(List.of("zz", hash.substring(0, 2))).matches("file-0.txt"));
        assertEquals(false, new PathSelector.HashPrefixes(List.of()).matches("file-0.txt"));
        assertEquals(false, new PathSelector.HashPrefixes(List.of("zz")).matches("file-0.txt"));
    }

    /** The hash is what sha256sum says of the path's bytes in UTF-8. */
    @Test
    void aPathIsHashedInUtf8() {
        String path = "\u00fc/\ud83d\ude00.txt";
        String hash = "7d19355e5e6cb8ead7bc1c21356b27ac6d873766ae7c965caa2598ecbbbc42da";
        assertTrue(new PathSelector.HashPrefixes(List.of(hash)).matches(path));
        assertEquals(
                "bin-7d19", new Delegations.Succinct(Map.of(), new RoleKeys(List.of("a"), 1), 16, "bin").binOf(path));
    }

    @Test
    void everySealedValueFolds() {
        Delegations listed = new Delegations.Listed(Map.of(), List.of());
        Delegations bins = new Delegations.Succinct(Map.of(), KEYS, 8, "bin");
        assertEquals("none", name(Delegations.none()));
        assertEquals("listed", name(listed));
        assertEquals("succinct", name(bins));
        assertEquals(1, new PathSelector.Patterns(List.of("*")).<Integer>fold(List::size, prefixes -> -1));
        assertEquals(2, new PathSelector.HashPrefixes(List.of("a", "b")).<Integer>fold(patterns -> -1, List::size));
    }

    @Test
    void valuesThatCannotBeAreTheCallersMistake() {
        assertThrows(IllegalArgumentException.class, () -> role("targets", "*"));
        assertThrows(IllegalArgumentException.class, () -> role("", "*"));
        assertThrows(IllegalArgumentException.class, () -> new RoleKeys(List.of("a", "a"), 1));
        assertThrows(IllegalArgumentException.class, () -> new RoleKeys(List.of("a"), 0));
        for (int length : new int[] {-1, 0, 33}) {
            assertThrows(IllegalArgumentException.class, () -> new Delegations.Succinct(Map.of(), KEYS, length, "bin"));
        }
        assertThrows(IllegalArgumentException.class, () -> new TargetInfo("a", -1, List.of(), "targets", ""));
        assertThrows(IllegalArgumentException.class, () -> TufLimits.defaults().withRootBytes(0));
        assertThrows(IllegalArgumentException.class, () -> TufLimits.defaults().withRootRotations(0));
        assertThrows(IllegalArgumentException.class, () -> TufLimits.defaults().withDelegations(-1));
    }

    private static String name(Delegations delegations) {
        return delegations.<String>fold(() -> "none", listed -> "listed", succinct -> "succinct");
    }

    private static Delegations.Role role(String name, String pattern) {
        return new Delegations.Role(name, KEYS, false, new PathSelector.Patterns(List.of(pattern)));
    }
}
