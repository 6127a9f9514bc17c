package dev.tallyclerk.hardening.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectRef;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A kind of subject and rules as a third party writes them. */
class AuditorTest {
    private static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");
    private static final Location OWNER = Location.pointer("badge", "owner");

    private record Badge(SubjectRef ref, Fact<String> owner) implements Subject {
        static Badge of(String name, String owner) {
            return new Badge(SubjectRef.of("acme-badge", name), Fact.known(owner, OWNER));
        }
    }

    private record Other(SubjectRef ref) implements Subject {}

    private static final Badge GOOD = Badge.of("good", "team");
    private static final Badge BAD = Badge.of("bad", "");
    private static final Badge OPAQUE = new Badge(
            SubjectRef.of("acme-badge", "opaque"),
            Fact.missing(MissingValue.Reason.SOURCE_NOT_PROVIDED, "no badge was given"));

    private static final Rule<Badge> OWNED = Rule.of(
            RuleInfo.builder("ACME-001", "Badge has no owner")
                    .rationale("Nobody is called when it breaks.")
                    .remediation("Name a team.")
                    .severity(Severity.CRITICAL)
                    .profile(Profile.L1)
                    .reference("Acme handbook", "7")
                    .since("1.0.0")
                    .build(),
            Badge.class,
            (badge, context) -> badge.owner()
                    .decideAt((owner, at) ->
                            owner.isBlank() ? Outcome.fail(Problem.at(at, "nobody owns it")) : Outcome.pass()));

    private static Rule<Badge> rule(
            String id, Severity severity, Profile profile, BiFunction<Badge, RuleContext, Outcome> decision) {
        RuleInfo info = RuleInfo.builder(id, "title of " + id)
                .rationale("why")
                .remediation("how")
                .severity(severity)
                .profile(profile)
                .since("1.0.0")
                .build();
        return Rule.of(info, Badge.class, decision);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static AuditReport audit(Policy policy, List<? extends Subject> subjects, Rule<?>... rules) {
        return Auditor.of(policy, new RuleSet("acme", "1.0.0", List.of(rules)))
                .withClock(Clock.fixed(NOW, ZoneOffset.UTC))
                .audit(subjects);
    }

    @Test
    void decidesOverSubjectsAndRulesOfAThirdParty() {
        AuditReport report = audit(Policy.defaults(), List.of(OPAQUE, GOOD, BAD), OWNED);
        assertEquals(
                List.of(Outcome.Kind.FAIL, Outcome.Kind.PASS, Outcome.Kind.UNKNOWN),
                report.findings().stream().map(Finding::kind).toList());
        assertEquals(Decision.Kind.REJECTED, report.decision().kind());
        Finding failure = report.findings(Outcome.Kind.FAIL).get(0);
        assertEquals(OWNER, failure.problem().orElseThrow().at());
        assertEquals("nobody owns it", failure.detail());
        assertEquals(BAD.ref(), failure.subject());
    }

    @ParameterizedTest
    @CsvSource({
        "LOW, CRITICAL, ACCEPTED",
        "HIGH, CRITICAL, ACCEPTED",
        "CRITICAL, CRITICAL, REJECTED",
        "HIGH, MEDIUM, REJECTED",
        "MEDIUM, MEDIUM, REJECTED",
        "LOW, MEDIUM, ACCEPTED"
    })
    void rejectsAtTheGateAndAbove(Severity severity, Severity gate, Decision.Kind kind) {
        Rule<Badge> failing =
                rule("ACME-002", severity, Profile.L1, (badge, context) -> Outcome.fail(Problem.at(OWNER, "no")));
        assertEquals(
                kind,
                audit(Policy.defaults().withGate(gate), List.of(GOOD), failing)
                        .decision()
                        .kind());
    }

    @ParameterizedTest
    @CsvSource({"HIGH, CRITICAL, ACCEPTED", "CRITICAL, CRITICAL, INCOMPLETE", "HIGH, LOW, INCOMPLETE"})
    void aRuleAtTheGateThatCannotTellMakesTheDecisionIncomplete(Severity severity, Severity gate, Decision.Kind kind) {
        Rule<Badge> blind = rule(
                "ACME-002",
                severity,
                Profile.L1,
                (badge, context) -> OPAQUE.owner().decide(x -> Outcome.pass()));
        Policy policy = Policy.defaults().withGate(gate);
        assertEquals(kind, audit(policy, List.of(GOOD), blind).decision().kind());
        Rule<Badge> broken = rule("ACME-002", severity, Profile.L1, (badge, context) -> {
            throw new IllegalStateException("boom");
        });
        assertEquals(kind, audit(policy, List.of(GOOD), broken).decision().kind());
    }

    @Test
    void withoutAGateTheAuditOnlyReports() {
        AuditReport report = audit(Policy.defaults().withoutGate(), List.of(BAD), OWNED);
        assertEquals(Decision.Kind.ACCEPTED, report.decision().kind());
        assertEquals(1, report.totals().get(Outcome.Kind.FAIL));
    }

    @Test
    void anAuditThatLookedAtNothingIsIncomplete() {
        assertEquals(
                Decision.Kind.INCOMPLETE,
                audit(Policy.defaults(), List.of(), OWNED).decision().kind());
        Other other = new Other(SubjectRef.of("other", "x"));
        assertEquals(
                Decision.Kind.INCOMPLETE,
                audit(Policy.defaults(), List.<Subject>of(GOOD, other), OWNED)
                        .decision()
                        .kind());
    }

    @Test
    void aRuleThatThrowsIsAnErrorAndTheOthersStillRun() {
        List<Throwable> heard = new ArrayList<>();
        Rule<Badge> throwing = rule("ACME-000", Severity.LOW, Profile.L1, (badge, context) -> {
            throw new IllegalStateException("ghp_secret of the subject");
        });
        Rule<Badge> overflowing = rule("ACME-002", Severity.LOW, Profile.L1, (badge, context) -> descend(1));
        AuditReport report = Auditor.of(
                        Policy.defaults(), new RuleSet("acme", "1", List.of(throwing, OWNED, overflowing)))
                .withErrorListener((rule, thrown) -> heard.add(thrown))
                .withClock(Clock.fixed(NOW, ZoneOffset.UTC))
                .audit(List.of(GOOD));
        assertEquals(
                List.of(Outcome.Kind.ERROR, Outcome.Kind.PASS, Outcome.Kind.ERROR),
                report.findings().stream().map(Finding::kind).toList());
        assertEquals(2, heard.size());
        assertFalse(report.findings().toString().contains("ghp_secret"), "a message may quote a secret");
    }

    private static Outcome descend(long depth) {
        return depth == 0 ? Outcome.pass() : Outcome.allOf(descend(depth + 1), Outcome.pass());
    }

    @Test
    void onlyTheRulesOfTheProfileRun() {
        Rule<Badge> strict = rule("ACME-002", Severity.LOW, Profile.STRICT, (badge, context) -> Outcome.pass());
        assertEquals(
                1,
                audit(Policy.defaults(), List.of(GOOD), OWNED, strict)
                        .findings()
                        .size());
        Policy demanding = Policy.defaults().withProfile(Profile.STRICT);
        assertEquals(
                2, audit(demanding, List.of(GOOD), OWNED, strict).findings().size());
    }

    @Test
    void aFailureHasAFindingForEachProblemInTheOrderOfThePlaces() {
        Rule<Badge> twice = rule(
                "ACME-002",
                Severity.LOW,
                Profile.L1,
                (badge, context) -> Outcome.fail(
                        Problem.at(new Location.History(10), "late"), Problem.at(new Location.History(2), "early")));
        AuditReport report = audit(Policy.defaults(), List.of(GOOD), twice);
        assertEquals(
                List.of("early", "late"),
                report.findings().stream().map(Finding::detail).toList());
    }

    @Test
    void theOrderOfSubjectsAndRuleSetsDoesNotMatter() {
        RuleSet first = new RuleSet("a", "1", List.of(OWNED));
        RuleSet second =
                new RuleSet("b", "1", List.of(rule("ACME-002", Severity.LOW, Profile.L1, (b, c) -> Outcome.pass())));
        AuditReport one = Auditor.of(Policy.defaults(), first, second)
                .withClock(Clock.fixed(NOW, ZoneOffset.UTC))
                .audit(List.of(GOOD, BAD));
        AuditReport two = Auditor.of(Policy.defaults(), second, first)
                .withClock(Clock.fixed(NOW, ZoneOffset.UTC))
                .audit(List.of(BAD, GOOD));
        assertEquals(one, two);
    }

    @Test
    void rulesSeeTheTimeOfTheAudit() {
        Instant[] seen = new Instant[1];
        Rule<Badge> looking = rule("ACME-002", Severity.LOW, Profile.L1, (badge, context) -> {
            seen[0] = context.auditTime();
            return Outcome.pass();
        });
        audit(Policy.defaults(), List.of(GOOD), looking);
        assertSame(NOW, seen[0]);
    }

    @Test
    void refusesTwoRulesOrSubjectsOfOneName() {
        assertThrows(IllegalArgumentException.class, () -> new RuleSet("acme", "1", List.of(OWNED, OWNED)));
        RuleSet rules = new RuleSet("acme", "1", List.of(OWNED));
        RuleSet same = new RuleSet("other", "1", List.of(OWNED));
        assertThrows(IllegalArgumentException.class, () -> Auditor.of(Policy.defaults(), rules, same));
        assertThrows(
                IllegalArgumentException.class,
                () -> Auditor.of(Policy.defaults(), rules)
                        .withClock(Clock.fixed(NOW, ZoneOffset.UTC))
                        .audit(List.of(GOOD, GOOD)));
    }

    @Test
    void refusesARuleThatIsNewerThanItsSet() {
        assertThrows(IllegalArgumentException.class, () -> new RuleSet("acme", "0.9", List.of(OWNED)));
        assertEquals(1, new RuleSet("acme", "1.0", List.of(OWNED)).rules().size());
    }

    @Test
    void theDefaultPolicyIsL1AndRejectsOnCriticalOnly() {
        assertEquals(Profile.L1, Policy.defaults().profile());
        assertEquals(Gate.at(Severity.CRITICAL), Policy.defaults().gate().orElseThrow());
        assertTrue(Policy.defaults().withoutGate().gate().isEmpty());
        assertEquals(Policy.defaults(), Policy.defaults().withGate(Severity.CRITICAL));
    }

    @Test
    void theGateMayLetWhatIsUnknownOrUnseenPass() {
        Gate lenient = Gate.at(Severity.CRITICAL).withUnknownFails(false).withNoSubjectFails(false);
        Policy policy = Policy.defaults().withGate(lenient);
        assertEquals(
                Decision.Kind.ACCEPTED,
                audit(policy, List.of(OPAQUE), OWNED).decision().kind());
        assertEquals(
                Decision.Kind.ACCEPTED,
                audit(policy, List.of(), OWNED).decision().kind());
        assertEquals(
                Decision.Kind.REJECTED,
                audit(policy, List.of(BAD), OWNED).decision().kind());
    }

    @Test
    void aProblemMayBeWorseOrBetterThanItsRule() {
        Rule<Badge> mixed = upToCritical(
                Outcome.fail(Problem.at(OWNER, "a").withSeverity(Severity.CRITICAL), Problem.at(OWNER, "b")));
        AuditReport report = audit(Policy.defaults(), List.of(GOOD), mixed);
        assertEquals(
                List.of(Severity.CRITICAL, Severity.MEDIUM),
                report.findings().stream().map(Finding::severity).toList());
        assertEquals(Decision.Kind.REJECTED, report.decision().kind());
    }

    @Test
    void aPersonWhoHasToLookLeavesTheDecisionIncomplete() {
        Rule<Badge> manual = rule(
                "ACME-002", Severity.CRITICAL, Profile.L1, (badge, context) -> Outcome.manual("look at the photo"));
        AuditReport report = audit(Policy.defaults(), List.of(GOOD), manual);
        assertEquals(Outcome.Kind.MANUAL, report.findings().get(0).kind());
        assertEquals("look at the photo", report.findings().get(0).detail());
        assertEquals(Decision.Kind.INCOMPLETE, report.decision().kind());
    }

    @Test
    void theReportIsTheSameOnManyThreads() {
        List<Badge> badges = IntStream.range(0, 300)
                .mapToObj(i -> Badge.of("badge " + i, i % 3 == 0 ? "" : "team"))
                .toList();
        Auditor alone = Auditor.of(Policy.defaults(), new RuleSet("acme", "1", List.of(OWNED)));
        AuditReport expected = alone.withClock(Clock.fixed(NOW, ZoneOffset.UTC)).audit(badges);
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            assertEquals(
                    expected,
                    alone.withExecutor(pool, 4)
                            .withClock(Clock.fixed(NOW, ZoneOffset.UTC))
                            .audit(badges));
        } finally {
            pool.shutdownNow();
        }
        Executor rejecting = task -> {
            throw new RejectedExecutionException();
        };
        assertEquals(
                expected,
                alone.withExecutor(rejecting, 4)
                        .withClock(Clock.fixed(NOW, ZoneOffset.UTC))
                        .audit(badges));
        assertEquals(
                expected,
                alone.withExecutor(task -> {}, 4)
                        .withClock(Clock.fixed(NOW, ZoneOffset.UTC))
                        .audit(badges),
                "an executor that never runs it");
    }

    @Test
    void whatTheListenerThrowsEndsTheAuditOnWhicheverThread() {
        Rule<Badge> broken = rule("ACME-002", Severity.LOW, Profile.L1, (badge, context) -> {
            throw new IllegalStateException("boom");
        });
        Auditor auditor = Auditor.of(Policy.defaults(), new RuleSet("acme", "1", List.of(broken)))
                .withErrorListener((rule, thrown) -> {
                    throw new UnsupportedOperationException(thrown);
                })
                .withExecutor(task -> new Thread(task).start(), 2);
        assertThrows(
                UnsupportedOperationException.class,
                () -> auditor.withClock(Clock.fixed(NOW, ZoneOffset.UTC)).audit(List.of(GOOD, BAD)));
    }

    @Test
    void noRuleRunsAnyMoreWhenTheExecutorHasEndedTheAudit() throws InterruptedException {
        Thread caller = Thread.currentThread();
        CountDownLatch begun = new CountDownLatch(1);
        AtomicBoolean over = new AtomicBoolean();
        AtomicBoolean ranOn = new AtomicBoolean();
        AtomicBoolean refused = new AtomicBoolean();
        Rule<Badge> slow = rule("ACME-002", Severity.LOW, Profile.L1, (badge, context) -> {
            begun.countDown();
            while ((!refused.get() || caller.getState() != Thread.State.WAITING) && !over.get()) {
                Thread.onSpinWait();
            }
            ranOn.set(over.get());
            return Outcome.pass();
        });
        List<Thread> threads = new ArrayList<>();
        Executor faulty = task -> {
            if (!threads.isEmpty()) {
                await(begun);
                refused.set(true);
                throw new IllegalStateException("shut down");
            }
            threads.add(new Thread(task));
            threads.get(0).start();
        };
        Auditor auditor = Auditor.of(Policy.defaults(), new RuleSet("acme", "1", List.of(slow)))
                .withExecutor(faulty, 3);
        assertThrows(
                IllegalStateException.class,
                () -> auditor.withClock(Clock.fixed(NOW, ZoneOffset.UTC)).audit(List.of(GOOD, BAD, OPAQUE)));
        over.set(true);
        threads.get(0).join();
        assertFalse(ranOn.get());
    }

    @Test
    void theReasonsOfADecisionAreBounded() {
        List<Badge> badges = IntStream.range(0, 250)
                .mapToObj(i -> Badge.of("badge " + i, ""))
                .toList();
        List<String> because =
                audit(Policy.defaults(), badges, OWNED).decision().because();
        assertEquals(101, because.size());
        assertEquals("and 150 more", because.get(100));
    }

    private static Rule<Badge> upToCritical(Outcome outcome) {
        RuleInfo info = RuleInfo.builder("ACME-009", "title")
                .rationale("why")
                .remediation("how")
                .severity(Severity.MEDIUM)
                .highest(Severity.CRITICAL)
                .profile(Profile.L1)
                .since("1.0.0")
                .build();
        return Rule.of(info, Badge.class, (badge, context) -> outcome);
    }

    private static Finding only(Policy policy, Rule<Badge> rule) {
        return audit(policy, List.of(GOOD), rule).findings().get(0);
    }

    @Test
    void whatIsLeftOpenCountsAsBadAsTheWorstThatTheRuleCouldHaveFound() {
        Rule<Badge> open = upToCritical(Outcome.unknown(MissingValue.Reason.KEY_MISSING, "no doors"));
        AuditReport report = audit(Policy.defaults(), List.of(GOOD), open);
        assertEquals(Decision.Kind.INCOMPLETE, report.decision().kind());
        assertEquals(Severity.CRITICAL, report.findings().get(0).severity());
        assertEquals(
                Severity.MEDIUM,
                only(Policy.defaults(), upToCritical(Outcome.pass())).severity());
        Problem problem = Problem.at(Location.pointer("badge"), "is worn");
        assertEquals(
                Severity.MEDIUM,
                only(Policy.defaults(), upToCritical(Outcome.fail(problem))).severity());
        Policy low = Policy.defaults().withSeverity(new RuleId("ACME-009"), Severity.LOW);
        assertEquals(Severity.LOW, only(low, open).severity());
    }

    @Test
    void aRuleThatFindsWorseThanItStatesFailsItsTests() {
        Problem problem = Problem.at(Location.pointer("badge"), "is worn");
        Rule<Badge> within = upToCritical(Outcome.fail(problem.withSeverity(Severity.CRITICAL)));
        assertEquals(Severity.CRITICAL, only(Policy.defaults(), within).severity());
        Rule<Badge> beyond = rule(
                "ACME-009",
                Severity.HIGH,
                Profile.L1,
                (badge, context) -> Outcome.fail(problem.withSeverity(Severity.CRITICAL)));
        assertThrows(AssertionError.class, () -> beyond.evaluate(GOOD, RuleContext.at(NOW)));
    }

    @Test
    void theHighestSeverityIsNotBelowThatOfTheRule() {
        RuleInfo.Builder info = RuleInfo.builder("ACME-009", "title")
                .rationale("why")
                .remediation("how")
                .severity(Severity.MEDIUM)
                .highest(Severity.LOW)
                .profile(Profile.L1)
                .since("1.0.0");
        assertThrows(IllegalArgumentException.class, info::build);
    }
}
