package dev.tallyclerk.hardening.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Disposition;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.container.ContainerReader;
import dev.tallyclerk.hardening.container.ContainerRules;
import dev.tallyclerk.hardening.container.ContainerSubject;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SarifReporterTest {
    private static final AuditReport REPORT = Samples.full();

    private static JsonCursor run() throws IOException, JsonException {
        return run(REPORT);
    }

    private static JsonCursor run(AuditReport report) throws IOException, JsonException {
        return run(report, SarifReporter.create().withEveryFinding(true));
    }

    private static JsonCursor run(AuditReport report, SarifReporter reporter) throws IOException, JsonException {
        byte[] sarif = Samples.write(reporter, report).getBytes(StandardCharsets.UTF_8);
        return JsonCursor.parse(sarif, JsonLimits.ofBytes(1_000_000))
                .required("runs")
                .element(0);
    }

    private static List<JsonCursor> results() throws IOException, JsonException {
        return run().required("results").elements();
    }

    @Test
    void eachFindingIsAResultOfItsKindAndLevel() throws IOException, JsonException {
        List<String> kinds = new ArrayList<>();
        for (JsonCursor result : results().subList(0, results().size() / 2)) {
            kinds.add(result.required("kind").string()
                    + ' '
                    + result.required("level").string());
        }
        assertEquals(
                List.of(
                        "fail error",
                        "fail error",
                        "fail error",
                        "fail error",
                        "fail error",
                        "pass none",
                        "notApplicable none",
                        "open none",
                        "review none",
                        "open none",
                        "fail warning",
                        "fail warning",
                        "fail note"),
                kinds);
    }

    @Test
    void onlyWhatSomebodyHasToLookAtIsWrittenUnlessAllIsAskedFor() throws IOException, JsonException {
        List<String> written = new ArrayList<>();
        for (JsonCursor result :
                run(REPORT, SarifReporter.create()).required("results").elements()) {
            assertEquals(0, result.required("suppressions").length());
            written.add(result.required("partialFingerprints")
                    .required(SarifReporter.FINGERPRINT)
                    .string());
        }
        List<String> expected = REPORT.findings().stream()
                .filter(finding -> finding.kind() != Outcome.Kind.PASS && finding.kind() != Outcome.Kind.NOT_APPLICABLE)
                .filter(finding ->
                        finding.disposition() != Disposition.WAIVED && finding.disposition() != Disposition.BASELINED)
                .map(Finding::fingerprint)
                .toList();
        assertEquals(expected, written);
        assertTrue(written.size() < results().size());
    }

    @Test
    void eachResultHasALineAndTheFingerprintThatCodeHostsRead() throws IOException, JsonException {
        for (JsonCursor result : results()) {
            JsonCursor prints = result.required("partialFingerprints");
            assertEquals(
                    prints.required(SarifReporter.FINGERPRINT).string(),
                    prints.required("primaryLocationLineHash").string());
            JsonCursor place = result.required("locations").element(0).required("physicalLocation");
            assertTrue(place.required("region").required("startLine").integer(1, 99) > 0);
        }
    }

    @Test
    void theRunIsNamedAfterWhatWasAudited() throws IOException, JsonException {
        assertEquals("tallyclerk/thing/", automation(REPORT), "of several things");
        assertEquals("tallyclerk/thing/a/", automation(Samples.open()));
    }

    private static String automation(AuditReport report) throws IOException, JsonException {
        return run(report).required("automationDetails").required("id").string();
    }

    @Test
    void whatIsCoveredIsSuppressedWithItsReason() throws IOException, JsonException {
        Map<String, List<String>> expected = Map.of(
                "ACME-007",
                List.of("because <x>"),
                "ACME-008",
                List.of(),
                "ACME-009",
                List.of("accepted as part of a baseline"));
        for (JsonCursor result : results()) {
            List<String> reasons = new ArrayList<>();
            for (JsonCursor suppression : result.required("suppressions").elements()) {
                assertEquals("external", suppression.required("kind").string());
                assertEquals("accepted", suppression.required("status").string());
                reasons.add(suppression.required("justification").string());
            }
            assertEquals(expected.getOrDefault(result.required("ruleId").string(), List.of()), reasons);
        }
    }

    @Test
    void theFingerprintIsThatOfTheFinding() throws IOException, JsonException {
        List<String> prints = new ArrayList<>();
        for (JsonCursor result : results()) {
            prints.add(result.required("partialFingerprints")
                    .required(SarifReporter.FINGERPRINT)
                    .string());
        }
        assertEquals(REPORT.findings().stream().map(Finding::fingerprint).toList(), prints);
    }

    @Test
    void ruleIndexesLeadToTheRules() throws IOException, JsonException {
        List<JsonCursor> rules =
                run().required("tool").required("driver").required("rules").elements();
        for (JsonCursor result : results()) {
            int index = (int) result.required("ruleIndex").integer(0, 99);
            assertEquals(
                    result.required("ruleId").string(),
                    rules.get(index).required("id").string());
        }
    }

    @Test
    void placesAreRelativeAddressesThatLeadNowhereElse() throws IOException, JsonException {
        for (JsonCursor result : results()) {
            String uri = result.required("locations")
                    .element(0)
                    .required("physicalLocation")
                    .required("artifactLocation")
                    .required("uri")
                    .string();
            URI parsed = URI.create(uri);
            assertTrue(!parsed.isAbsolute() && uri.startsWith("thing/"), uri);
            assertEquals(parsed, parsed.normalize());
        }
    }

    @Test
    void theDecisionAndTheNoticesAreThere() throws IOException, JsonException {
        assertEquals(
                "REJECTED", run().required("properties").required("decision").string());
        JsonCursor invocation = run().required("invocations").element(0);
        assertEquals(
                Phrases.notices(REPORT).size(),
                invocation.required("toolConfigurationNotifications").length());
        assertEquals(
                2, invocation.required("toolExecutionNotifications").length(), "a rule that broke, on two subjects");
    }

    @Test
    void whatStrangersWroteIsNoPlaceholderAndNoLink() throws IOException, JsonException {
        for (JsonCursor result : results()) {
            String text = result.required("message").required("text").string();
            assertTrue(text.replace("{{", "").replace("}}", "").matches("[^{}]*"), text);
            assertTrue(!text.replace("\\[", "").replace("\\]", "").contains("]("), text);
        }
    }

    @Test
    void whatIsIncompleteIsNoSuccess() throws IOException, JsonException {
        assertTrue(run().required("invocations")
                .element(0)
                .required("executionSuccessful")
                .bool());
        for (AuditReport report : List.of(Samples.open(), Samples.nothing())) {
            JsonCursor invocation = run(report).required("invocations").element(0);
            assertFalse(invocation.required("executionSuccessful").bool());
            JsonCursor notice =
                    invocation.required("toolExecutionNotifications").element(0);
            assertEquals("error", notice.required("level").string());
        }
    }

    private static JsonCursor run(SarifReporter reporter, AuditReport report) throws Exception {
        byte[] json = Samples.write(reporter, report).getBytes(StandardCharsets.UTF_8);
        return JsonCursor.parse(json, JsonLimits.ofBytes(1 << 24))
                .required("runs")
                .elements()
                .get(0);
    }

    @Test
    void aFindingLeadsToTheLineOfTheFileThatWasGiven() throws Exception {
        byte[] json = """
                [
                {"Id": "a"},
                {
                "Id": "b",
                "HostConfig": {
                "Memory": 0,
                "Privileged": true
                }
                }
                ]
                """.getBytes(StandardCharsets.UTF_8);
        ContainerSubject container = ContainerReader.create().read(json).get(1);
        AuditReport report = Auditor.of(Policy.defaults(), ContainerRules.ruleSet())
                .withClock(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
                .audit(List.of(container));
        SarifReporter reporter = SarifReporter.create()
                .withFiles(SourceFiles.none()
                        .withFile(
                                container.ref(),
                                SourceFile.ofElements("deploy/cron job.json", json)
                                        .get(1)))
                .withBaseUri(URI.create("https://git.example.test/app/"));
        JsonCursor run = run(reporter, report);
        JsonCursor place = result(run, "RUN-001");
        assertEquals(
                "deploy/cron%20job.json",
                place.required("artifactLocation").required("uri").string());
        assertEquals(
                "SRCROOT",
                place.required("artifactLocation").required("uriBaseId").string());
        assertEquals(7, place.required("region").required("startLine").integer(1, 100));
        assertEquals(
                "https://git.example.test/app/",
                run.required("originalUriBaseIds")
                        .required("SRCROOT")
                        .required("uri")
                        .string());
        assertEquals(
                3,
                result(run, "RUN-002").required("region").required("startLine").integer(1, 100),
                "undecided");
    }

    private static JsonCursor result(JsonCursor run, String rule) throws Exception {
        for (JsonCursor result : run.required("results").elements()) {
            if (result.required("ruleId").string().equals(rule)) {
                return result.required("locations").elements().get(0).required("physicalLocation");
            }
        }
        throw new AssertionError("no result of " + rule);
    }

    @Test
    void theDriverSaysItsVersionAndNamesNoPageUnlessToldOne() throws Exception {
        JsonCursor driver =
                run(SarifReporter.create(), Samples.full()).required("tool").required("driver");
        assertEquals("Tallyclerk", driver.required("name").string());
        assertEquals("1.1.0", driver.required("version").string());
        assertTrue(driver.member("informationUri").isEmpty());
        JsonCursor rule = driver.required("rules").elements().get(0);
        assertTrue(rule.member("helpUri").isEmpty());
        assertFalse(rule.required("help").required("text").string().isEmpty());
    }

    @Test
    void anEmbedderReportsInItsOwnName() throws Exception {
        SarifReporter own = SarifReporter.create().withTool("Gate", "3.2", URI.create("https://gate.example.test/r"));
        JsonCursor driver = run(own, Samples.full()).required("tool").required("driver");
        assertEquals("Gate", driver.required("name").string());
        assertEquals("3.2", driver.required("version").string());
        assertEquals(
                "https://gate.example.test/r", driver.required("informationUri").string());
        assertEquals(
                "https://gate.example.test/r#ACME-001",
                driver.required("rules").elements().get(0).required("helpUri").string());
        URI relative = URI.create("r");
        assertThrows(
                IllegalArgumentException.class, () -> SarifReporter.create().withTool("a", "1", relative));
        assertThrows(
                IllegalArgumentException.class, () -> SarifReporter.create().withBaseUri(URI.create("https://a")));
    }
}
