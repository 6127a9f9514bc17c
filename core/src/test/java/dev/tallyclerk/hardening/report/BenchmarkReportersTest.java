package dev.tallyclerk.hardening.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.benchmark.Benchmark;
import dev.tallyclerk.hardening.benchmark.BenchmarkReport;
import dev.tallyclerk.hardening.benchmark.Benchmarks;
import dev.tallyclerk.hardening.benchmark.Section;
import dev.tallyclerk.hardening.benchmark.SectionResult;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonLimits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.Source;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The reports by section of a benchmark. */
class BenchmarkReportersTest {
    private static final BenchmarkReport REPORT = report(Samples.full());

    static Stream<BenchmarkReporter> reporters() {
        return Stream.of(
                BenchmarkReporters.text(),
                BenchmarkReporters.json(),
                BenchmarkReporters.csv(),
                BenchmarkReporters.markdown(),
                BenchmarkReporters.html(),
                BenchmarkReporters.junit(),
                OscalReporter.create(),
                XccdfReporter.create());
    }

    /** Every rule of the report has a section, and one section has hostile text and no rule. */
    private static Benchmark benchmark(AuditReport audit) {
        List<Section> sections = new ArrayList<>();
        sections.add(Section.of("=" + Samples.HOSTILE, "-" + Samples.HOSTILE));
        int number = 1;
        for (RuleInfo rule : Groups.rules(audit)) {
            sections.add(Section.of("1." + number++, "About " + rule.id()).withRule(rule.id()));
        }
        return Benchmark.of("acme-1.0", "Acme <Guide> 1.0 *", sections);
    }

    private static BenchmarkReport report(AuditReport audit) {
        List<Rule<?>> rules = new ArrayList<>();
        for (RuleInfo info : Groups.rules(audit)) {
            RuleInfo any = RuleInfo.builder(info.id().value(), "Title")
                    .rationale("Why.")
                    .remediation("What.")
                    .severity(Severity.LOW)
                    .profile(Profile.L1)
                    .since("1")
                    .build();
            rules.add(Rule.of(any, Samples.Thing.class, (thing, context) -> {
                throw new IllegalStateException();
            }));
        }
        return BenchmarkReport.of(benchmark(audit), audit, List.of(new RuleSet("acme", "1", rules)));
    }

    private static String write(BenchmarkReporter reporter, BenchmarkReport report) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        reporter.write(report, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static InputStream resource(String name) {
        return BenchmarkReportersTest.class.getResourceAsStream("nist/" + name);
    }

    private static JsonSchema oscal() throws IOException {
        SchemaValidatorsConfig config =
                SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
        try (InputStream in = resource("oscal-assessment-results-1.1.2.schema.json")) {
            return JsonSchemaFactory.getInstance(VersionFlag.V7)
                    .getSchema(new String(in.readAllBytes(), StandardCharsets.UTF_8), config);
        }
    }

    private static void validateXccdf(String xml) throws SAXException, IOException {
        SchemaFactory factory = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI);
        Source[] sources = {
            new StreamSource(resource("xml.xsd")),
            new StreamSource(resource("cpe-language_2.3.xsd")),
            new StreamSource(resource("xccdf_1.2.xsd"))
        };
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
        factory.newSchema(sources)
                .newValidator()
                .validate(new StreamSource(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8))));
    }

    private static List<BenchmarkReport> reports() {
        return List.of(
                REPORT,
                report(Samples.open()),
                BenchmarkReport.of(benchmark(Samples.full()), Samples.nothing(), List.of()),
                BenchmarkReport.of(Benchmarks.find("cis-docker-1.8.0").orElseThrow(), Samples.full(), List.of()));
    }

    @Test
    void oscalIsValidByTheSchemaOfNist() throws IOException {
        JsonSchema schema = oscal();
        for (BenchmarkReport report : reports()) {
            assertEquals(Set.of(), schema.validate(write(OscalReporter.create(), report), InputFormat.JSON));
        }
        String valid = write(OscalReporter.create().withAssessmentPlan(URI.create("plans/2026.json")), REPORT);
        assertEquals(Set.of(), schema.validate(valid, InputFormat.JSON));
        assertTrue(valid.contains("\"href\" : \"plans/2026.json\"") && !valid.contains("back-matter"));
        for (String broken : List.of(
                valid.replace("not-satisfied", "failed"),
                valid.replace("\"control-id\" : \"", "\"control-id\" : \"1 "),
                valid.replace("\"inventory-item\"", "\"in ventory\""),
                valid.replace("\"end\" : \"2026", "\"end\" : \"now"))) {
            assertNotEquals(valid, broken);
            assertFalse(schema.validate(broken, InputFormat.JSON).isEmpty());
        }
    }

    @Test
    void xccdfIsValidByTheSchemaOfNist() throws Exception {
        for (BenchmarkReport report : reports()) {
            validateXccdf(write(XccdfReporter.create(), report));
        }
        String valid = write(XccdfReporter.create(), REPORT);
        for (String broken : List.of(
                valid.replace("<result>fail<", "<result>bad<"),
                valid.replace("idref=\"xccdf_", "idref=\"x"),
                valid.replaceFirst("<score[^/]*/score>", ""))) {
            assertNotEquals(valid, broken);
            assertThrows(SAXException.class, () -> validateXccdf(broken));
        }
    }

    @Test
    void identifiersOfOscalAreUniqueAndReferencesLeadSomewhere() throws Exception {
        String written = write(OscalReporter.create(), REPORT);
        JsonCursor result = JsonCursor.parse(written.getBytes(StandardCharsets.UTF_8), JsonLimits.ofBytes(10_000_000))
                .required("assessment-results")
                .required("results")
                .element(0);
        Set<String> uuids = new HashSet<>();
        int count = 0;
        for (String line : written.lines().toList()) {
            if (line.strip().startsWith("\"uuid\"")) {
                uuids.add(line);
                count++;
            }
        }
        assertEquals(count, uuids.size());
        Set<String> observations = new HashSet<>();
        for (JsonCursor observation : result.required("observations").elements()) {
            observations.add(observation.required("uuid").string());
        }
        Set<String> related = new HashSet<>();
        for (JsonCursor finding : result.required("findings").elements()) {
            if (finding.optional("related-observations").isPresent()) {
                for (JsonCursor each : finding.required("related-observations").elements()) {
                    related.add(each.required("observation-uuid").string());
                }
            }
        }
        assertEquals(observations, related);
        assertEquals(
                REPORT.results().size(), result.required("findings").elements().size());
        assertNotEquals(
                written.lines().skip(2).findFirst(),
                write(OscalReporter.create(), report(Samples.open()))
                        .lines()
                        .skip(2)
                        .findFirst(),
                "another report is another document");
    }

    @Test
    void eachResultIsTheWordOfItsFormat() throws Exception {
        Map<String, String> xccdf = new TreeMap<>();
        Map<String, String> oscal = new TreeMap<>();
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        Document document = factory.newDocumentBuilder()
                .parse(new ByteArrayInputStream(
                        write(XccdfReporter.create(), REPORT).getBytes(StandardCharsets.UTF_8)));
        NodeList results = document.getElementsByTagName("result");
        JsonCursor assessed = JsonCursor.parse(
                        write(OscalReporter.create(), REPORT).getBytes(StandardCharsets.UTF_8),
                        JsonLimits.ofBytes(10_000_000))
                .required("assessment-results")
                .required("results")
                .element(0)
                .required("findings");
        for (int i = 0; i < REPORT.results().size(); i++) {
            String result = REPORT.results().get(i).result().name();
            xccdf.put(result, results.item(i).getTextContent());
            JsonCursor status = assessed.element(i).required("target").required("status");
            oscal.put(
                    result,
                    status.required("state").string() + " "
                            + status.required("reason").string());
        }
        assertEquals(
                Map.of(
                        "FAIL", "fail",
                        "UNKNOWN", "unknown",
                        "MANUAL", "notchecked",
                        "PASS", "pass",
                        "NOT_APPLICABLE", "notapplicable",
                        "NOT_RUN", "notchecked",
                        "NOT_COVERED", "notchecked"),
                xccdf);
        assertEquals(
                Map.of(
                        "FAIL", "not-satisfied fail",
                        "UNKNOWN", "not-satisfied other",
                        "MANUAL", "not-satisfied other",
                        "PASS", "satisfied pass",
                        "NOT_APPLICABLE", "satisfied other",
                        "NOT_RUN", "not-satisfied other",
                        "NOT_COVERED", "not-satisfied other"),
                oscal);
        Element score = (Element) document.getElementsByTagName("score").item(0);
        assertEquals("1", score.getTextContent());
        assertEquals(
                REPORT.results().stream()
                        .filter(each -> each.result() == SectionResult.Result.FAIL
                                || each.result() == SectionResult.Result.UNKNOWN
                                || each.result() == SectionResult.Result.PASS)
                        .count(),
                Long.parseLong(score.getAttribute("maximum")));
    }

    @ParameterizedTest
    @MethodSource("reporters")
    void everySectionIsWrittenAndTheSameReportGivesTheSameBytes(BenchmarkReporter reporter) throws IOException {
        String text = write(reporter, REPORT);
        assertEquals(text, write(reporter, report(Samples.full())));
        for (SectionResult result : REPORT.results().subList(1, REPORT.results().size())) {
            String title = result.section().title();
            assertTrue(
                    text.contains(title) || text.contains(MarkdownReporter.escape(title)),
                    reporter.mediaType() + " lacks " + title);
        }
    }

    @ParameterizedTest
    @MethodSource("reporters")
    void hostileTextStaysText(BenchmarkReporter reporter) throws IOException {
        String text = write(reporter, REPORT);
        assertFalse(text.contains("\u202e"), "it would turn the direction of the text");
        assertFalse(text.contains("\u001b"));
        assertTrue(text.chars().noneMatch(c -> c != '\n' && Character.isISOControl(c)));
        assertTrue(text.endsWith("\n"));
        String type = reporter.mediaType();
        if (type.contains("html") || type.contains("xml") || type.contains("markdown")) {
            assertFalse(text.contains("<script>alert"), type);
            assertFalse(text.contains("<img"), type);
        }
        if (type.contains("oscal")) {
            assertTrue(
                    text.lines().noneMatch(line -> line.contains("\"description\"") && line.contains("<script>")),
                    "OSCAL reads descriptions as Markdown");
        }
        if (type.contains("csv")) {
            assertTrue(text.lines().skip(1).allMatch(line -> !line.contains(",\"=") && !line.contains(",\"-")), type);
            assertEquals(REPORT.results().size() + 1, text.lines().count());
        }
    }

    @ParameterizedTest
    @MethodSource("reporters")
    void aFailureOfTheStreamIsThrownAsItIs(BenchmarkReporter reporter) {
        IOException full = new IOException("disk full");
        OutputStream out = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw full;
            }
        };
        assertSame(full, assertThrows(IOException.class, () -> reporter.write(REPORT, out)));
    }

    @ParameterizedTest
    @MethodSource("reporters")
    void manyFindingsNeedNoMemoryBeyondThem(BenchmarkReporter reporter) throws IOException {
        BenchmarkReport large = Large.REPORT;
        long[] state = {used(), 0, 0};
        OutputStream out = new OutputStream() {
            @Override
            public void write(int b) {
                state[1]++;
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                boolean isMark = state[1] < 2_000_000 && state[1] + length >= 2_000_000;
                state[1] += length;
                if (isMark) {
                    state[2] = used();
                }
            }
        };
        reporter.write(large, out);
        assertTrue(state[2] - state[0] < 8_000_000, "needed " + (state[2] - state[0]) + " bytes");
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Made only for the test that needs it. */
    private static final class Large {
        static final BenchmarkReport REPORT = report(Samples.large(1000));
    }
}
