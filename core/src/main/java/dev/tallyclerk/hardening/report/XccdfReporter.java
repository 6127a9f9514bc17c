package dev.tallyclerk.hardening.report;

import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.benchmark.BenchmarkReport;
import dev.tallyclerk.hardening.benchmark.SectionResult;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/**
 * Writes a benchmark's sections as XCCDF 1.2: a {@code Benchmark} with a {@code Rule} for each section, and one
 * {@code TestResult}.
 *
 * <p>A section that fails is {@code fail}, one that passes {@code pass}, what is unknown {@code unknown}, what does not
 * apply {@code notapplicable}; a manual check, and what was not run or is not covered by a rule, is {@code notchecked}.
 * Messages say why, and what was found about which subject. The score is flat and unweighted: the passed sections of
 * those that pass, fail or are unknown.
 *
 * <p>The only time is that of the audit, which the clock of the {@link dev.tallyclerk.hardening.audit.Auditor} gave.
 * Characters that XML does not allow are replaced. Immutable.
 *
 * @see <a href="https://csrc.nist.gov/pubs/ir/7275/r4/final">NIST IR 7275 Revision 4, 6.2 (Benchmark) and 6.6
 *     (TestResult)</a>
 */
public final class XccdfReporter implements BenchmarkReporter {
    private static final String PREFIX = "xccdf_dev.tallyclerk_";

    private XccdfReporter() {}

    /** {@return a reporter} */
    public static XccdfReporter create() {
        return new XccdfReporter();
    }

    @Override
    public String mediaType() {
        return "application/xml";
    }

    @Override
    public void write(BenchmarkReport report, OutputStream out) throws IOException {
        Lines xml = new Lines(out, StandardCharsets.UTF_8);
        String title = Markup.escape(report.benchmark().title());
        String day =
                report.audit().auditTime().atZone(ZoneOffset.UTC).toLocalDate().toString();
        xml.line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        xml.line("<Benchmark xmlns=\"http://checklists.nist.gov/xccdf/1.2\" id=\"" + benchmark(report)
                + "\" resolved=\"true\" xml:lang=\"en\">");
        xml.line("  <status date=\"" + Markup.escape(day) + "\">draft</status>");
        xml.line("  <title>" + title + "</title>");
        xml.line("  <description>The sections of the document, with titles of Tallyclerk.</description>");
        xml.line("  <version>" + Markup.escape(report.benchmark().id()) + "</version>");
        for (SectionResult result : report.results()) {
            xml.line("  <Rule id=\"" + rule(report, result) + "\" selected=\"true\">");
            xml.line("    <title>" + Markup.escape(result.section().toString()) + "</title>");
            xml.line("  </Rule>");
        }
        testResult(report, xml);
        xml.line("</Benchmark>");
        xml.flush();
    }

    private static void testResult(BenchmarkReport report, Lines xml) throws IOException {
        String time = Markup.escape(
                report.audit().auditTime().truncatedTo(ChronoUnit.SECONDS).toString());
        xml.line("  <TestResult id=\"" + PREFIX + "testresult_"
                + report.benchmark().id() + "\" start-time=\"" + time + "\" end-time=\"" + time
                + "\" test-system=\"cpe:/a:tallyclerk:tallyclerk\">");
        xml.line("    <benchmark href=\"#" + benchmark(report) + "\" id=\"" + benchmark(report) + "\"/>");
        xml.line("    <title>" + Markup.escape(report.benchmark().title()) + "</title>");
        List<SubjectRef> subjects = report.audit().subjects().stream()
                .filter(subject -> report.benchmark().isAbout(subject.kind()))
                .toList();
        for (SubjectRef subject : subjects) {
            xml.line("    <target>" + Markup.escape(subject.toString()) + "</target>");
        }
        if (subjects.isEmpty()) {
            xml.line("    <target>nothing</target>");
        }
        for (SectionResult result : report.results()) {
            ruleResult(report, result, time, xml);
        }
        Map<SectionResult.Result, Integer> totals = report.totals();
        int passed = totals.getOrDefault(SectionResult.Result.PASS, 0);
        int judged = passed
                + totals.getOrDefault(SectionResult.Result.FAIL, 0)
                + totals.getOrDefault(SectionResult.Result.UNKNOWN, 0);
        xml.line("    <score system=\"urn:xccdf:scoring:flat-unweighted\" maximum=\"" + judged + "\">" + passed
                + "</score>");
        xml.line("  </TestResult>");
    }

    private static void ruleResult(BenchmarkReport report, SectionResult result, String time, Lines xml)
            throws IOException {
        xml.line("    <rule-result idref=\"" + rule(report, result) + "\" time=\"" + time + "\">");
        xml.line("      <result>" + word(result.result()) + "</result>");
        message("info", BenchmarkTables.word(result.result()), xml);
        for (String because : result.because()) {
            message("info", because, xml);
        }
        for (Finding finding : result.findings()) {
            message(finding.kind().isUndecided() ? "warning" : "error", BenchmarkTables.line(finding), xml);
        }
        xml.line("    </rule-result>");
    }

    private static void message(String severity, String text, Lines xml) throws IOException {
        xml.line("      <message severity=\"" + severity + "\">" + Markup.escape(text) + "</message>");
    }

    private static String word(SectionResult.Result result) {
        return switch (result) {
            case FAIL -> "fail";
            case UNKNOWN -> "unknown";
            case PASS -> "pass";
            case NOT_APPLICABLE -> "notapplicable";
            case MANUAL, NOT_RUN, NOT_COVERED -> "notchecked";
        };
    }

    private static String benchmark(BenchmarkReport report) {
        return PREFIX + "benchmark_" + report.benchmark().id();
    }

    private static String rule(BenchmarkReport report, SectionResult result) {
        return PREFIX + "rule_" + OscalReporter.id(report, result.section());
    }
}
