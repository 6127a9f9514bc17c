package dev.tallyclerk.hardening.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.RuleSetting;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.Badges.Badge;
import java.time.Clock;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTest {
    private static final Policy HIGH = Policy.defaults().withGate(Severity.HIGH);
    private static final Badge TWO_DOORS = Badge.of("b", "cellar", "roof");

    @Test
    void aSettingChangesWhatTheRuleDecides() {
        assertEquals(
                Decision.Kind.REJECTED, Badges.audit(HIGH, TWO_DOORS).decision().kind());
        Policy two = HIGH.withSetting(Badges.DOORS, RuleSetting.of(Badges.MAX_DOORS, 2L));
        assertEquals(
                Decision.Kind.ACCEPTED, Badges.audit(two, TWO_DOORS).decision().kind());
        Policy one = two.withSetting(Badges.DOORS, RuleSetting.of(Badges.MAX_DOORS, 1L));
        assertEquals(
                Decision.Kind.REJECTED, Badges.audit(one, TWO_DOORS).decision().kind());
    }

    @Test
    void aSettingThatTheRuleDoesNotHaveIsRefused() {
        Policy wrong =
                HIGH.withSetting(Badges.DOORS, RuleSetting.of(RuleParameter.flag("anyDoor", false, "Whether."), true));
        assertThrows(IllegalArgumentException.class, () -> Badges.audit(wrong, TWO_DOORS));
    }

    @Test
    void aSeverityOfThePolicyIsThatOfAllFindingsOfTheRule() {
        AuditReport report = Badges.audit(HIGH.withSeverity(Badges.DOORS, Severity.LOW), TWO_DOORS);
        assertEquals(
                List.of(Severity.LOW, Severity.LOW),
                report.findings().stream().map(Finding::severity).toList());
        assertEquals(Decision.Kind.ACCEPTED, report.decision().kind());
    }

    @Test
    void aRuleThatIsLeftOutIsSaidWithItsReason() {
        AuditReport report = Badges.audit(HIGH.withoutRule(Badges.DOORS, "badges are gone"), TWO_DOORS);
        assertEquals(List.of(), report.findings());
        assertEquals(SkippedRule.Reason.DISABLED, report.skipped().get(0).reason());
        assertEquals("badges are gone", report.skipped().get(0).because());
        assertEquals(Decision.Kind.INCOMPLETE, report.decision().kind(), "nothing looked at the badge");
        assertThrows(IllegalArgumentException.class, () -> HIGH.withoutRule(Badges.DOORS, " "));
    }

    @Test
    void aRuleThatIsAddedRunsWhateverTheProfile() {
        Policy base = HIGH.withProfile(Profile.L1);
        Rule<Badge> rule = Badges.rule("ACME-002", "1.0.0", (badge, context) -> Outcome.pass());
        assertTrue(base.runs(rule.info()));
        assertTrue(base.withoutRule(rule.info().id(), "no")
                .withRule(rule.info().id())
                .runs(rule.info()));
    }

    @Test
    void aRuleNewerThanThePinDoesNotRunAndThatIsSaid() {
        Rule<Badge> newer = Badges.rule("ACME-002", "1.10.0", (badge, context) -> Outcome.pass());
        Rule<Badge> same = Badges.rule("ACME-003", "1.9", (badge, context) -> Outcome.pass());
        Auditor auditor = Auditor.of(
                HIGH.withPin("acme", "1.9.0").withRule(newer.info().id()),
                new RuleSet("acme", "1.10.0", List.of(newer, same)));
        AuditReport report =
                auditor.withClock(Clock.fixed(Badges.NOW, ZoneOffset.UTC)).audit(List.of(TWO_DOORS));
        assertEquals(
                List.of(same.info().id()),
                report.findings().stream().map(finding -> finding.rule().id()).toList());
        assertEquals(SkippedRule.Reason.NEWER_THAN_PIN, report.skipped().get(0).reason());
    }

    @Test
    void aPinThatTheRuleSetHasNotReachedIsRefused() {
        Policy ahead = HIGH.withPin("acme", "1.2.1");
        assertThrows(IllegalArgumentException.class, () -> Auditor.of(ahead, Badges.rules()));
        assertEquals(Map.of("acme", "1.2.1"), ahead.pins());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1.x", "v1", "1..2", "1.2.", "-1", "1234567890"})
    void aPinIsAVersion(String version) {
        assertThrows(IllegalArgumentException.class, () -> HIGH.withPin("acme", version));
    }

    @ParameterizedTest
    @ValueSource(strings = {"P0D", "P-1D", "P1Y-1D", "P101Y", "P36526D", "P100Y1D", "P2147483647Y"})
    void theLongestWaiverIsFromADayToAHundredYears(String period) {
        assertThrows(IllegalArgumentException.class, () -> HIGH.withLongestWaiver(Period.parse(period)));
    }

    @Test
    void statesLimitsWithinTheirRange() {
        assertEquals(Map.of(), HIGH.limits());
        for (PolicyLimit limit : PolicyLimit.values()) {
            Policy largest = HIGH.withLimit(limit, 1).withLimit(limit, limit.maximum());
            assertEquals(Map.of(limit, limit.maximum()), largest.limits());
            assertNotEquals(HIGH, largest);
            assertThrows(IllegalArgumentException.class, () -> HIGH.withLimit(limit, 0));
            assertThrows(IllegalArgumentException.class, () -> HIGH.withLimit(limit, limit.maximum() + 1));
        }
    }

    @Test
    void policiesAreEqualWhenAllTheySayIs() {
        Policy one = HIGH.withPin("a", "1").withPin("b", "2").withName("production");
        Policy two = HIGH.withName("production").withPin("b", "2").withPin("a", "1");
        assertEquals(one, two);
        assertEquals(one.hashCode(), two.hashCode());
        assertNotEquals(one, two.withSeverity(new RuleId("ACME-001"), Severity.LOW));
        assertEquals("production (profile L1, rejects on HIGH)", one.toString());
    }

    @Test
    void whatIsSaidOfARuleThatIsInNoRuleSetIsReported() {
        RuleId misspelt = new RuleId("ACME-099");
        Waiver waiver =
                new Waiver(new RuleId("ZZZ-001"), Scope.everything(), "why", "who", LocalDate.parse("2027-01-01"));
        Policy policy = HIGH.withoutRule(misspelt, "not wanted")
                .withSeverity(Badges.DOORS, Severity.LOW)
                .withWaiver(waiver);
        AuditReport report = Badges.audit(policy, Badge.of("b"));
        assertEquals(List.of(misspelt, new RuleId("ZZZ-001")), report.unknownRules());
        assertEquals(List.of(), Badges.audit(HIGH, Badge.of("b")).unknownRules());
    }

    @Test
    void aRuleThatReadsAParameterThatItDoesNotDeclareIsBroken() {
        Rule<Badge> rule = Badges.rule(
                "ACME-002",
                "1.0.0",
                (badge, context) -> context.value(Badges.MAX_DOORS) > 0 ? Outcome.pass() : Outcome.notApplicable("-"));
        AuditReport report = Auditor.of(HIGH, Badges.rules(rule))
                .withClock(Clock.fixed(Badges.NOW, ZoneOffset.UTC))
                .audit(List.of(Badge.of("b")));
        assertEquals(Outcome.Kind.ERROR, report.findings().get(0).kind());
    }
}
