package dev.tallyclerk.trust.sigstore.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoundedPatternTest {
    @Test
    void aTextIsComparedWithoutItsMeaningAsAPattern() {
        BoundedPattern exact = BoundedPattern.exact("a.b");
        assertTrue(exact.accepts("a.b"));
        assertFalse(exact.accepts("axb"));
        assertFalse(exact.accepts("a.bc"));
        assertEquals("\"a.b\"", exact.toString());
    }

    @Test
    void aPatternMatchesWholeTextsOnly() {
        BoundedPattern pattern = BoundedPattern.matching("a[.]b|c$");
        assertTrue(pattern.accepts("a.b"));
        assertTrue(pattern.accepts("c"));
        for (String other : List.of("xa.b", "a.bx", "a.b\n", "c\n", "", "axb")) {
            assertFalse(pattern.accepts(other), other);
        }
        assertEquals("matching \"a[.]b|c$\"", pattern.toString());
    }

    /** Look-behind and back references read what was matched again. */
    @Test
    void everyConstructOfAPatternSeesTheSameText() {
        assertTrue(BoundedPattern.matching("(?i)ACME/(?<=acme/)(.)\\1shop").accepts("acme/xxshop"));
        assertTrue(BoundedPattern.matching("\\bacme\\b.*+").accepts("acme-shop"));
        assertFalse(BoundedPattern.matching("acme/(.)\\1shop").accepts("acme/xyshop"));
    }

    @Test
    void textsAndPatternsHaveFrom1To2048Characters() {
        String longest = "a".repeat(2_048);
        assertTrue(BoundedPattern.exact(longest).accepts(longest));
        assertTrue(BoundedPattern.matching(longest).accepts(longest));
        assertTrue(BoundedPattern.matching("a*").accepts(longest));
        assertFalse(BoundedPattern.matching("a*").accepts(longest + "a"));
        for (String wrong : List.of("", longest + "a")) {
            assertThrows(IllegalArgumentException.class, () -> BoundedPattern.exact(wrong));
            assertThrows(IllegalArgumentException.class, () -> BoundedPattern.matching(wrong));
        }
    }

    @Test
    void aMalformedPatternIsRefusedHoweverDeep() {
        for (String wrong : List.of("(", "[a", "(".repeat(2_000), "a{2,1}")) {
            assertThrows(IllegalArgumentException.class, () -> BoundedPattern.matching(wrong));
        }
    }

    @Test
    void aPatternThatBacktracksWithoutEndMatchesNothing() {
        BoundedPattern slow = BoundedPattern.matching("(x+x+)+y");
        assertFalse(slow.accepts("x".repeat(64)));
        assertTrue(slow.accepts("x".repeat(64) + "y"));
    }

    /** A repeated group takes some of the stack for each repetition; the stack of a thread may be small. */
    @Test
    void aPatternThatNeedsMoreThanTheStackMatchesNothing() throws InterruptedException {
        BoundedPattern deep = BoundedPattern.matching("(?:(?:(?:[a-z]|0)|1)|2)*");
        List<Object> results = new ArrayList<>();
        Thread thread = new Thread(
                null,
                () -> {
                    results.add(deep.accepts("a".repeat(2_048)));
                    results.add(deep.accepts("a".repeat(8)));
                },
                "with a small stack",
                256 << 10);
        thread.setUncaughtExceptionHandler((t, e) -> results.add(e));
        thread.start();
        thread.join();
        assertEquals(List.of(false, true), results);
    }
}
