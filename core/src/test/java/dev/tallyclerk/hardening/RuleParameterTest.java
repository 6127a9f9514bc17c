package dev.tallyclerk.hardening;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuleParameterTest {
    private static final RuleParameter<Long> RESTARTS = RuleParameter.integer("restarts", 5, 0, 100, "How many.");
    private static final RuleParameter<Duration> AGE = RuleParameter.duration(
            "maximumAge", Duration.ofDays(90), Duration.ofDays(1), Duration.ofDays(3650), "How old.");
    private static final RuleParameter<List<String>> NAMES = RuleParameter.textList("names", List.of("a"), "Which.");
    private static final RuleContext CONTEXT = RuleContext.at(Instant.EPOCH);

    @Test
    void aRuleReadsTheDefaultUnlessAPolicySetsAnotherValue() {
        assertEquals(5, CONTEXT.value(RESTARTS));
        RuleContext strict =
                CONTEXT.withSettings(List.of(RuleSetting.of(RESTARTS, 1L), RuleSetting.of(AGE, Duration.ofDays(7))));
        assertEquals(1, strict.value(RESTARTS));
        assertEquals(Duration.ofDays(7), strict.value(AGE));
        assertEquals(List.of("a"), strict.value(NAMES));
        assertEquals(Instant.EPOCH, strict.auditTime());
    }

    @Test
    void aValueOutsideTheRangeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> RuleSetting.of(RESTARTS, -1L));
        assertThrows(IllegalArgumentException.class, () -> RuleSetting.of(RESTARTS, 101L));
        assertThrows(IllegalArgumentException.class, () -> RuleSetting.of(AGE, Duration.ZERO));
        assertEquals(100, RuleSetting.of(RESTARTS, 100L).value());
        assertThrows(IllegalArgumentException.class, () -> RuleParameter.integer("restarts", 5, 6, 7, "How many."));
    }

    @Test
    void aSettingDoesNotChangeWithTheListItWasMadeOf() {
        List<String> names = new ArrayList<>(List.of("b"));
        RuleSetting<List<String>> setting = RuleSetting.of(NAMES, names);
        names.add("c");
        assertEquals(List.of("b"), setting.value());
    }

    @Test
    void aSettingOfAnotherParameterOfThatNameIsAnErrorAndNotADefault() {
        RuleContext other =
                CONTEXT.withSettings(List.of(RuleSetting.of(RuleParameter.text("restarts", "", "Words."), "five")));
        assertThrows(IllegalArgumentException.class, () -> other.value(RESTARTS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Age", "maximum age", "max-age", "1st", "_x", "é"})
    void refusesANameThatAPolicyCouldNotSpell(String name) {
        assertThrows(IllegalArgumentException.class, () -> RuleParameter.flag(name, true, "Whether."));
    }

    @Test
    void aRuleDeclaresItsParametersOnceEach() {
        RuleInfo.Builder rule = RuleInfo.builder("ACME-001", "Badge has no owner")
                .rationale("why")
                .remediation("how")
                .severity(Severity.LOW)
                .profile(Profile.L1)
                .since("1.0.0")
                .parameter(RESTARTS);
        assertEquals(Optional.of(RESTARTS), rule.build().parameter("restarts"));
        assertEquals(Optional.empty(), rule.build().parameter("names"));
        assertThrows(
                IllegalArgumentException.class, () -> rule.parameter(RESTARTS).build());
    }

    @Test
    void parametersAreEqualWhenAllPartsAre() {
        assertEquals(RESTARTS, RuleParameter.integer("restarts", 5, 0, 100, "How many."));
        assertEquals(
                RESTARTS.hashCode(),
                RuleParameter.integer("restarts", 5, 0, 100, "How many.").hashCode());
        assertNotEquals(RESTARTS, RuleParameter.integer("restarts", 5, 0, 99, "How many."));
        assertEquals(RuleSetting.of(RESTARTS, 5L), RuleSetting.of(RESTARTS, 5L));
        assertNotEquals(RuleSetting.of(RESTARTS, 5L), RuleSetting.of(RESTARTS, 6L));
    }
}
