package dev.tallyclerk.hardening.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonReporterTest {
    private record Thing(SubjectRef ref) implements Subject {}

    private static final SubjectRef REF = SubjectRef.of("thing", "b\u00fcro")
            .withDigest(Digest.sha256Of(new byte[0]))
            .withLabel("platform", "linux/amd64");

    private static Rule<Thing> rule(String id, Outcome outcome) {
        RuleInfo info = RuleInfo.builder(id, "title")
                .rationale("why")
                .remediation("how")
                .severity(Severity.HIGH)
                .profile(Profile.L2)
                .reference("CIS Docker 1.6.0", "4.1")
                .since("1.0.0")
                .build();
        return Rule.of(info, Thing.class, (thing, context) -> outcome);
    }

    private static AuditReport report() {
        Outcome failure = Outcome.fail(
                Problem.at(new Location.Whole("manifest"), "whole"),
                Problem.at(Location.pointer("config", "Env", "0"), "pointer", Evidence.redacted("PASSWORD")),
                Problem.at(new Location.Line("Dockerfile", 3), "line"),
                Problem.at(new Location.History(2), "history"),
                Problem.at(new Location.LayerEntry(1, "etc/shadow"), "layer"));
        RuleSet rules = new RuleSet(
                "test",
                "1.0.0",
                List.of(
                        rule("ACME-001", failure),
                        rule("ACME-002", Outcome.pass()),
                        rule("ACME-003", Outcome.notApplicable("not here")),
                        rule("ACME-004", Outcome.unknown(MissingValue.Reason.KEY_MISSING, "no key")),
                        rule("ACME-005", new Outcome.RuleError("broke"))));
        Policy policy = Policy.defaults().withProfile(Profile.L2).withGate(Severity.HIGH);
        return Auditor.of(policy, rules)
                .withClock(Clock.fixed(Instant.parse("2026-11-24T00:00:00Z"), ZoneOffset.UTC))
                .audit(List.of(new Thing(REF)));
    }

    private static byte[] write(Reporter reporter, AuditReport report) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        reporter.write(report, out);
        return out.toByteArray();
    }

    @Test
    void writesTheDocumentedMembersInOrder() throws IOException, JsonException {
        JsonCursor root = JsonCursor.parse(write(JsonReporter.create(), report()), JsonLimits.ofBytes(100_000));
        assertEquals(
                List.of(
                        "schema",
                        "schemaVersion",
                        "auditTime",
                        "policy",
                        "ruleSets",
                        "rules",
                        "subjects",
                        "findings",
                        "skipped",
                        "waivers",
                        "baseline",
                        "totals",
                        "decision"),
                List.copyOf(root.members().keySet()));
        assertEquals(JsonReporter.SCHEMA, root.required("schema").string());
        assertEquals("L2", root.required("policy").required("profile").string());
        assertEquals(
                "HIGH",
                root.required("policy").required("gate").required("failOn").string());
        assertEquals(
                "b\u00fcro",
                root.required("subjects").elements().get(0).required("name").string());
        assertEquals("REJECTED", root.required("decision").required("kind").string());
        assertEquals(5, root.required("decision").required("because").strings().size());
        assertEquals(5, root.required("totals").required("FAIL").integer(0, 9));
        assertEquals(5, root.required("rules").elements().size());
    }

    @Test
    void writesEachKindOfLocation() throws IOException, JsonException {
        JsonCursor root = JsonCursor.parse(
                write(JsonReporter.create().withIndentation(false), report()), JsonLimits.ofBytes(100_000));
        List<String> kinds = new ArrayList<>();
        for (JsonCursor finding : root.required("findings").elements()) {
            if (finding.member("location").isPresent()) {
                kinds.add(finding.required("location").required("kind").string());
            }
        }
        assertEquals(List.of("whole", "pointer", "line", "history", "layerEntry"), kinds);
    }

    @Test
    void writesOneLineOfPlainAsciiWithoutSecrets() throws IOException {
        byte[] bytes = write(JsonReporter.create().withIndentation(false), report());
        String text = new String(bytes, StandardCharsets.UTF_8);
        assertEquals(text.length() - 1, text.indexOf('\n'));
        assertTrue(text.chars().allMatch(c -> c == '\n' || (c >= ' ' && c < 127)), text);
        assertTrue(!text.contains("hunter2"), text);
    }

    @Test
    void writesNullForAPolicyWithoutGate() throws IOException, JsonException {
        AuditReport report = Auditor.of(Policy.defaults().withoutGate(), new RuleSet("none", "1", List.of()))
                .withClock(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
                .audit(List.of());
        JsonCursor root = JsonCursor.parse(write(JsonReporter.create(), report), JsonLimits.ofBytes(100_000));
        assertTrue(root.required("policy").member("gate").isPresent());
        assertTrue(root.required("policy").optional("gate").isEmpty());
    }

    @Test
    void theSameInputGivesTheSameBytes() throws IOException {
        assertArrayEquals(write(JsonReporter.create(), report()), write(JsonReporter.create(), report()));
    }
}
