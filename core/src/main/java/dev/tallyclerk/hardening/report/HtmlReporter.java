package dev.tallyclerk.hardening.report;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes a report as one self-contained HTML page, without network access or other files.
 *
 * <p>The page can be read, folded and printed without JavaScript, which only adds filters by subject, severity, outcome
 * and text. Audited text is escaped, and the content security policy blocks every script, style and address that is not
 * the reporter's own. The page follows the reader's light or dark setting. Immutable.
 */
public final class HtmlReporter implements Reporter {
    private static final String STYLE = "report.css";
    private static final String SCRIPT = "report.js";

    private HtmlReporter() {}

    /** {@return a reporter} */
    public static HtmlReporter create() {
        return new HtmlReporter();
    }

    @Override
    public String mediaType() {
        return "text/html; charset=utf-8";
    }

    @Override
    public void write(AuditReport report, OutputStream out) throws IOException {
        Lines html = new Lines(out, StandardCharsets.UTF_8);
        head(html);
        summary(report, html);
        filters(report, html);
        html.line("<main>");
        for (Groups.OfSubject subject : Groups.bySubject(report)) {
            subject(subject, html);
        }
        notices(report, html);
        html.line("<h2>Rules</h2>");
        for (RuleInfo rule : Groups.rules(report)) {
            rule(rule, html);
        }
        html.line("</main>");
        html.line("<script>" + resource(SCRIPT) + "</script>");
        html.line("</body>").line("</html>");
        html.flush();
    }

    private static void head(Lines html) throws IOException {
        String style = resource(STYLE);
        html.line("<!DOCTYPE html>").line("<html lang=\"en\">").line("<head>").line("<meta charset=\"utf-8\">");
        html.line("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none';"
                + " form-action 'none'; style-src '" + hash(style) + "'; script-src '" + hash(resource(SCRIPT))
                + "'\">");
        html.line("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        html.line("<meta name=\"referrer\" content=\"no-referrer\">");
        html.line("<title>Hardening report</title>");
        html.line("<style>" + style + "</style>").line("</head>").line("<body>");
    }

    private static void summary(AuditReport report, Lines html) throws IOException {
        String word = Phrases.of(report.decision());
        html.line("<header>");
        html.line("<h1>Hardening report <span class=\"decision " + word + "\">" + word + "</span></h1>");
        html.line("<dl>");
        item("Policy", report.policy().toString(), html);
        item(
                "Rules",
                report.ruleSets().stream()
                        .map(set -> set.name() + ' ' + set.version())
                        .collect(Collectors.joining(", ")),
                html);
        item("Audited", report.auditTime().toString(), html);
        item("Subjects", Integer.toString(report.subjects().size()), html);
        html.line("</dl>").line("<ul class=\"totals\">");
        for (Map.Entry<Outcome.Kind, Integer> total : report.totals().entrySet()) {
            if (total.getValue() > 0) {
                html.line("<li class=\"" + css(total.getKey()) + "\"><b>" + total.getValue() + "</b> "
                        + Phrases.of(total.getKey()) + "</li>");
            }
        }
        html.line("</ul>");
        List<String> because = report.decision().because();
        html.line("<details class=\"because\"" + (because.size() <= 10 ? " open" : "") + "><summary>Why</summary><ul>");
        for (String reason : because) {
            html.line("<li>" + Markup.escape(reason) + "</li>");
        }
        html.line("</ul></details>").line("</header>");
    }

    private static void item(String name, String value, Lines html) throws IOException {
        html.line("<div><dt>" + name + "</dt><dd>" + Markup.escape(value) + "</dd></div>");
    }

    /** Only the script shows the controls, which do nothing without it. */
    private static void filters(AuditReport report, Lines html) throws IOException {
        html.line("<form id=\"filters\" hidden>");
        html.line("<label>Subject <select id=\"by-subject\"><option value=\"\">all</option>");
        int number = 0;
        for (Groups.OfSubject group : Groups.bySubject(report)) {
            html.line("<option value=\"" + number++ + "\">"
                    + Markup.escape(group.subject().toString()) + "</option>");
        }
        html.line("</select></label>");
        html.line(
                "<label>Severity <select id=\"by-severity\"><option value=\"info\">all</option>"
                        + "<option value=\"low\">low and above</option><option value=\"medium\">medium and above</option>"
                        + "<option value=\"high\">high and above</option><option value=\"critical\">critical</option></select></label>");
        html.line("<label>Outcome <select id=\"by-outcome\"><option value=\"\">all</option>"
                + "<option value=\"open\">fail or undecided, not covered</option><option value=\"fail\">fail</option>"
                + "<option value=\"undecided\">undecided</option><option value=\"covered\">waived or in the baseline"
                + "</option><option value=\"pass\">pass or not applicable</option></select></label>");
        html.line("<label>Text <input id=\"by-text\" type=\"search\" placeholder=\"rule, place or value\"></label>");
        html.line("<output id=\"shown\"></output>");
        html.line("</form>");
    }

    private static void subject(Groups.OfSubject group, Lines html) throws IOException {
        SubjectRef subject = group.subject();
        html.line("<section class=\"subject\">");
        html.line("<h2><span class=\"kind\">" + Markup.escape(subject.kind()) + "</span> "
                + Markup.escape(subject.name()) + "</h2>");
        String more = subject.digest().map(Digest::toString).orElse("")
                + subject.labels().entrySet().stream()
                        .map(label -> " " + label.getKey() + '=' + label.getValue())
                        .collect(Collectors.joining());
        if (!more.isBlank()) {
            html.line("<p class=\"labels\">" + Markup.escape(more.strip()) + "</p>");
        }
        List<Finding> loud = group.findings().stream()
                .filter(Phrases::isListed)
                .sorted(Phrases.BY_URGENCY)
                .toList();
        if (!loud.isEmpty()) {
            table(loud, html);
        }
        List<Finding> quiet = group.findings().stream()
                .filter(finding -> !Phrases.isListed(finding))
                .toList();
        if (!quiet.isEmpty()) {
            html.line("<details class=\"quiet\"><summary>" + quiet.size() + " passed or not applicable</summary>");
            table(quiet, html);
            html.line("</details>");
        }
        html.line("</section>");
    }

    private static void table(List<Finding> findings, Lines html) throws IOException {
        html.line(
                "<table><thead><tr><th>Severity</th><th>Outcome</th><th>Rule</th><th>Finding</th></tr></thead><tbody>");
        for (Finding finding : findings) {
            row(finding, html);
        }
        html.line("</tbody></table>");
    }

    private static void row(Finding finding, Lines html) throws IOException {
        String id = finding.rule().id().value();
        String severity = finding.severity().name().toLowerCase(Locale.ROOT);
        html.add("<tr data-s=\"" + severity + "\" data-v=\"" + css(finding.kind()) + "\""
                + (Phrases.isCovered(finding) ? " data-c" : "") + ">");
        html.add("<td><span class=\"severity " + severity + "\">" + severity + "</span></td>");
        html.add("<td><span class=\"" + css(finding.kind()) + "\">" + Phrases.of(finding.kind()) + "</span>");
        String said = Phrases.disposition(finding);
        if (!said.isEmpty()) {
            html.add("<br><span class=\"said\">" + Markup.escape(said) + "</span>");
        }
        html.add("</td><td><a href=\"#" + id + "\">" + id + "</a> "
                + Markup.escape(finding.rule().title()));
        html.add("</td><td>" + Markup.escape(finding.detail()));
        if (finding.problem().isPresent()) {
            html.add("<br><code>" + Markup.escape(finding.problem().get().at().describe()) + "</code>");
            for (var evidence : finding.problem().get().evidence()) {
                html.add(" <code class=\"evidence\">" + Markup.escape(evidence.toString()) + "</code>");
            }
        }
        if (finding.kind() == Outcome.Kind.FAIL && !Phrases.isCovered(finding)) {
            html.add("<br><span class=\"remedy\">Remedy: "
                    + Markup.escape(finding.rule().remediation(finding.subject())) + "</span>");
        }
        html.line("</td></tr>");
    }

    private static void notices(AuditReport report, Lines html) throws IOException {
        List<String> notices = Phrases.notices(report);
        if (notices.isEmpty()) {
            return;
        }
        html.line("<section><h2>Policy</h2><ul>");
        for (String notice : notices) {
            html.line("<li>" + Markup.escape(notice) + "</li>");
        }
        html.line("</ul></section>");
    }

    private static void rule(RuleInfo rule, Lines html) throws IOException {
        html.line("<article class=\"rule\" id=\"" + rule.id() + "\"><h3>" + rule.id() + " "
                + Markup.escape(rule.title()) + "</h3>");
        html.line("<p class=\"facts\">" + rule.severity().name().toLowerCase(Locale.ROOT) + ", profile "
                + rule.profile() + ", since " + Markup.escape(rule.since())
                + rule.references().stream()
                        .map(citation -> "; " + Markup.escape(citation.toString()))
                        .collect(Collectors.joining())
                + "</p>");
        html.line("<p>" + Markup.escape(rule.rationale()) + "</p>");
        html.line("<p><b>Remedy:</b> " + Markup.escape(Phrases.remedies(rule)) + "</p></article>");
    }

    private static String css(Outcome.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String hash(String inline) {
        String hex = Digest.sha256Of(inline.getBytes(StandardCharsets.UTF_8)).encoded();
        return "sha256-" + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = HtmlReporter.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the library's resource " + name + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
