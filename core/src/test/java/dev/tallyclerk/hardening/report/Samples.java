package dev.tallyclerk.hardening.report;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Baseline;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.audit.Scope;
import dev.tallyclerk.hardening.audit.Waiver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Reports to write. */
final class Samples {
    static final Instant NOW = Instant.parse("2026-11-24T10:11:12.5Z");

    /** What breaks out of HTML, XML, Markdown, a terminal and a line, in a name of a stranger's choice. */
    static final String HOSTILE =
            "x</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&]]>\u001b[2J\u202e|`@all [a](b) \u0000\r\n# h";

    record Thing(SubjectRef ref) implements Subject {}

    private Samples() {}

    static List<Reporter> reporters() {
        return List.of(
                JsonReporter.create(),
                JsonReporter.create().withIndentation(false),
                JsonLinesReporter.create(),
                SarifReporter.create(),
                SarifReporter.create().withEveryFinding(true),
                JunitReporter.create(),
                GitHubReporter.create(),
                GitLabReporter.create(),
                SonarQubeReporter.create(),
                TextReporter.create(),
                TextReporter.create().withColour(true),
                MarkdownReporter.create(),
                HtmlReporter.create());
    }

    static Rule<Thing> rule(String id, Severity severity, Function<Thing, Outcome> outcome) {
        RuleInfo info = RuleInfo.builder(id, "Title of " + id + " <b>")
                .rationale("Because of <i> & \"quotes\".")
                .remediation("Do `this` instead of | that.")
                .severity(severity)
                .highest(id.equals("ACME-001") ? Severity.CRITICAL : severity)
                .profile(Profile.L1)
                .reference("CIS Docker 1.6.0", "4.1")
                .since("1.0.0")
                .parameter(RuleParameter.integer("most", 1, 0, 9, "How many."))
                .build();
        return Rule.of(info, Thing.class, (thing, context) -> outcome.apply(thing));
    }

    private static RuleSet rules() {
        Outcome places = Outcome.fail(
                Problem.at(new Location.Whole("manifest"), "whole"),
                Problem.at(Location.pointer("config", "Env", "0"), "pointer", Evidence.redacted("PASSWORD")),
                Problem.at(new Location.Line("Dockerfile", 3), "line").withSeverity(Severity.CRITICAL),
                Problem.at(new Location.History(2), "history"),
                Problem.at(new Location.LayerEntry(1, "etc/../shadow x"), HOSTILE, Evidence.of("file", HOSTILE)));
        return new RuleSet(
                "acme",
                "1.1.0",
                List.of(
                        rule("ACME-001", Severity.HIGH, thing -> places),
                        rule("ACME-002", Severity.LOW, thing -> Outcome.pass()),
                        rule("ACME-003", Severity.INFO, thing -> Outcome.notApplicable("not here")),
                        rule(
                                "ACME-004",
                                Severity.MEDIUM,
                                thing -> Outcome.unknown(MissingValue.Reason.KEY_MISSING, "no key")),
                        rule("ACME-005", Severity.HIGH, thing -> Outcome.manual("ask the owner")),
                        rule("ACME-006", Severity.LOW, thing -> new Outcome.RuleError("broke")),
                        rule("ACME-007", Severity.MEDIUM, thing -> failure("waived")),
                        rule("ACME-008", Severity.MEDIUM, thing -> failure("expired")),
                        rule("ACME-009", Severity.LOW, thing -> failure("known")),
                        rule("ACME-010", Severity.LOW, thing -> Outcome.pass())));
    }

    private static Outcome failure(String message) {
        return Outcome.fail(Problem.at(Location.pointer("config", "User"), message));
    }

    /** {@return a report with every verdict, disposition and kind of place, on two subjects} */
    static AuditReport full() {
        Thing plain = new Thing(SubjectRef.of("thing", "b\u00fcro:1.2")
                .withDigest(Digest.sha256Of(new byte[0]))
                .withLabel("platform", "linux/amd64"));
        Thing hostile = new Thing(SubjectRef.of("thing", HOSTILE));
        List<Thing> things = List.of(plain, hostile);
        Policy onlyKnown = Policy.defaults();
        for (int i = 1; i <= 8; i++) {
            onlyKnown = onlyKnown.withoutRule(new RuleId("ACME-00" + i), "not in the former report");
        }
        AuditReport former = Auditor.of(onlyKnown, rules())
                .withClock(Clock.fixed(NOW, ZoneOffset.UTC))
                .audit(things);
        Policy policy = Policy.defaults()
                .withName("production")
                .withGate(Severity.HIGH)
                .withoutRule(new RuleId("ACME-010"), "no longer wanted")
                .withWaiver(waiver("ACME-007", "2026-12-31"))
                .withWaiver(waiver("ACME-008", "2026-11-23"))
                .withWaiver(waiver("ACME-002", "2026-12-31"))
                .withWaiver(waiver("ACME-003", "2036-12-31"));
        return Auditor.of(policy, rules())
                .withBaseline(Baseline.of(former))
                .withClock(Clock.fixed(NOW, ZoneOffset.UTC))
                .audit(things);
    }

    /** {@return a report that is incomplete because a rule could not tell} */
    static AuditReport open() {
        Rule<Thing> rule = rule(
                "ACME-001",
                Severity.CRITICAL,
                thing -> Outcome.unknown(MissingValue.Reason.KEY_MISSING, "no {key} <x>"));
        return Auditor.of(Policy.defaults(), new RuleSet("acme", "1", List.of(rule)))
                .withClock(Clock.fixed(NOW, ZoneOffset.UTC))
                .audit(List.of(new Thing(SubjectRef.of("thing", "a"))));
    }

    /** {@return a report that is incomplete because there was nothing to look at} */
    static AuditReport nothing() {
        return Auditor.of(Policy.defaults(), rules())
                .withClock(Clock.fixed(NOW, ZoneOffset.UTC))
                .audit(List.of());
    }

    private static Waiver waiver(String rule, String expires) {
        return new Waiver(new RuleId(rule), Scope.everything(), "because <x>", "team|a", LocalDate.parse(expires));
    }

    /** {@return a report of 100 findings on each of so many subjects} */
    static AuditReport large(int subjects) {
        List<Rule<?>> rules = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            rules.add(rule(
                    "ACME-0" + (10 + i),
                    Severity.MEDIUM,
                    thing -> new Outcome.Fail(IntStream.range(0, 10)
                            .mapToObj(n -> Problem.at(
                                    new Location.Line("file", n + 1), "a problem", Evidence.of("value", "v" + n)))
                            .toList())));
        }
        List<Thing> things = IntStream.range(0, subjects)
                .mapToObj(i -> new Thing(SubjectRef.of("thing", "thing " + i)))
                .toList();
        return Auditor.of(Policy.defaults(), new RuleSet("acme", "1", rules))
                .withClock(Clock.fixed(NOW, ZoneOffset.UTC))
                .audit(things);
    }

    static String write(Reporter reporter, AuditReport report) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        reporter.write(report, out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
