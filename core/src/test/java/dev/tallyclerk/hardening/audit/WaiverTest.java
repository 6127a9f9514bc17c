package dev.tallyclerk.hardening.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.audit.Badges.Badge;
import java.time.LocalDate;
import java.time.Period;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WaiverTest {
    private static final Policy HIGH = Policy.defaults().withGate(Severity.HIGH);
    private static final Badge CLEANER = Badge.of("cleaner", "cellar");

    private static Waiver waiver(Scope scope, String expires) {
        return new Waiver(Badges.DOORS, scope, "keys are counted", "facility", LocalDate.parse(expires));
    }

    @ParameterizedTest
    @CsvSource({
        // The audit is on 2026-11-24.
        "2026-11-23, WAIVER_EXPIRED, EXPIRED, REJECTED",
        "2026-11-24, WAIVED, IN_FORCE, ACCEPTED",
        "2027-11-24, WAIVED, IN_FORCE, ACCEPTED",
        "2027-11-25, OPEN, TOO_LONG, REJECTED",
        "+999999999-12-31, OPEN, TOO_LONG, REJECTED",
    })
    void isInForceUntilItsLastDayAndNotForLongerThanTheLongest(
            String expires, Disposition disposition, WaiverUse.State state, Decision.Kind decision) {
        AuditReport report = Badges.audit(HIGH.withWaiver(waiver(Scope.everything(), expires)), CLEANER);
        Finding finding = report.findings().get(0);
        assertEquals(disposition, finding.disposition());
        assertEquals(disposition != Disposition.OPEN, finding.waiver().isPresent());
        assertEquals(Outcome.Kind.FAIL, finding.kind(), "what the rule saw is another thing");
        assertEquals(state, report.waivers().get(0).state());
        assertEquals(1, report.waivers().get(0).findings());
        assertEquals(decision, report.decision().kind());
    }

    @Test
    void thePolicySaysHowLongTheLongestIs() {
        Policy strict = HIGH.withLongestWaiver(Period.ofDays(30));
        assertEquals(
                Decision.Kind.REJECTED,
                Badges.audit(strict.withWaiver(waiver(Scope.everything(), "2026-12-25")), CLEANER)
                        .decision()
                        .kind());
        assertEquals(
                Decision.Kind.ACCEPTED,
                Badges.audit(strict.withWaiver(waiver(Scope.everything(), "2026-12-24")), CLEANER)
                        .decision()
                        .kind());
    }

    @Test
    void whoeverAcceptsTheFailureAcceptsNotKnowing() {
        Badge opaque = Badge.unknown("opaque");
        Policy waived = HIGH.withWaiver(waiver(Scope.everything(), "2026-12-24"));
        assertEquals(
                Decision.Kind.ACCEPTED, Badges.audit(waived, opaque).decision().kind());
        Policy somewhere = HIGH.withWaiver(waiver(Scope.everything().withLocation("*"), "2026-12-24"));
        assertEquals(
                Decision.Kind.INCOMPLETE,
                Badges.audit(somewhere, opaque).decision().kind(),
                "what is unknown is at no place");
    }

    @Test
    void aWaiverThatCoversNothingIsReported() {
        Waiver other = waiver(Scope.everything().withName("visitor"), "2026-12-24");
        Waiver elsewhere =
                new Waiver(new RuleId("ACME-999"), Scope.everything(), "why", "who", LocalDate.parse("2026-12-24"));
        AuditReport report = Badges.audit(HIGH.withWaiver(other).withWaiver(elsewhere), CLEANER);
        assertEquals(Decision.Kind.REJECTED, report.decision().kind());
        assertTrue(report.waivers().get(0).isUnmatched());
        assertFalse(report.waivers().get(1).isUnmatched(), "its rule was not asked");
        assertFalse(report.waivers().get(1).ruleRan());
    }

    @Test
    void oneInForceIsStrongerThanOneThatHasExpired() {
        Waiver expired = waiver(Scope.everything(), "2026-01-01");
        Waiver inForce = waiver(Scope.everything(), "2026-12-24");
        Finding finding = Badges.audit(HIGH.withWaiver(expired).withWaiver(inForce), CLEANER)
                .findings()
                .get(0);
        assertEquals(Disposition.WAIVED, finding.disposition());
        assertEquals(Optional.of(inForce), finding.waiver());
    }

    @Test
    void thePolicyMayLetExpiredWaiversPass() {
        Gate lenient = Gate.at(Severity.HIGH).withExpiredWaiverFails(false);
        AuditReport report =
                Badges.audit(HIGH.withGate(lenient).withWaiver(waiver(Scope.everything(), "2026-01-01")), CLEANER);
        assertEquals(Decision.Kind.ACCEPTED, report.decision().kind());
        assertEquals(Disposition.WAIVER_EXPIRED, report.findings().get(0).disposition());
    }

    @Test
    void aScopeHoldsWhenAllItsConditionsDo() {
        SubjectRef ref = SubjectRef.of("container", "ci/build-7")
                .withDigest(Digest.sha256Of(new byte[0]))
                .withLabel("stage", "test");
        Optional<Problem> place = Optional.of(Problem.at(
                Location.pointer("inspect", "HostConfig", "Privileged"),
                "is privileged",
                Evidence.of("id", "CVE-2026-1"),
                Evidence.of("id", "GHSA-1"),
                Evidence.of("package", "app")));
        Scope all = Scope.everything()
                .withKind("container")
                .withName("ci/*")
                .withDigest(Digest.sha256Of(new byte[0]))
                .withLabel("stage", "t*")
                .withLocation("inspect#/HostConfig/*")
                .withEvidence("id", "GHSA-*")
                .withEvidence("package", "app");
        assertTrue(Scope.everything().covers(ref, place));
        assertTrue(all.covers(ref, place));
        for (Scope narrower : List.of(
                all.withKind("image"),
                all.withName("ci/build"),
                all.withDigest(Digest.sha256Of(new byte[1])),
                all.withLabel("stage", "production"),
                all.withLabel("owner", "*"),
                all.withLocation("*/Mounts/*"),
                all.withEvidence("id", "CVE-2026-2"),
                all.withEvidence("version", "*"))) {
            assertFalse(narrower.covers(ref, place), narrower.toString());
        }
        assertFalse(all.covers(SubjectRef.of("container", "ci/build-7"), place), "no digest, no label");
        assertFalse(Scope.everything().withEvidence("id", "*").covers(ref, Optional.empty()), "no problem");
        assertEquals(
                "evidence id=CVE-*",
                Scope.everything().withEvidence("id", "CVE-*").toString());
        assertEquals("everything", Scope.everything().toString());
    }

    @Test
    void needsAReasonAndAnOwner() {
        LocalDate date = LocalDate.parse("2026-12-24");
        assertThrows(
                IllegalArgumentException.class, () -> new Waiver(Badges.DOORS, Scope.everything(), " ", "who", date));
        assertThrows(
                IllegalArgumentException.class, () -> new Waiver(Badges.DOORS, Scope.everything(), "why", "", date));
    }
}
