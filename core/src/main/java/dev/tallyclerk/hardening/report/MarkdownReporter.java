package dev.tallyclerk.hardening.report;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.internal.text.Quoted;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Writes a report as Markdown (GitHub's flavour), for a comment or the summary of a CI run.
 *
 * <p>The decision comes first. Each subject has a table of what failed, was left undecided or is covered; passes are
 * counted. At the end stand the rules that failed, with why they matter and what to do. Text from what was audited is
 * escaped: it makes no headings, links, images, tags or mentions. Its length is not limited: a place for comments may
 * refuse a long one. Immutable.
 */
public final class MarkdownReporter implements Reporter {
    private static final String SPECIAL = "\\`*_{}[]#|~>";
    private static final String SPECIAL_AT_START = "-+=";

    private MarkdownReporter() {}

    /** {@return the reporter} */
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
            lines.line("**Remedy:** " + escape(rule.remediation()));
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
                    + escape(Phrases.detail(finding)) + " |");
        }
        int quiet = subject.findings().size() - listed.size();
        if (quiet > 0) {
            if (!listed.isEmpty()) {
                lines.line();
            }
            lines.line(quiet + " passed or do not apply.");
        }
    }

    /** {@return {@code text} so that Markdown shows it as it is, also at the start of a line} */
    static String escape(String text) {
        String printable = Quoted.printable(text);
        StringBuilder out = new StringBuilder(printable.length() + 16);
        for (int i = 0; i < printable.length(); i++) {
            char c = printable.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                // A comment between sign and name keeps code hosts from calling somebody.
                case '@' -> out.append("@<!-- -->");
                default -> out.append(isSpecial(printable, i) ? "\\" : "").append(c);
            }
        }
        return out.toString();
    }

    private static boolean isSpecial(String text, int at) {
        char c = text.charAt(at);
        return switch (c) {
            // An address, or a picture by its name.
            case ':' -> at + 1 < text.length() && text.charAt(at + 1) != ' ';
            // A number at the start of a line makes a list, and www makes an address.
            case '.', ')' ->
                at > 0 && (startsWithNumber(text, at) || text.regionMatches(true, Math.max(0, at - 3), "www", 0, 3));
            default -> SPECIAL.indexOf(c) >= 0 || (at == 0 && SPECIAL_AT_START.indexOf(c) >= 0);
        };
    }

    private static boolean startsWithNumber(String text, int length) {
        // Nine digits are the longest number of a list; longer texts need not be looked at.
        return length <= 9 && text.substring(0, length).chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
