package dev.tallyclerk.hardening.report;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.benchmark.BenchmarkReport;
import dev.tallyclerk.hardening.benchmark.SectionResult;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** Writes the sections of a benchmark for people and spreadsheets. */
final class BenchmarkTables {
    /** So many findings of a section are shown; the others are counted. */
    private static final int MAX_FINDINGS = 20;

    private BenchmarkTables() {}

    /** {@return for example {@code not covered}} */
    static String word(SectionResult.Result result) {
        return result.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    static String totals(BenchmarkReport report) {
        StringJoiner out = new StringJoiner(", ");
        for (Map.Entry<SectionResult.Result, Integer> total : report.totals().entrySet()) {
            if (total.getValue() > 0) {
                out.add(total.getValue() + " " + word(total.getKey()));
            }
        }
        return out.toString();
    }

    /** {@return one line about a finding} */
    static String line(Finding finding) {
        String covered = Phrases.disposition(finding);
        String kind = finding.kind().isUndecided() ? Phrases.of(finding.kind()) + ": " : "";
        return finding.rule().id() + " " + finding.severity() + " " + finding.subject() + ": " + kind
                + Phrases.detail(finding) + (covered.isEmpty() ? "" : "; " + covered);
    }

    private static String more(SectionResult result) {
        int hidden = result.findings().size() - MAX_FINDINGS;
        return hidden > 0 ? "and " + hidden + " more" : "";
    }

    /** Plain text. */
    static final class Text implements BenchmarkReporter {
        @Override
        public String mediaType() {
            return "text/plain; charset=utf-8";
        }

        @Override
        public void write(BenchmarkReport report, OutputStream out) throws IOException {
            Lines lines = new Lines(out, StandardCharsets.UTF_8);
            lines.line(Quoted.printable(report.benchmark().title()));
            lines.line(totals(report)).line();
            for (SectionResult result : report.results()) {
                lines.line(String.format(Locale.ROOT, "%-14s ", word(result.result()))
                        + Quoted.printable(result.section().toString()));
                // The word says it already.
                boolean isPlain = result.result() == SectionResult.Result.NOT_COVERED;
                for (String because : isPlain ? List.<String>of() : result.because()) {
                    lines.line("                 " + Quoted.printable(because));
                }
                for (Finding finding :
                        result.findings().stream().limit(MAX_FINDINGS).toList()) {
                    lines.line("                 " + Quoted.printable(line(finding)));
                }
                if (!more(result).isEmpty()) {
                    lines.line("                 " + more(result));
                }
            }
            lines.flush();
        }
    }

    /** RFC 4180, with line feeds and not carriage returns, as every reporter writes. */
    static final class Csv implements BenchmarkReporter {
        @Override
        public String mediaType() {
            return "text/csv; charset=utf-8; header=present";
        }

        @Override
        public void write(BenchmarkReport report, OutputStream out) throws IOException {
            Lines lines = new Lines(out, StandardCharsets.UTF_8);
            lines.line("benchmark,section,title,result,rules,failed,undecided,waived,passed,notes");
            for (SectionResult result : report.results()) {
                long failed = result.findings().stream()
                        .filter(finding -> finding.kind() == Outcome.Kind.FAIL)
                        .count();
                lines.add(cell(report.benchmark().id())
                        + ','
                        + cell(result.section().number())
                        + ','
                        + cell(result.section().title())
                        + ','
                        + cell(word(result.result()))
                        + ',');
                lines.add(cell(result.rules().stream().map(RuleId::value).collect(Collectors.joining(" "))) + ',');
                lines.add(failed + "," + (result.findings().size() - failed) + ',' + result.waived() + ','
                        + result.passed() + ',');
                lines.line(cell(String.join(" ", result.because())));
            }
            lines.flush();
        }

        private static String cell(String text) {
            String printable = Quoted.printable(text);
            boolean isFormula = !printable.isEmpty() && "=+-@".indexOf(printable.charAt(0)) >= 0;
            return '"' + (isFormula ? "'" : "") + printable.replace("\"", "\"\"") + '"';
        }
    }

    /** GitHub Flavored Markdown. */
    static final class Markdown implements BenchmarkReporter {
        @Override
        public String mediaType() {
            return "text/markdown; charset=utf-8";
        }

        @Override
        public void write(BenchmarkReport report, OutputStream out) throws IOException {
            Lines lines = new Lines(out, StandardCharsets.UTF_8);
            lines.line("# " + MarkdownReporter.escape(report.benchmark().title()))
                    .line();
            lines.line(totals(report)).line();
            lines.line("| Section | Title | Result | Rules | Notes |").line("| --- | --- | --- | --- | --- |");
            for (SectionResult result : report.results()) {
                StringJoiner notes = new StringJoiner("<br>");
                result.because().forEach(because -> notes.add(MarkdownReporter.escape(because)));
                result.findings().stream()
                        .limit(MAX_FINDINGS)
                        .forEach(finding -> notes.add(MarkdownReporter.escape(line(finding))));
                if (!more(result).isEmpty()) {
                    notes.add(more(result));
                }
                lines.line("| " + MarkdownReporter.escape(result.section().number()) + " | "
                        + MarkdownReporter.escape(result.section().title()) + " | " + word(result.result()) + " | "
                        + result.rules().stream().map(RuleId::value).collect(Collectors.joining(" ")) + " | " + notes
                        + " |");
            }
            lines.flush();
        }
    }

    /** One page without scripts. */
    static final class Html implements BenchmarkReporter {
        private static final String STYLE = "body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:75em;"
                + "padding:0 1em;color-scheme:light dark}table{border-collapse:collapse;width:100%}"
                + "th,td{border-bottom:1px solid #8884;padding:.4em .6em;text-align:left;vertical-align:top}"
                + "td.fail{color:#c62828;font-weight:600}td.pass{color:#2e7d32}"
                + "td.unknown,td.manual{color:#b26a00;font-weight:600}ul{margin:0;padding-left:1.2em}";

        @Override
        public String mediaType() {
            return "text/html; charset=utf-8";
        }

        @Override
        public void write(BenchmarkReport report, OutputStream out) throws IOException {
            Lines html = new Lines(out, StandardCharsets.UTF_8);
            String title = Markup.escape(report.benchmark().title());
            html.line("<!DOCTYPE html>")
                    .line("<html lang=\"en\">")
                    .line("<head>")
                    .line("<meta charset=\"utf-8\">");
            html.line("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none';"
                    + " form-action 'none'; style-src '" + HtmlReporter.hash(STYLE) + "'\">");
            html.line("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
            html.line("<title>" + title + "</title>");
            html.line("<style>" + STYLE + "</style>").line("</head>").line("<body>");
            html.line("<h1>" + title + "</h1>");
            html.line("<p>" + totals(report) + ". Audited "
                    + Markup.escape(report.audit().auditTime().toString()) + " with the policy "
                    + Markup.escape(report.audit().policy().toString()) + ".</p>");
            html.line("<table>").line("<tr><th>Section<th>Title<th>Result<th>Rules<th>Notes</tr>");
            for (SectionResult result : report.results()) {
                row(result, html);
            }
            html.line("</table>").line("</body>").line("</html>");
            html.flush();
        }

        private static void row(SectionResult result, Lines html) throws IOException {
            html.line("<tr><td>" + Markup.escape(result.section().number()) + "<td>"
                    + Markup.escape(result.section().title()) + "<td class=\""
                    + word(result.result()).replace(' ', '-') + "\">" + word(result.result()) + "<td>"
                    + result.rules().stream().map(RuleId::value).collect(Collectors.joining(" ")) + "<td><ul>");
            for (String because : result.because()) {
                html.line("<li>" + Markup.escape(because));
            }
            for (Finding finding :
                    result.findings().stream().limit(MAX_FINDINGS).toList()) {
                html.line("<li>" + Markup.escape(line(finding)));
            }
            if (!more(result).isEmpty()) {
                html.line("<li>" + more(result));
            }
            html.line("</ul></tr>");
        }
    }

    /** JUnit XML. */
    static final class Junit implements BenchmarkReporter {
        @Override
        public String mediaType() {
            return "application/xml";
        }

        @Override
        public void write(BenchmarkReport report, OutputStream out) throws IOException {
            Lines xml = new Lines(out, StandardCharsets.UTF_8);
            Map<SectionResult.Result, Integer> totals = report.totals();
            int failed = totals.getOrDefault(SectionResult.Result.FAIL, 0);
            int skipped = report.results().size() - failed - totals.getOrDefault(SectionResult.Result.PASS, 0);
            String counts = " tests=\"" + report.results().size() + "\" failures=\"" + failed
                    + "\" errors=\"0\" skipped=\"" + skipped + "\" time=\"0\"";
            String name = Markup.escape(report.benchmark().title());
            xml.line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
            xml.line("<testsuites name=\"Tallyclerk\"" + counts + ">");
            xml.line("  <testsuite name=\"" + name + "\"" + counts + ">");
            for (SectionResult result : report.results()) {
                testCase(report, result, xml);
            }
            xml.line("  </testsuite>").line("</testsuites>");
            xml.flush();
        }

        private static void testCase(BenchmarkReport report, SectionResult result, Lines xml) throws IOException {
            String className = report.benchmark().id().replace('.', '_');
            xml.add("    <testcase classname=\"" + Markup.escape(className) + "\" name=\""
                    + Markup.escape(result.section().toString()) + "\" time=\"0\"");
            if (result.result() == SectionResult.Result.PASS) {
                xml.line("/>");
                return;
            }
            xml.line(">");
            String because = String.join(" ", result.because());
            if (result.result() == SectionResult.Result.FAIL) {
                xml.add("      <failure type=\"FAIL\" message=\""
                        + Markup.escape(result.findings().size() + " findings. " + because) + "\">");
                for (Finding finding : result.findings()) {
                    xml.line(Markup.escape(line(finding)));
                }
                xml.line("</failure>");
            } else {
                String first = result.findings().stream()
                        .limit(MAX_FINDINGS)
                        .map(BenchmarkTables::line)
                        .collect(Collectors.joining("; "));
                xml.line("      <skipped message=\""
                        + Markup.escape(word(result.result()) + ": " + (because + " " + first).strip()) + "\"/>");
            }
            xml.line("    </testcase>");
        }
    }
}
