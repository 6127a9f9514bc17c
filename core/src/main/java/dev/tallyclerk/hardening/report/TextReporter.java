package dev.tallyclerk.hardening.report;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.SubjectRef;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes a report for a terminal: one line for each subject, the worst first; then the failures of all subjects by
 * rule, each with the subjects that it hits and one remedy; what is undecided and what is covered; notices about the
 * policy, and the decision last.
 *
 * <p>Passes are counted and not listed. Terminal control characters in audited text are replaced, so the only escape
 * sequences are the colours, if enabled. Immutable.
 */
public final class TextReporter implements Reporter {
    private static final String INDENT = " ".repeat(11);
    private static final int MAX_NAMED = 12;

    private final boolean colour;
    private final Charset charset;
    private final boolean decision;

    private TextReporter(boolean colour, Charset charset, boolean decision) {
        this.colour = colour;
        this.charset = charset;
        this.decision = decision;
    }

    /** {@return a reporter without colours, in UTF-8, with the decision} */
    public static TextReporter create() {
        return new TextReporter(false, StandardCharsets.UTF_8, true);
    }

    /**
     * {@return this reporter with or without colours}
     *
     * @param colour true for the escape sequences of ANSI terminals
     */
    public TextReporter withColour(boolean colour) {
        return new TextReporter(colour, charset, decision);
    }

    /**
     * {@return this reporter in another encoding}
     *
     * @param charset the encoding; characters that it lacks become question marks
     */
    public TextReporter withCharset(Charset charset) {
        return new TextReporter(colour, Objects.requireNonNull(charset, "charset"), decision);
    }

    /**
     * {@return this reporter with or without the decision at the end}
     *
     * @param decision false if the audit is one part of what is decided, and the caller writes the decision over all
     */
    public TextReporter withDecision(boolean decision) {
        return new TextReporter(colour, charset, decision);
    }

    @Override
    public String mediaType() {
        return "text/plain; charset=" + charset.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void write(AuditReport report, OutputStream out) throws IOException {
        Lines lines = new Lines(out, charset);
        lines.line(ansi(1, "Hardening") + "  " + report.policy() + ": " + Phrases.totals(report.totals()));
        List<Groups.OfSubject> subjects = new ArrayList<>();
        Groups.bySubject(report).forEach(subjects::add);
        subjects(subjects, lines);
        Set<SubjectRef> all = new LinkedHashSet<>();
        subjects.forEach(subject -> all.add(subject.subject()));
        List<Finding> failed = new ArrayList<>();
        List<Finding> undecided = new ArrayList<>();
        List<Finding> covered = new ArrayList<>();
        for (Finding finding : report.findings()) {
            if (Phrases.isCovered(finding)) {
                covered.add(finding);
            } else if (finding.kind() == Outcome.Kind.FAIL) {
                failed.add(finding);
            } else if (finding.kind().isUndecided()) {
                undecided.add(finding);
            }
        }
        failures(failed, all, lines);
        undecided(undecided, all, lines);
        covered(covered, all, lines);
        List<String> notices = Phrases.notices(report);
        if (!notices.isEmpty()) {
            lines.line().line(ansi(1, "Policy"));
            for (String notice : notices) {
                lines.line("  " + Quoted.printable(notice));
            }
        }
        if (decision) {
            decision(report.decision(), lines);
        }
        lines.flush();
    }

    /** Writes one line for each subject, the worst first. */
    private void subjects(List<Groups.OfSubject> subjects, Lines lines) throws IOException {
        subjects.sort(Comparator.comparing(TextReporter::worst, Comparator.nullsLast(Comparator.reverseOrder())));
        if (!subjects.isEmpty()) {
            lines.line();
        }
        for (Groups.OfSubject subject : subjects) {
            Map<Outcome.Kind, Integer> totals = new EnumMap<>(Outcome.Kind.class);
            subject.findings().forEach(finding -> totals.merge(finding.kind(), 1, Integer::sum));
            Severity worst = worst(subject);
            lines.line("  " + (worst == null ? "-       " : severity(worst)) + ' '
                    + ansi(1, subject.subject().toString()) + "  " + Phrases.totals(totals));
        }
    }

    private static @Nullable Severity worst(Groups.OfSubject subject) {
        return subject.findings().stream()
                .filter(finding -> finding.kind() == Outcome.Kind.FAIL && !Phrases.isCovered(finding))
                .map(Finding::severity)
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    /** {@return the subjects by the texts of their findings, in the order of both} */
    private static Map<String, Set<SubjectRef>> byText(List<Finding> findings, Function<Finding, String> text) {
        Map<String, Set<SubjectRef>> subjects = new LinkedHashMap<>();
        for (Finding finding : findings) {
            subjects.computeIfAbsent(text.apply(finding), key -> new LinkedHashSet<>())
                    .add(finding.subject());
        }
        return subjects;
    }

    private static String names(Set<SubjectRef> subjects) {
        String shown = subjects.stream().limit(MAX_NAMED).map(SubjectRef::name).collect(Collectors.joining(", "));
        return subjects.size() <= MAX_NAMED ? shown : shown + " and " + (subjects.size() - MAX_NAMED) + " more";
    }

    /** {@return the subjects in parentheses, unless they are all of the report} */
    private static String unlessAll(Set<SubjectRef> subjects, Set<SubjectRef> all) {
        return subjects.size() == all.size() ? "" : " (" + names(subjects) + ")";
    }

    /** Groups the problems of all subjects by their rule, with one remedy. */
    private void failures(List<Finding> failed, Set<SubjectRef> all, Lines lines) throws IOException {
        failed.sort(Comparator.comparing(Finding::severity)
                .reversed()
                .thenComparing(finding -> finding.rule().id()));
        Map<RuleId, List<Finding>> byRule = new LinkedHashMap<>();
        for (Finding finding : failed) {
            byRule.computeIfAbsent(finding.rule().id(), id -> new ArrayList<>()).add(finding);
        }
        if (!byRule.isEmpty()) {
            lines.line();
        }
        for (List<Finding> findings : byRule.values()) {
            Finding first = findings.get(0);
            lines.line("  " + severity(first.severity()) + ' '
                    + ansi(1, first.rule().id().toString()) + "  "
                    + Quoted.printable(first.rule().title()));
            Map<Set<SubjectRef>, List<String>> bySubjects = new LinkedHashMap<>();
            byText(findings, finding -> line(finding, first.severity()))
                    .forEach((text, subjects) -> bySubjects
                            .computeIfAbsent(subjects, key -> new ArrayList<>())
                            .add(text));
            for (Map.Entry<Set<SubjectRef>, List<String>> hit : bySubjects.entrySet()) {
                hit(hit.getValue(), hit.getKey(), all.size() > 1, lines);
            }
            remedies(findings, lines);
        }
    }

    /** Writes problems of the same subjects, which stand on the same line if it is one problem of one subject. */
    private static void hit(List<String> texts, Set<SubjectRef> subjects, boolean isNamed, Lines lines)
            throws IOException {
        boolean isOne = isNamed && texts.size() == 1 && subjects.size() == 1;
        for (String text : texts) {
            lines.line(INDENT + text + (isOne ? ", in " + names(subjects) : ""));
        }
        if (isNamed && !isOne) {
            lines.line(INDENT + "  in " + names(subjects));
        }
    }

    /** Writes one remedy if there is only one, or else one for each kind of subject. */
    private void remedies(List<Finding> findings, Lines lines) throws IOException {
        Map<String, Set<String>> kinds = new LinkedHashMap<>();
        for (Finding finding : findings) {
            kinds.computeIfAbsent(finding.rule().remediation(finding.subject()), text -> new LinkedHashSet<>())
                    .add(finding.subject().kind());
        }
        for (Map.Entry<String, Set<String>> remedy : kinds.entrySet()) {
            String of = kinds.size() == 1 ? "" : " for " + String.join(" and ", remedy.getValue());
            lines.line(INDENT + ansi(2, "Remedy" + of + ": " + Quoted.printable(remedy.getKey())));
        }
    }

    private String line(Finding finding, Severity shown) {
        String said = Phrases.disposition(finding);
        return Phrases.detail(finding)
                + (finding.severity() == shown ? "" : "; " + finding.severity())
                + (said.isEmpty() ? "" : "; " + ansi(33, said));
    }

    /** Many rules may be undecided for the same reason, which is then written once. */
    private void undecided(List<Finding> undecided, Set<SubjectRef> all, Lines lines) throws IOException {
        Map<String, Set<String>> rules = new LinkedHashMap<>();
        for (Finding finding : undecided) {
            rules.computeIfAbsent(finding.detail(), reason -> new LinkedHashSet<>())
                    .add(finding.rule().id().toString());
        }
        if (!rules.isEmpty()) {
            lines.line().line("  " + ansi(33, "Not decided"));
        }
        for (Map.Entry<String, Set<SubjectRef>> reason :
                byText(undecided, Finding::detail).entrySet()) {
            lines.line("    " + String.join(", ", rules.getOrDefault(reason.getKey(), Set.of())) + ": "
                    + reason.getKey() + unlessAll(reason.getValue(), all));
        }
    }

    private void covered(List<Finding> covered, Set<SubjectRef> all, Lines lines) throws IOException {
        if (!covered.isEmpty()) {
            lines.line().line("  " + ansi(2, "Covered"));
        }
        Map<String, Set<SubjectRef>> subjects = byText(
                covered,
                finding -> finding.rule().id() + " " + Phrases.detail(finding) + "; " + Phrases.disposition(finding));
        for (Map.Entry<String, Set<SubjectRef>> line : subjects.entrySet()) {
            lines.line("    " + line.getKey() + unlessAll(line.getValue(), all));
        }
    }

    private void decision(Decision decision, Lines lines) throws IOException {
        int colourCode = switch (decision.kind()) {
            case ACCEPTED -> 32;
            case REJECTED -> 31;
            case INCOMPLETE -> 33;
        };
        // What an acceptance tolerates stands beside it, where nobody can miss it.
        boolean isBeside = decision.isAccepted();
        lines.line()
                .line(ansi(1, "Decision") + "  "
                        + ansi(colourCode, decision.kind().name())
                        + (isBeside ? ": " + decision.because().get(0) : ""));
        for (String reason :
                decision.because().subList(isBeside ? 1 : 0, decision.because().size())) {
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
