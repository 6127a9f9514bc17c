package dev.tallyclerk.hardening.dockerfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.hardening.dockerfile.WordExpander.Expansion;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Results are those of BuildKit's own expansion for the same variables. */
class WordExpanderTest {
    private static final Map<String, String> VALUES =
            Map.of("A", "aXbXc", "E", "", "B", "/usr/lib.so.1", "LONG", "a".repeat(60_000));

    private static Expansion expand(String word) {
        return WordExpander.of('\\', VALUES::get, new ExpansionBudget()).expand(word);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "$A|aXbXc",
                "${A}-$E.|aXbXc-.",
                "${E:-x}|x",
                "${E-x}|~~",
                "${N:-x}|x",
                "${N:-$A}|aXbXc",
                "${A:+y}|y",
                "${E:+y}|~~",
                "${E+y}|y",
                "${N+y}|~~",
                "${A:?no}|aXbXc",
                "${A#a}|XbXc",
                "${A##*X}|c",
                "${A#*X}|bXc",
                "${A%c}|aXbX",
                "${A%X*}|aXb",
                "${A%%X*}|a",
                "${B##*/}|lib.so.1",
                "${B%.*}|/usr/lib.so",
                "${B%%.*}|/usr/lib",
                "${A/X/_}|a_bXc",
                "${A//X/_}|a_b_c",
                "${B//\\//-}|-usr-lib.so.1",
                "'$A'|$A",
                "\"$A b\"|aXbXc b",
                "\\$A|$A",
                "\"\\a\\\"\"|\\a\"",
                "$1$$x|x",
                "a$|a$"
            })
    void substitutes(String word, String expected) {
        assertEquals(expected, expand(word).text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"'a", "\"a", "${", "${}", "${A", "${:x}", "${A~}", "${A:/b/c}", "${A/b}", "${A#\\a}"})
    void refusesWhatABuildRefuses(String word) {
        assertThrows(GrammarException.class, () -> expand(word));
    }

    @ParameterizedTest
    @ValueSource(strings = {"$N", "a${N}b", "${N:?give it}", "${N#x}", "${N/a/b}", "\"$N\""})
    void namesTheVariableWithoutAValue(String word) {
        Expansion expansion = expand(word);
        assertFalse(expansion.isKnown());
        assertEquals(Set.of("N"), expansion.missing());
    }

    @Test
    void doesNotNeedAVariableInAWordThatIsNotTaken() {
        assertEquals(new Expansion("aXbXc", Set.of()), expand("${A:-$N}"));
    }

    @Test
    void boundsNestingAndLength() {
        assertThrows(GrammarException.class, () -> expand("${N:-".repeat(1000) + "}".repeat(1000)));
        assertThrows(GrammarException.class, () -> expand("$LONG$LONG"));
    }
}
