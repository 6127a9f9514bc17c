package dev.tallyclerk.hardening;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeTest {
    private static final Problem ONE = Problem.at(new Location.Whole("config"), "one");
    private static final Problem TWO = Problem.at(new Location.Whole("config"), "two");
    private static final Outcome UNKNOWN = Outcome.unknown(MissingValue.Reason.KEY_MISSING, "x");
    private static final Outcome SILENT = Outcome.notApplicable("nothing to see");
    private static final Outcome MANUAL = Outcome.manual("ask the owner");
    private static final Outcome ERROR = new Outcome.RuleError("broken");

    @Test
    void aFailureNeedsAProblemAndAnUnknownNeedsAMissingFact() {
        assertThrows(IllegalArgumentException.class, () -> new Outcome.Fail(List.of()));
        assertThrows(IllegalArgumentException.class, () -> new Outcome.Unknown(List.of()));
        assertThrows(IllegalArgumentException.class, () -> Problem.at(new Location.Whole("config"), " "));
    }

    @Test
    void oneFailureIsEnoughToFail() {
        assertEquals(Outcome.fail(ONE, TWO), Outcome.allOf(Outcome.fail(ONE), UNKNOWN, ERROR, Outcome.fail(TWO)));
    }

    @Test
    void whatIsMissingOrBrokenIsNeverAPass() {
        assertEquals(UNKNOWN, Outcome.allOf(Outcome.pass(), UNKNOWN, SILENT, UNKNOWN));
        assertEquals(ERROR, Outcome.allOf(Outcome.pass(), UNKNOWN, ERROR));
        assertEquals(ERROR, Outcome.allOf(ERROR, Outcome.pass()));
    }

    @Test
    void aNeedForAPersonIsNeverAPass() {
        assertEquals(MANUAL, Outcome.allOf(Outcome.pass(), MANUAL, SILENT));
        assertEquals(MANUAL, Outcome.allOf(MANUAL, Outcome.pass()));
        assertEquals(UNKNOWN, Outcome.allOf(MANUAL, UNKNOWN));
        assertEquals(Outcome.fail(ONE), Outcome.allOf(MANUAL, Outcome.fail(ONE)));
        assertEquals(ERROR, Outcome.allOf(MANUAL, ERROR));
        assertThrows(IllegalArgumentException.class, () -> Outcome.manual(" "));
    }

    @Test
    void passesIfOneCheckAppliesAndHolds() {
        assertEquals(Outcome.pass(), Outcome.allOf(SILENT, Outcome.pass()));
        assertEquals(Outcome.pass(), Outcome.allOf(Outcome.pass(), SILENT));
        assertEquals(SILENT, Outcome.allOf(SILENT, SILENT));
    }

    @Test
    void foldCallsTheFunctionThatApplies() {
        for (Outcome outcome : List.of(Outcome.pass(), Outcome.fail(ONE), SILENT, UNKNOWN, MANUAL, ERROR)) {
            String name = outcome.fold(
                    () -> "Pass", f -> "Fail", n -> "NotApplicable", u -> "Unknown", m -> "Manual", e -> "RuleError");
            assertEquals(outcome.getClass().getSimpleName(), name);
        }
    }

    @Test
    void noProblemsMakeAPass() {
        assertEquals(Outcome.pass(), Outcome.ofProblems(List.of()));
        assertEquals(Outcome.fail(ONE), Outcome.ofProblems(List.of(ONE)));
    }
}
