package dev.tallyclerk.reference;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Linear time, told by counting how often a character is looked at and not by a clock. */
class ReferenceGrammarTest {
    private static final int MANY = 1 << 18;
    private static final int A_MILLION = 1 << 20;

    /** Far below what backtracking into one earlier character for each later one would need. */
    private static final int LOOKS_PER_CHARACTER = 8;

    private static String hostile(String piece, int length) {
        return piece.repeat(length / piece.length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "A",
                "-",
                "a-",
                "a--",
                "_",
                "a__b",
                "a.",
                ".",
                "/",
                "a/",
                "a/a",
                "A/",
                ":",
                "a:",
                "a:1/",
                "@",
                "a@",
                "a@b:",
                "[",
                "[:",
                "[::]",
                "[::]:1/",
                "a.b:1/",
                "\u212a",
                "sha256:",
                "+",
                "0",
                " ",
                "\ud801\udc00",
                "a:b@"
            })
    void looksAtEachCharacterAFewTimesOnly(String piece) {
        for (String text : new String[] {
            hostile(piece, MANY),
            "h.x/" + hostile(piece, MANY),
            "a:" + hostile(piece, MANY),
            "a@sha256:" + hostile(piece, MANY),
            hostile(piece, MANY) + "!"
        }) {
            CountingText counting = new CountingText(text);
            ReferenceGrammar.match(counting);
            ReferenceGrammar.match(new LowerCase(counting));
            long limit = 2L * LOOKS_PER_CHARACTER * text.length();
            assertTrue(counting.looks <= limit, () -> counting.looks + " looks at " + text.length() + " characters");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "A", "a-", "a/", "A/", ":", "@", "[:", "a.b:1/", "\u212a", "0", "\ud801\udc00", "a:b@"})
    void everyEntryPointReadsAMillionCharacters(String piece) {
        for (Function<String, ?> parse : ReferenceProperties.ENTRY_POINTS) {
            for (String text : new String[] {
                hostile(piece, A_MILLION),
                "h.x/a:" + hostile(piece, A_MILLION),
                "h.x/a@sha256:" + hostile(piece, A_MILLION)
            }) {
                try {
                    throw new AssertionError(parse.apply(text).toString());
                } catch (MalformedReferenceException e) {
                    assertTrue(e.toString().length() < 300);
                }
            }
        }
    }

    /** Counts the looks at its characters, and cannot be copied unnoticed. */
    private static final class CountingText implements CharSequence {
        private final String text;
        private long looks;

        CountingText(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            looks++;
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            throw new AssertionError("a copy");
        }

        @Override
        public String toString() {
            throw new AssertionError("a copy");
        }
    }
}
