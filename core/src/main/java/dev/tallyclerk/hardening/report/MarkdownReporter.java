package dev.tallyclerk.hardening.report;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Writes a report as GitHub Flavored Markdown, for a comment or the summary of a CI run.
 *
 * <p>The decision comes first. Each subject has a table of what failed, is undecided or is covered; passes are only
 * counted. The remedy stands beside each failure, and at the end come the rules that failed, with rationale and remedy.
 * Audited text is escaped: it cannot create headings, links, images, tags or mentions. The length is not limited, and
 * comment fields may refuse a long report. Immutable.
 */
public final class MarkdownReporter implements Reporter {
    private static final String SPECIAL = "\\`*_{}[]#|~>";
    private static final String SPECIAL_AT_START = "-+=";

    private MarkdownReporter() {}

    /** {@return a reporter} */
    public static MarkdownReporter create() {
        return new MarkdownReporter();
    }

    @Override
    public String mediaType() {
        return "text/markdown; charset=utf-8";
    }

    @Override
    public void write(AuditReport report, OutputStream out) throws IOException {
        Lines lines = new Lines(out, StandardCharsets.UTF_8);
        lines.line("# Hardening: " + Phrases.of(report.decision())).line();
        for (String reason : report.decision().because()) {
            lines.line("- " + escape(reason));
        }
        lines.line();
        lines.line("Policy: " + escape(report.policy().toString()) + "  ");
        lines.line("Rules: "
                + escape(report.ruleSets().stream()
                        .map(set -> set.name() + ' ' + set.version())
                        .collect(Collectors.joining(", ")))
                + "  ");
        lines.line("Findings: " + Phrases.totals(report.totals()));
        Set<RuleInfo> failed = new TreeSet<>(Comparator.comparing(RuleInfo::id));
        for (Groups.OfSubject subject : Groups.bySubject(report)) {
            subject(subject, lines, failed);
        }
        List<String> notices = Phrases.notices(report);
        if (!notices.isEmpty()) {
            lines.line().line("## Policy").line();
            for (String notice : notices) {
                lines.line("- " + escape(notice));
            }
        }
        if (!failed.isEmpty()) {
            lines.line().line("## Rules");
        }
        for (RuleInfo rule : failed) {
            lines.line().line("### " + escape(rule.id() + " " + rule.title())).line();
            lines.line(escape(rule.rationale())).line();
            lines.line("**Remedy:** " + escape(Phrases.remedies(rule)));
        }
        lines.flush();
    }

    private static void subject(Groups.OfSubject subject, Lines lines, Set<RuleInfo> failed) throws IOException {
        lines.line().line("## " + escape(subject.subject().toString())).line();
        List<Finding> listed = subject.findings().stream()
                .filter(Phrases::isListed)
                .sorted(Phrases.BY_URGENCY)
                .toList();
        if (!listed.isEmpty()) {
            lines.line("| Severity | Rule | Outcome | Finding |").line("| --- | --- | --- | --- |");
        }
        for (Finding finding : listed) {
            if (finding.kind() == Outcome.Kind.FAIL) {
                failed.add(finding.rule());
            }
            String covered = Phrases.disposition(finding);
            lines.line("| " + finding.severity() + " | "
                    + escape(finding.rule().id().toString()) + " | "
                    + Phrases.of(finding.kind()) + (covered.isEmpty() ? "" : ", " + escape(covered)) + " | "
                    + escape(Phrases.detail(finding)) + remedy(finding) + " |");
        }
        int quiet = subject.findings().size() - listed.size();
        if (quiet > 0) {
            if (!listed.isEmpty()) {
                lines.line();
            }
            lines.line(quiet + " passed or not applicable.");
        }
    }

    private static String remedy(Finding finding) {
        return finding.kind() == Outcome.Kind.FAIL && !Phrases.isCovered(finding)
                ? " **Remedy:** " + escape(finding.rule().remediation(finding.subject()))
                : "";
    }

    /** {@return {@code text} so that Markdown shows it literally, also at the start of a line} */
    static String escape(String text) {
        String printable = Quoted.printable(text);
        StringBuilder out = new StringBuilder(printable.length() + 16);
        for (int i = 0; i < printable.length(); i++) {
            char c = printable.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                // A comment between sign and name keeps code hosts from notifying people.
                case '@' -> out.append("@<!-- -->");
                default -> out.append(isSpecial(printable, i) ? "\\" : "").append(c);
            }
        }
        return out.toString();
    }

    private static boolean isSpecial(String text, int at) {
        char c = text.charAt(at);
        return switch (c) {
            // A URL, or an emoji by name.
            case ':' -> at + 1 < text.length() && text.charAt(at + 1) != ' ';
            // A number at the start of a line starts a list, and www starts a link.
            case '.', ')' ->
                at > 0 && (startsWithNumber(text, at) || text.regionMatches(true, Math.max(0, at - 3), "www", 0, 3));
            default -> SPECIAL.indexOf(c) >= 0 || (at == 0 && SPECIAL_AT_START.indexOf(c) >= 0);
        };
    }

    private static boolean startsWithNumber(String text, int length) {
        // List numbers have at most nine digits.
        return length <= 9 && text.substring(0, length).chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
