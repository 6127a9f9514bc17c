package dev.tallyclerk.hardening.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.audit.Badges.Badge;
import dev.tallyclerk.hardening.report.BaselineException;
import dev.tallyclerk.hardening.report.BaselineReader;
import dev.tallyclerk.hardening.report.JsonReporter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BaselineTest {
    private static final Policy HIGH = Policy.defaults().withGate(Severity.HIGH);

    private static AuditReport auditAfter(AuditReport former, Policy policy, Badge... badges) {
        return Auditor.of(policy, Badges.rules(Badges.doors()))
                .withBaseline(Baseline.of(former))
                .withClock(Clock.fixed(Badges.NOW, ZoneOffset.UTC))
                .audit(List.of(badges));
    }

    private static List<Disposition> dispositions(AuditReport report) {
        return report.findings().stream().map(Finding::disposition).toList();
    }

    @Test
    void whatTheFormerReportHadIsAcceptedWhereverItMoved() {
        AuditReport former = Badges.audit(HIGH, Badge.of("b", "cellar", "roof"));
        AuditReport now = auditAfter(former, HIGH, Badge.of("b", "roof", "cellar"));
        assertEquals(List.of(Disposition.BASELINED, Disposition.BASELINED), dispositions(now));
        assertEquals(Decision.Kind.ACCEPTED, now.decision().kind());
        assertEquals(2, now.totals().get(Outcome.Kind.FAIL), "it is not hidden");
        assertEquals(new BaselineUse(2, 2), now.baseline().orElseThrow());
    }

    @Test
    void whatIsNewCountsThoughItTookThePlaceOfTheOld() {
        AuditReport former = Badges.audit(HIGH, Badge.of("b", "cellar", "roof"));
        AuditReport now = auditAfter(former, HIGH, Badge.of("b", "cellar", "vault"));
        assertEquals(List.of(Disposition.BASELINED, Disposition.OPEN), dispositions(now));
        assertEquals(Decision.Kind.REJECTED, now.decision().kind());
        assertEquals(1, now.baseline().orElseThrow().gone());
        assertEquals(List.of(Disposition.OPEN), dispositions(auditAfter(former, HIGH, Badge.of("other", "cellar"))));
    }

    @Test
    void oneMoreOfTheSameIsNew() {
        AuditReport former = Badges.audit(HIGH, Badge.of("b", "cellar"));
        AuditReport now = auditAfter(former, HIGH, Badge.of("b", "cellar", "cellar"));
        assertEquals(List.of(Disposition.BASELINED, Disposition.OPEN), dispositions(now));
        Set<String> prints = new TreeSet<>();
        now.findings().forEach(finding -> prints.add(finding.fingerprint()));
        assertEquals(2, prints.size(), "each finding has its own");
    }

    @Test
    void whatWasUnknownIsNotAcceptedOnceItIsKnownToBeWrong() {
        AuditReport former = Badges.audit(HIGH, Badge.unknown("b"));
        assertEquals(Decision.Kind.INCOMPLETE, former.decision().kind());
        assertEquals(
                Decision.Kind.ACCEPTED,
                auditAfter(former, HIGH, Badge.unknown("b")).decision().kind());
        assertEquals(
                Decision.Kind.REJECTED,
                auditAfter(former, HIGH, Badge.of("b", "cellar")).decision().kind());
    }

    @Test
    void aBaselineDoesNotProlongAWaiver() {
        Badge badge = Badge.of("b", "cellar");
        Waiver waiver = new Waiver(Badges.DOORS, Scope.everything(), "why", "who", LocalDate.parse("2026-11-24"));
        AuditReport former = Badges.audit(HIGH.withWaiver(waiver), badge);
        assertEquals(0, Baseline.of(former).size());
        AuditReport open = Badges.audit(HIGH, badge);
        Waiver expired = new Waiver(Badges.DOORS, Scope.everything(), "why", "who", LocalDate.parse("2026-11-23"));
        AuditReport now = auditAfter(open, HIGH.withWaiver(expired), badge);
        assertEquals(List.of(Disposition.WAIVER_EXPIRED), dispositions(now));
    }

    @Test
    void aBaselineOfABaselinedReportIsTheSame() {
        AuditReport former = Badges.audit(HIGH, Badge.of("b", "cellar"));
        AuditReport now = auditAfter(former, HIGH, Badge.of("b", "cellar"));
        assertEquals(Baseline.of(former), Baseline.of(now));
        assertEquals(
                Baseline.of(former), Baseline.ofFingerprints(Baseline.of(former).fingerprints()));
    }

    @Test
    void knowsTheDigestsOfASubjectInTheEarlierReport() throws BaselineException {
        Digest digest = Digest.sha256Of(new byte[0]);
        SubjectRef subject = SubjectRef.of("badge", "b");
        assertEquals(List.of(), Baseline.ofFingerprints(List.of()).earlierDigests(subject));
        Baseline earlier = Baseline.ofFingerprints(List.of())
                .withSubjects(List.of(subject.withDigest(digest), SubjectRef.of("badge", "other")));
        assertEquals(List.of(digest), earlier.earlierDigests(subject));
        assertEquals(List.of(), earlier.earlierDigests(SubjectRef.of("image", "b")));
        String report = "{\"schema\":\"" + JsonReporter.SCHEMA + "\",\"schemaVersion\":" + JsonReporter.SCHEMA_VERSION
                + ",\"findings\":[],\"subjects\":[{\"kind\":\"badge\",\"name\":\"b\",\"digest\":\"" + digest + "\"}]}";
        assertEquals(
                List.of(digest),
                BaselineReader.create()
                        .read(report.getBytes(StandardCharsets.UTF_8))
                        .earlierDigests(subject));
    }

    private static AuditReport auditWith(Severity ofProblem, Policy policy, @Nullable Baseline baseline) {
        Rule<Badge> rule = Badges.rule(
                "ACME-002",
                "1.0.0",
                (badge, context) -> Outcome.fail(
                        Problem.at(Location.pointer("badge"), "is worn").withSeverity(ofProblem)));
        Auditor auditor = Auditor.of(policy, Badges.rules(rule));
        return (baseline == null ? auditor : auditor.withBaseline(baseline))
                .withClock(Clock.fixed(Badges.NOW, ZoneOffset.UTC))
                .audit(List.of(Badge.of("b")));
    }

    @Test
    void whatWasAcceptedAsHarmlessIsNotOnceItIsWorse() {
        Baseline harmless = Baseline.of(auditWith(Severity.MEDIUM, HIGH, null));
        assertEquals(List.of(Disposition.BASELINED), dispositions(auditWith(Severity.MEDIUM, HIGH, harmless)));
        AuditReport now = auditWith(Severity.HIGH, HIGH, harmless);
        assertEquals(List.of(Disposition.OPEN), dispositions(now));
        assertEquals(Decision.Kind.REJECTED, now.decision().kind());
    }

    @Test
    void aPolicysSeverityDoesNotMakeAFindingANewOne() {
        Baseline baseline = Baseline.of(auditWith(Severity.MEDIUM, HIGH, null));
        Policy stricter = HIGH.withSeverity(new RuleId("ACME-002"), Severity.CRITICAL);
        assertEquals(List.of(Disposition.BASELINED), dispositions(auditWith(Severity.MEDIUM, stricter, baseline)));
    }

    @Test
    void aSeverityThatIsTheRulesOwnChangesNothing() {
        Rule<Badge> plain = Badges.rule(
                "ACME-002",
                "1.0.0",
                (badge, context) -> Outcome.fail(Problem.at(Location.pointer("badge"), "is worn")));
        AuditReport report = Auditor.of(HIGH, Badges.rules(plain))
                .withClock(Clock.fixed(Badges.NOW, ZoneOffset.UTC))
                .audit(List.of(Badge.of("b")));
        assertEquals(Baseline.of(report), Baseline.of(auditWith(Severity.HIGH, HIGH, null)));
    }

    @Test
    void theFingerprintIsWhatItWasInFormerVersions() {
        // A change of this value makes every baseline and every suppression in a code host void.
        AuditReport report = Badges.audit(HIGH, Badge.of("b", "cellar", "cellar"));
        String first = report.findings().get(0).fingerprint();
        assertEquals("5b00bbeb241f703d7c192b039ac76446", first);
        assertEquals(first + ":2", report.findings().get(1).fingerprint());
        assertNotEquals(
                first, Badges.audit(HIGH, Badge.of("b")).findings().get(0).fingerprint());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0123", "0123456789ABCDEF0123456789ABCDEF", "0123456789abcdef0123456789abcdef:0"})
    void refusesWhatIsNoFingerprint(String text) {
        assertThrows(IllegalArgumentException.class, () -> Baseline.ofFingerprints(List.of(text)));
    }
}
