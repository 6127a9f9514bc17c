package dev.tallyclerk.hardening.report;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Writes a report for a terminal: for each subject the failures, worst first, with their remedies, then what is
 * undecided and what is covered; then notices about the policy, and the decision last.
 *
 * <p>Passes are counted and not listed. Terminal control characters in audited text are replaced, so the only escape
 * sequences are the colours, if enabled. Immutable.
 */
public final class TextReporter implements Reporter {
    private static final String INDENT = " ".repeat(11);

    private final boolean colour;
    private final Charset charset;

    private TextReporter(boolean colour, Charset charset) {
        this.colour = colour;
        this.charset = charset;
    }

    /** {@return a reporter without colours, in UTF-8} */
    public static TextReporter create() {
        return new TextReporter(false, StandardCharsets.UTF_8);
    }

    /**
     * {@return this reporter with or without colours}
     *
     * @param colour true for the escape sequences of ANSI terminals
     */
    public TextReporter withColour(boolean colour) {
        return new TextReporter(colour, charset);
    }

    /**
     * {@return this reporter in another encoding}
     *
     * @param charset the encoding; characters that it lacks become question marks
     */
    public TextReporter withCharset(Charset charset) {
        return new TextReporter(colour, Objects.requireNonNull(charset, "charset"));
    }

    @Override
    public String mediaType() {
        return "text/plain; charset=" + charset.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void write(AuditReport report, OutputStream out) throws IOException {
        Lines lines = new Lines(out, charset);
        lines.line(ansi(1, "Hardening") + "  " + report.policy() + ": " + Phrases.totals(report.totals()));
        for (Groups.OfSubject subject : Groups.bySubject(report)) {
            subject(subject, lines);
        }
        List<String> notices = Phrases.notices(report);
        if (!notices.isEmpty()) {
            lines.line().line(ansi(1, "Policy"));
            for (String notice : notices) {
                lines.line("  " + Quoted.printable(notice));
            }
        }
        decision(report.decision(), lines);
        lines.flush();
    }

    private void subject(Groups.OfSubject subject, Lines lines) throws IOException {
        Map<Outcome.Kind, Integer> totals = new EnumMap<>(Outcome.Kind.class);
        List<Finding> failed = new ArrayList<>();
        List<Finding> undecided = new ArrayList<>();
        List<Finding> covered = new ArrayList<>();
        for (Finding finding : subject.findings()) {
            totals.merge(finding.kind(), 1, Integer::sum);
            if (Phrases.isCovered(finding)) {
                covered.add(finding);
            } else if (finding.kind() == Outcome.Kind.FAIL) {
                failed.add(finding);
            } else if (finding.kind().isUndecided()) {
                undecided.add(finding);
            }
        }
        lines.line().line(ansi(1, subject.subject().toString()) + "  " + Phrases.totals(totals));
        failures(failed, lines);
        undecided(undecided, lines);
        covered(covered, lines);
    }

    /** The problems of one rule are grouped under its name, with one remedy. */
    private void failures(List<Finding> failed, Lines lines) throws IOException {
        failed.sort(Comparator.comparing(Finding::severity).reversed());
        Map<RuleId, List<Finding>> byRule = new LinkedHashMap<>();
        for (Finding finding : failed) {
            byRule.computeIfAbsent(finding.rule().id(), id -> new ArrayList<>()).add(finding);
        }
        for (List<Finding> findings : byRule.values()) {
            Finding first = findings.get(0);
            lines.line("  " + severity(first.severity()) + ' '
                    + ansi(1, first.rule().id().toString()) + "  "
                    + Quoted.printable(first.rule().title()));
            for (Finding finding : findings) {
                String said = Phrases.disposition(finding);
                lines.line(INDENT + Phrases.detail(finding) + (said.isEmpty() ? "" : "; " + ansi(33, said)));
            }
            lines.line(
                    INDENT + ansi(2, "Remedy: " + Quoted.printable(first.rule().remediation())));
        }
    }

    /** Many rules may be undecided for the same reason, which is then written once. */
    private void undecided(List<Finding> undecided, Lines lines) throws IOException {
        Map<String, List<String>> byReason = new LinkedHashMap<>();
        for (Finding finding : undecided) {
            byReason.computeIfAbsent(finding.detail(), reason -> new ArrayList<>())
                    .add(finding.rule().id().toString());
        }
        if (!byReason.isEmpty()) {
            lines.line("  " + ansi(33, "Not decided"));
        }
        for (Map.Entry<String, List<String>> reason : byReason.entrySet()) {
            lines.line("    " + String.join(", ", reason.getValue()) + ": " + reason.getKey());
        }
    }

    private void covered(List<Finding> covered, Lines lines) throws IOException {
        if (!covered.isEmpty()) {
            lines.line("  " + ansi(2, "Covered"));
        }
        for (Finding finding : covered) {
            lines.line(
                    "    " + finding.rule().id() + " " + Phrases.detail(finding) + "; " + Phrases.disposition(finding));
        }
    }

    private void decision(Decision decision, Lines lines) throws IOException {
        int colourCode = switch (decision.kind()) {
            case ACCEPTED -> 32;
            case REJECTED -> 31;
            case INCOMPLETE -> 33;
        };
        lines.line()
                .line(ansi(1, "Decision") + "  "
                        + ansi(colourCode, decision.kind().name()));
        for (String reason : decision.because()) {
            lines.line("  " + reason);
        }
    }

    private String severity(Severity severity) {
        String padded = String.format(Locale.ROOT, "%-8s", severity);
        return switch (severity) {
            case CRITICAL, HIGH -> ansi(31, padded);
            case MEDIUM -> ansi(33, padded);
            case LOW, INFO -> padded;
        };
    }

    private String ansi(int code, String text) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
