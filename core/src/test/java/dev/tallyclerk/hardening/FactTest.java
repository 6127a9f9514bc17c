package dev.tallyclerk.hardening;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import org.junit.jupiter.api.Test;

class FactTest {
    private static final Location AT = Location.pointer("config", "config", "User");
    private static final Fact<String> KNOWN = Fact.known("app", AT);
    private static final Fact<String> DEFAULTED = Fact.defaulted("", "the specification", AT);
    private static final Fact<String> MISSING = Fact.missing(MissingValue.Reason.KEY_MISSING, "no user");
    private static final Fact<Integer> OTHER_MISSING =
            Fact.missing(MissingValue.Reason.SOURCE_NOT_PROVIDED, "no engine");

    @Test
    void decidesOverAStatedAndAnAssumedValue() {
        assertEquals(Outcome.notApplicable("app"), KNOWN.decide(Outcome::notApplicable));
        assertEquals(Outcome.notApplicable(""), DEFAULTED.decide(Outcome::notApplicable));
    }

    @Test
    void neverAsksTheRuleWhenTheValueIsMissing() {
        Outcome outcome = MISSING.decide(value -> fail("was asked"));
        assertEquals(Outcome.unknown(MissingValue.Reason.KEY_MISSING, "no user"), outcome);
    }

    @Test
    void worksOutTextAndPlaceOfAMissingValueOnlyForAReport() {
        int[] calls = new int[1];
        Fact<String> lazy = Fact.missing(
                MissingValue.Reason.KEY_MISSING,
                () -> {
                    calls[0]++;
                    return "no\nuser";
                },
                () -> AT);
        assertEquals(Outcome.pass(), lazy.<Outcome>fold((v, at) -> fail(), v -> fail(), missing -> Outcome.pass()));
        assertEquals(0, calls[0]);
        Outcome.Unknown unknown = (Outcome.Unknown) lazy.decide(value -> fail("was asked"));
        assertEquals(1, calls[0]);
        MissingValue why = unknown.missing().get(0);
        assertEquals(new MissingValue(MissingValue.Reason.KEY_MISSING, "no?user").withLocation(AT), why);
        assertEquals("no?user", why.what());
        assertEquals(1, calls[0]);
    }

    @Test
    void givesThePlaceOfAStatedAndOfAnAssumedValue() {
        assertEquals(
                Outcome.notApplicable(AT.toString()), KNOWN.decideAt((v, at) -> Outcome.notApplicable(at.toString())));
        assertEquals(
                Outcome.notApplicable(AT.toString()),
                DEFAULTED.decideAt((v, at) -> Outcome.notApplicable(at.toString())));
    }

    @Test
    void needsBothValuesAndNamesAllThatIsMissing() {
        assertEquals(Outcome.pass(), Fact.decideBoth(KNOWN, DEFAULTED, (a, b) -> Outcome.pass()));
        assertEquals(
                new Outcome.Unknown(List.of(
                        new MissingValue(MissingValue.Reason.KEY_MISSING, "no user"),
                        new MissingValue(MissingValue.Reason.SOURCE_NOT_PROVIDED, "no engine"))),
                Fact.decideBoth(MISSING, OTHER_MISSING, (a, b) -> fail("was asked")));
        assertEquals(
                Outcome.unknown(MissingValue.Reason.SOURCE_NOT_PROVIDED, "no engine"),
                Fact.decideBoth(KNOWN, OTHER_MISSING, (a, b) -> fail("was asked")));
    }

    @Test
    void mapKeepsWhereTheValueComesFrom() {
        assertEquals(Fact.known(3, AT), KNOWN.map(String::length));
        assertEquals(Fact.defaulted(0, "the specification", AT), DEFAULTED.map(String::length));
        assertEquals(Fact.missing(MissingValue.Reason.KEY_MISSING, "no user"), MISSING.map(String::length));
    }

    @Test
    void foldCallsTheFunctionThatApplies() {
        for (Fact<String> fact : List.of(KNOWN, DEFAULTED, MISSING)) {
            String name = fact.fold((value, at) -> "Known", assumed -> "Defaulted", missing -> "Missing");
            assertEquals(fact.getClass().getSimpleName(), name);
        }
    }
}
