package dev.tallyclerk.hardening.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The formats of GitHub, GitLab and SonarQube. */
class CodeHostReportersTest {
    private static final SubjectRef FILE = SubjectRef.of("thing", "file");

    private static AuditReport report(Outcome outcome, Severity severity, SubjectRef... subjects) {
        return report(Policy.defaults().withGate(Severity.HIGH), outcome, severity, subjects);
    }

    private static AuditReport report(Policy policy, Outcome outcome, Severity severity, SubjectRef... subjects) {
        List<Rule<?>> rules = List.of(Samples.rule("ACME-001", severity, thing -> outcome));
        List<Samples.Thing> things = new ArrayList<>();
        for (SubjectRef subject : subjects) {
            things.add(new Samples.Thing(subject));
        }
        return Auditor.of(policy, new RuleSet("acme", "1", rules))
                .withClock(Clock.fixed(Samples.NOW, ZoneOffset.UTC))
                .audit(things);
    }

    private static JsonCursor json(Reporter reporter, AuditReport report) throws Exception {
        byte[] written = Samples.write(reporter, report).getBytes(StandardCharsets.UTF_8);
        return JsonCursor.parse(written, JsonLimits.ofBytes(1_000_000));
    }

    private static List<String> lines(AuditReport report, SourceFiles files) throws IOException {
        return Samples.write(GitHubReporter.create().withFiles(files), report)
                .lines()
                .toList();
    }

    /** Reads a command as the runner does: up to the first two colons are the properties, the rest is data. */
    private record Command(String name, Map<String, String> properties, String data) {
        static Command parse(String line) {
            assertTrue(line.startsWith("::"), line);
            int end = line.indexOf("::", 2);
            String head = line.substring(2, end);
            int space = head.indexOf(' ');
            Map<String, String> properties = new TreeMap<>();
            for (String property : head.substring(space + 1).split(",", -1)) {
                int equals = property.indexOf('=');
                properties.put(
                        property.substring(0, equals),
                        property.substring(equals + 1)
                                .replace("%3A", ":")
                                .replace("%2C", ",")
                                .replace("%25", "%"));
            }
            String data = line.substring(end + 2).replace("%0A", "\n").replace("%25", "%");
            return new Command(head.substring(0, space), properties, data);
        }
    }

    @Test
    void aLineOfAFileIsTheSameInAllFormats() throws Exception {
        AuditReport report = report(
                Outcome.fail(Problem.at(Location.Region.of("./deploy\\web.yaml", 12, 9, 12, 13), "bad")),
                Severity.HIGH,
                FILE);
        Command command = Command.parse(lines(report, SourceFiles.none()).get(1));
        assertEquals("error", command.name());
        assertEquals(
                Map.of(
                        "file", "deploy/web.yaml",
                        "line", "12",
                        "col", "9",
                        "endColumn", "12",
                        "title", "ACME-001 Title of ACME-001 <b>"),
                command.properties());
        assertEquals("thing file: bad", command.data());
        JsonCursor gitLab = json(GitLabReporter.create(), report).element(0);
        assertEquals(
                "deploy/web.yaml", gitLab.required("location").required("path").string());
        assertEquals(
                12,
                gitLab.required("location").required("lines").required("begin").integer(1, 99));
        JsonCursor issue = json(SonarQubeReporter.create(), report)
                .required("issues")
                .element(0)
                .required("primaryLocation");
        assertEquals("deploy/web.yaml", issue.required("filePath").string());
        assertEquals(12, issue.required("textRange").required("startLine").integer(1, 99));
    }

    @Test
    void linesThatEndBeforeTheNextOneDoNotIncludeIt() throws Exception {
        AuditReport report = report(
                Outcome.fail(Problem.at(Location.Region.of("Dockerfile", 2, 1, 5, 1), "bad")), Severity.LOW, FILE);
        Command command = Command.parse(lines(report, SourceFiles.none()).get(1));
        assertEquals("4", command.properties().get("endLine"));
        assertFalse(command.properties().containsKey("col"), "GitHub takes columns of one line only");
        assertEquals(
                4,
                json(GitLabReporter.create(), report)
                        .element(0)
                        .required("location")
                        .required("lines")
                        .required("end")
                        .integer(1, 99));
    }

    @Test
    void aSubjectWithoutFileHasANameOrTheFileForOthers() throws Exception {
        AuditReport report = report(
                Outcome.fail(Problem.at(new Location.LayerEntry(1, "etc/../x"), "bad")),
                Severity.LOW,
                SubjectRef.of("image", "../app:1"));
        Command without = Command.parse(lines(report, SourceFiles.none()).get(1));
        assertEquals(Set.of("title"), without.properties().keySet(), "GitHub shows it at the run");
        assertEquals(
                "image/..%2Fapp%3A1/layers/1/etc%2F..%2Fx",
                json(GitLabReporter.create(), report)
                        .element(0)
                        .required("location")
                        .required("path")
                        .string());
        SourceFiles pom = SourceFiles.none().withOtherFile(SourceFile.of("pom.xml", new byte[0]));
        assertEquals(
                "pom.xml", Command.parse(lines(report, pom).get(1)).properties().get("file"));
        assertEquals(
                "pom.xml",
                json(SonarQubeReporter.create().withFiles(pom), report)
                        .required("issues")
                        .element(0)
                        .required("primaryLocation")
                        .required("filePath")
                        .string());
        assertTrue(Samples.write(SarifReporter.create().withFiles(pom), report).contains("\"uri\" : \"pom.xml\""));
    }

    @Test
    void theWorstAnnotationsComeFirstBecauseGitHubShowsTen() throws Exception {
        List<String> names = new ArrayList<>();
        int before = 0;
        for (String line : lines(Samples.full(), SourceFiles.none())) {
            String name = Command.parse(line).name();
            int rank = List.of("error", "warning", "notice").indexOf(name);
            assertTrue(names.isEmpty() || rank >= before, names + " " + name);
            before = names.isEmpty() ? 0 : rank;
            names.add(name);
        }
        assertTrue(names.contains("warning") && names.contains("notice"));
        assertEquals(
                1 + Samples.full().findings().stream().filter(Phrases::isOpen).count(),
                names.size(),
                "none is dropped");
    }

    @Property(tries = 200)
    void noTextEndsOrStartsACommand(@ForAll String text) throws Exception {
        String hostile = "x" + text + "\n::error::y\r\n::stop-commands::z%0A##[error]%";
        AuditReport report = report(
                Outcome.fail(Problem.at(new Location.Line(hostile, 1), hostile)),
                Severity.HIGH,
                SubjectRef.of("thing", hostile));
        List<String> lines = lines(
                report,
                SourceFiles.none().withFile(SubjectRef.of("thing", hostile), SourceFile.of(hostile, new byte[0])));
        assertEquals(2, lines.size());
        Command command = Command.parse(lines.get(1));
        assertEquals(Set.of("file", "line", "title"), command.properties().keySet());
        assertTrue(command.data().contains("%0A##[error]%"), "the text is there, as it was");
        assertTrue(command.properties().getOrDefault("file", "").contains("::error::y"));
    }

    @Test
    void textsAreCutBeforeGitHubRefusesThem() throws Exception {
        SubjectRef subject = SubjectRef.of("thing", "\ud83d\ude00".repeat(50_000));
        String line = lines(
                        report(Outcome.fail(Problem.at(new Location.Whole("x"), "bad")), Severity.LOW, subject),
                        SourceFiles.none())
                .get(1);
        assertTrue(line.length() < 9_000, "length " + line.length());
        assertTrue(line.endsWith("\ud83d\ude00..."));
    }

    @Test
    void whatIsUndecidedIsWrittenAndSaysSo() throws Exception {
        Outcome unknown = Outcome.unknown(MissingValue.Reason.KEY_MISSING, "no key");
        AuditReport counted = report(unknown, Severity.HIGH, FILE);
        assertTrue(counted.isCounted(counted.findings().get(0)));
        AuditReport tolerated = report(Policy.defaults().withoutGate(), unknown, Severity.LOW, FILE);
        assertEquals(
                "warning",
                Command.parse(lines(counted, SourceFiles.none()).get(1)).name());
        assertEquals(
                "unknown: thing file: no key",
                Command.parse(lines(counted, SourceFiles.none()).get(1)).data());
        assertEquals(
                "notice",
                Command.parse(lines(tolerated, SourceFiles.none()).get(1)).name());
        JsonCursor gitLab = json(GitLabReporter.create(), counted).element(0);
        assertEquals(
                "unknown: thing file: no key", gitLab.required("description").string());
        assertEquals("major", gitLab.required("severity").string());
        assertEquals(
                "info",
                json(GitLabReporter.create(), tolerated)
                        .element(0)
                        .required("severity")
                        .string());
        assertEquals(
                "ACME-001.undecided",
                json(SonarQubeReporter.create(), counted)
                        .required("issues")
                        .element(0)
                        .required("ruleId")
                        .string());
    }

    @Test
    void anIncompleteAuditIsNeverEmpty() throws Exception {
        for (AuditReport report : List.of(Samples.nothing(), Samples.open())) {
            Command first = Command.parse(lines(report, SourceFiles.none()).get(0));
            assertEquals("error", first.name());
            assertTrue(first.data().startsWith("Hardening: incomplete"), first.data());
            assertTrue(first.data().contains("\n" + report.decision().because().get(0)), first.data());
            List<JsonCursor> gitLab = json(GitLabReporter.create(), report).elements();
            assertEquals(
                    GitLabReporter.INCOMPLETE,
                    gitLab.get(gitLab.size() - 1).required("check_name").string());
            List<JsonCursor> issues =
                    json(SonarQubeReporter.create(), report).required("issues").elements();
            assertEquals(
                    SonarQubeReporter.INCOMPLETE,
                    issues.get(issues.size() - 1).required("ruleId").string());
        }
    }

    @Test
    void fingerprintsAreStableAndUnique() throws Exception {
        Outcome bad = Outcome.fail(Problem.at(new Location.Whole("x"), "bad"));
        SubjectRef one = SubjectRef.of("thing", "a").withDigest(Digest.sha256Of(new byte[] {1}));
        SubjectRef other = SubjectRef.of("thing", "a").withDigest(Digest.sha256Of(new byte[] {2}));
        AuditReport report = report(bad, Severity.LOW, one, other, FILE);
        List<String> fingerprints = new ArrayList<>();
        for (JsonCursor issue : json(GitLabReporter.create(), report).elements()) {
            fingerprints.add(issue.required("fingerprint").string());
        }
        assertEquals(3, new HashSet<>(fingerprints).size());
        assertEquals(report.findings().get(0).fingerprint(), fingerprints.get(0));
        assertEquals(fingerprints.get(0) + "-2", fingerprints.get(1));
    }

    @Test
    void severitiesFollowTheDocumentedTables() throws Exception {
        List<String> expected = List.of(
                "INFO notice info LOW INFO",
                "LOW notice minor LOW MINOR",
                "MEDIUM warning major MEDIUM MAJOR",
                "HIGH error critical HIGH CRITICAL",
                "CRITICAL error blocker HIGH BLOCKER");
        List<String> seen = new ArrayList<>();
        for (Severity severity : Severity.values()) {
            AuditReport report = report(Outcome.fail(Problem.at(new Location.Whole("x"), "bad")), severity, FILE);
            JsonCursor rule =
                    json(SonarQubeReporter.create(), report).required("rules").element(0);
            seen.add(severity + " "
                    + Command.parse(lines(report, SourceFiles.none()).get(1)).name() + " "
                    + json(GitLabReporter.create(), report)
                            .element(0)
                            .required("severity")
                            .string() + " "
                    + rule.required("impacts").element(0).required("severity").string() + " "
                    + rule.required("severity").string());
        }
        assertEquals(expected, seen);
    }

    @Test
    void sonarQubeHasARuleForEachSeverityOfAProblem() throws Exception {
        Outcome outcome = Outcome.fail(
                Problem.at(new Location.Whole("x"), "bad"),
                Problem.at(new Location.Whole("y"), "worse").withSeverity(Severity.CRITICAL));
        JsonCursor sonar = json(SonarQubeReporter.create(), report(outcome, Severity.HIGH, FILE));
        List<String> rules = new ArrayList<>();
        for (JsonCursor rule : sonar.required("rules").elements()) {
            rules.add(rule.required("id").string()
                    + ' '
                    + rule.required("severity").string());
        }
        assertEquals(List.of("ACME-001 CRITICAL", "ACME-001.critical BLOCKER"), rules);
    }

    @Test
    void whatIsWaivedOrInTheBaselineIsLeftOut() throws Exception {
        AuditReport report = Samples.full();
        assertTrue(report.findings().stream().anyMatch(Phrases::isCovered));
        Set<String> covered = new HashSet<>();
        for (Finding finding : report.findings()) {
            if (Phrases.isCovered(finding)) {
                covered.add(finding.fingerprint());
            }
        }
        String written = Samples.write(GitLabReporter.create(), report);
        assertTrue(covered.stream().noneMatch(written::contains));
        assertFalse(Samples.write(SonarQubeReporter.create(), report).contains("\"ACME-007"));
        assertFalse(Samples.write(GitHubReporter.create(), report).contains("title=ACME-007"));
    }
}
