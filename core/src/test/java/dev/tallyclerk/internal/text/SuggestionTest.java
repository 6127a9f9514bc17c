package dev.tallyclerk.internal.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
    private static final List<String> KNOWN = List.of("profile", "rules", "ruleSets", "RUN-012", "RUN-021");

    @ParameterizedTest
    @CsvSource({"profil, profile", "PROFILE, profile", "rule, rules", "ruleset, ruleSets", "RUN-0122, RUN-012"})
    void isWhatTakesTheFewestChanges(String wrong, String meant) {
        assertEquals(meant, Suggestion.of(wrong, KNOWN));
    }

    @Test
    void twoSwappedCharactersAreOneChange() {
        assertEquals("RUN-021", Suggestion.of("RUN-201", List.of("RUN-111", "RUN-021")));
    }

    @Test
    void isNothingWhereNothingIsLikeIt() {
        assertNull(Suggestion.of("severity", KNOWN));
        assertNull(Suggestion.of("", KNOWN));
        assertNull(Suggestion.of("a".repeat(100_000), KNOWN));
    }
}
