package dev.tallyclerk.hardening.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.audit.Scope;
import dev.tallyclerk.hardening.audit.Waiver;
import dev.tallyclerk.hardening.container.ContainerRules;
import dev.tallyclerk.hardening.dockerfile.DockerfileRules;
import dev.tallyclerk.hardening.engine.EngineRules;
import dev.tallyclerk.hardening.kubernetes.KubernetesRules;
import dev.tallyclerk.hardening.seccomp.SeccompRules;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BenchmarkReportTest {
    private static final String TABLE = "# id: acme-1\n# title: Acme Guide 1\n# citing: Acme\n";
    private static final Outcome BAD = fail("a");
    private static final Outcome UNKNOWN = Outcome.unknown(MissingValue.Reason.KEY_MISSING, "no key");
    private static final Outcome MANUAL = Outcome.manual("ask");
    private static final Outcome OTHER = Outcome.notApplicable("not here");

    private record Thing(SubjectRef ref) implements Subject {}

    private static Outcome fail(String... checks) {
        List<Problem> problems = new ArrayList<>();
        for (String check : checks) {
            problems.add(Problem.at(new Location.Whole(check), "bad", Evidence.of("check", check)));
        }
        return new Outcome.Fail(problems);
    }

    private static Rule<Thing> rule(String id, Profile profile, String section, Outcome outcome) {
        RuleInfo info = RuleInfo.builder(id, "Title")
                .rationale("Why.")
                .remediation("What.")
                .severity(Severity.LOW)
                .profile(profile)
                .reference("Acme", section)
                .since("1")
                .build();
        return Rule.of(info, Thing.class, (thing, context) -> outcome);
    }

    private static BenchmarkReport report(String sections, Policy policy, List<Rule<?>> rules, String... kinds) {
        RuleSet ruleSet = new RuleSet("acme", "1", rules, Set.of("thing"));
        List<Thing> things = new ArrayList<>();
        for (String kind : kinds) {
            things.add(new Thing(SubjectRef.of(kind, "x")));
        }
        return BenchmarkReport.of(
                Benchmarks.parse(TABLE + sections),
                Auditor.of(policy, ruleSet)
                        .withClock(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
                        .audit(things),
                List.of(ruleSet));
    }

    private static SectionResult.Result result(Policy policy, List<Rule<?>> rules, String... kinds) {
        return report("1\tOne\n", policy, rules, kinds).results().get(0).result();
    }

    private static Outcome outcome(String name) {
        return switch (name) {
            case "fail" -> BAD;
            case "unknown" -> UNKNOWN;
            case "error" -> new Outcome.RuleError("broke");
            case "manual" -> MANUAL;
            case "pass" -> Outcome.pass();
            default -> OTHER;
        };
    }

    @ParameterizedTest
    @CsvSource({
        "fail, pass, FAIL",
        "fail, unknown, FAIL",
        "unknown, pass, UNKNOWN",
        "error, pass, UNKNOWN",
        "manual, unknown, UNKNOWN",
        "manual, pass, MANUAL",
        "pass, other, PASS",
        "pass, pass, PASS",
        "other, other, NOT_APPLICABLE"
    })
    void theWorstOfSeveralRulesWins(String one, String other, SectionResult.Result expected) {
        List<Rule<?>> rules = List.of(
                rule("ACME-001", Profile.L1, "1", outcome(one)), rule("ACME-002", Profile.L1, "1", outcome(other)));
        assertEquals(expected, result(Policy.defaults(), rules, "thing"));
    }

    @Test
    void aRuleThatThePolicyLeavesOutIsNoPass() {
        List<Rule<?>> rules = List.of(
                rule("ACME-001", Profile.L1, "1", Outcome.pass()),
                rule("ACME-002", Profile.STRICT, "1", Outcome.pass()));
        SectionResult partial =
                report("1\tOne\n", Policy.defaults(), rules, "thing").results().get(0);
        assertEquals(SectionResult.Result.UNKNOWN, partial.result());
        assertTrue(
                partial.because().get(0).contains("ACME-002"), partial.because().toString());
        assertEquals(SectionResult.Result.PASS, result(Policy.defaults().withProfile(Profile.STRICT), rules, "thing"));
        Policy disabled = Policy.defaults()
                .withProfile(Profile.STRICT)
                .withoutRule(new RuleId("ACME-001"), "not ours")
                .withoutRule(new RuleId("ACME-002"), "not ours");
        assertEquals(SectionResult.Result.NOT_RUN, result(disabled, rules, "thing"));
    }

    @Test
    void aRuleWithoutSubjectOfItsKindIsNoPass() {
        List<Rule<?>> rules = List.of(rule("ACME-001", Profile.L1, "1", Outcome.pass()));
        assertEquals(SectionResult.Result.NOT_RUN, result(Policy.defaults(), rules));
        BenchmarkReport foreign = BenchmarkReport.of(
                Benchmarks.parse(TABLE + "# other-kinds: thing\n1\tOne\n"),
                Auditor.of(Policy.defaults(), new RuleSet("acme", "1", rules))
                        .audit(List.of(new Thing(SubjectRef.of("thing", "x")))),
                List.of(new RuleSet("acme", "1", rules)));
        assertEquals(SectionResult.Result.NOT_RUN, foreign.results().get(0).result());
    }

    @Test
    void whatNoRuleCoversIsListed() {
        BenchmarkReport report = report(
                "1\tOne\n2\tTwo\n3\tThree\t-\n4\tFour\t1\n",
                Policy.defaults(),
                List.of(rule("ACME-001", Profile.L1, "1", Outcome.pass())),
                "thing");
        assertEquals(
                List.of("PASS", "NOT_COVERED", "NOT_COVERED", "PASS"),
                report.results().stream().map(each -> each.result().name()).toList());
        assertEquals(
                List.of("No rule covers this section."), report.results().get(1).because());
        Map<SectionResult.Result, Integer> totals = new EnumMap<>(SectionResult.Result.class);
        for (SectionResult.Result result : SectionResult.Result.values()) {
            totals.put(result, 0);
        }
        totals.put(SectionResult.Result.PASS, 2);
        totals.put(SectionResult.Result.NOT_COVERED, 2);
        assertEquals(totals, report.totals());
    }

    @Test
    void aWaivedFailureIsAFailureThatSaysSo() {
        Policy policy = Policy.defaults()
                .withWaiver(new Waiver(
                        new RuleId("ACME-001"), Scope.everything(), "later", "team", LocalDate.parse("1970-02-01")));
        SectionResult result = report("1\tOne\n", policy, List.of(rule("ACME-001", Profile.L1, "1", BAD)), "thing")
                .results()
                .get(0);
        assertEquals(SectionResult.Result.FAIL, result.result());
        assertEquals(1, result.waived());
        assertEquals(List.of("1 of 1 findings are waived or in the baseline."), result.because());
    }

    @Test
    void anAspectOfARuleFailsOnlyItsSection() {
        String sections = "a\tA\tACME-001?check=a\nb\tB\tACME-001?check=b\nc\tC\tACME-001?check=c\n";
        BenchmarkReport report = report(
                sections, Policy.defaults(), List.of(rule("ACME-001", Profile.L1, "9", fail("a", "c"))), "thing");
        assertEquals(
                List.of("FAIL", "PASS", "FAIL"),
                report.results().stream().map(each -> each.result().name()).toList());
        assertEquals(1, report.results().get(1).passed());
        BenchmarkReport unexpected = report(
                sections, Policy.defaults(), List.of(rule("ACME-001", Profile.L1, "9", fail("a", "new"))), "thing");
        assertEquals(
                List.of("FAIL", "UNKNOWN", "UNKNOWN"),
                unexpected.results().stream().map(each -> each.result().name()).toList(),
                "a problem that belongs to no section leaves the others open");
    }

    @Test
    void aMalformedTableIsRefusedWithItsLine() {
        Map.of(
                        "1", "line 4",
                        "1\tOne\tx\ty", "line 4",
                        "1\tOne\n2\t ", "line 5",
                        "1\tOne\tACME-001?=x", "line 4",
                        "1\tOne\n1\tTwo", "twice",
                        "", "sections")
                .forEach((sections, expected) -> {
                    IllegalArgumentException e =
                            assertThrows(IllegalArgumentException.class, () -> Benchmarks.parse(TABLE + sections));
                    assertTrue(e.toString().contains(expected), e.toString());
                });
    }

    static List<String> ids() {
        return Benchmarks.ids();
    }

    private static List<RuleSet> ruleSets() {
        return List.of(
                ContainerRules.ruleSet(),
                EngineRules.ruleSet(),
                DockerfileRules.ruleSet(),
                KubernetesRules.ruleSet(),
                SeccompRules.ruleSet());
    }

    @ParameterizedTest
    @MethodSource("ids")
    void eachBuiltInBenchmarkIsReadAndIsPartlyCovered(String id) {
        Benchmark benchmark = Benchmarks.find(id).orElseThrow();
        assertEquals(id, benchmark.id());
        long covered = benchmark.sections().stream()
                .filter(section -> ruleSets().stream()
                        .flatMap(set -> set.rules().stream())
                        .anyMatch(rule -> section.isCoveredBy(rule.info())))
                .count();
        assertTrue(covered > 5, id + " " + covered);
    }

    @ParameterizedTest
    @CsvSource({
        "cis-docker-1.6.0, 117",
        "cis-docker-1.7.0, 117",
        "cis-docker-1.8.0, 118",
        "cis-kubernetes-1.12.0, 131",
        "pss-baseline, 12",
        "pss-restricted, 15"
    })
    void editionsHaveAllTheirSections(String id, int sections) {
        assertEquals(sections, Benchmarks.find(id).orElseThrow().sections().size());
    }

    @Test
    void numbersFollowTheEdition() {
        Map<String, String> moved = Map.of("2.7", "2.8", "2.18", "2.19", "5.4", "5.4", "2.6", "2.6");
        Benchmark former = Benchmarks.find("cis-docker-1.6.0").orElseThrow();
        Benchmark latest = Benchmarks.find("cis-docker-1.8.0").orElseThrow();
        moved.forEach((before, after) -> assertEquals(
                section(former, before).title(), section(latest, after).title(), before));
        RuleInfo remote =
                EngineRules.ruleSet().rule(new RuleId("DMN-007")).orElseThrow().info();
        assertTrue(section(former, "2.7").isCoveredBy(remote));
        assertTrue(section(latest, "2.8").isCoveredBy(remote));
        assertTrue(!section(latest, "2.7").isCoveredBy(remote));
        RuleInfo driver =
                EngineRules.ruleSet().rule(new RuleId("DMN-006")).orElseThrow().info();
        assertTrue(section(latest, "2.7").isCoveredBy(driver));
        assertTrue(section(former, "1.1.9").title().contains("docker.socket"));
        assertTrue(section(latest, "1.1.9").title().contains("docker.sock "));
    }

    private static Section section(Benchmark benchmark, String number) {
        return benchmark.sections().stream()
                .filter(section -> section.number().equals(number))
                .findFirst()
                .orElseThrow();
    }

    /** A citation that no table has would be lost from the reports. */
    @Test
    void everyCitationOfABuiltInRuleIsASection() {
        Set<String> lost = new HashSet<>();
        for (RuleSet set : ruleSets()) {
            for (Rule<?> rule : set.rules()) {
                for (RuleInfo.Citation citation : rule.info().references()) {
                    RuleInfo only = RuleInfo.builder("ACME-001", "Title")
                            .rationale("Why.")
                            .remediation("What.")
                            .severity(Severity.LOW)
                            .profile(Profile.L1)
                            .reference(citation.document(), citation.section())
                            .since("1")
                            .build();
                    boolean isKnown = Benchmarks.ids().stream()
                            .flatMap(id -> Benchmarks.find(id).orElseThrow().sections().stream())
                            .anyMatch(section -> section.isCoveredBy(only));
                    if (!isKnown && !citation.document().equals("Pod Security Standards")) {
                        lost.add(rule.info().id() + " " + citation);
                    }
                }
            }
        }
        assertEquals(Set.of(), lost);
    }

    /** A rule that a table names and nobody has would be a section that is never covered. */
    @Test
    void everyRuleThatATableNamesExists() throws Exception {
        Set<String> unknown = new HashSet<>();
        for (String id : Benchmarks.ids()) {
            for (Section section : Benchmarks.find(id).orElseThrow().sections()) {
                for (RuleId rule : section.namedRules()) {
                    if (ruleSets().stream().noneMatch(set -> set.rule(rule).isPresent())) {
                        unknown.add(id + " " + rule);
                    }
                }
            }
        }
        assertEquals(Set.of(), unknown);
    }
}
