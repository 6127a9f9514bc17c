package dev.tallyclerk.hardening.report;

import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.hardening.audit.Finding;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Writes a report as JUnit XML, as CI servers read it (Jenkins, GitLab and others).
 *
 * <p>Each subject is a test suite, and each rule that applied to it a test case. All problems of a failure are one
 * {@code failure}; a rule that itself failed is an {@code error}. What is undecided, not applicable, or covered by a
 * waiver or the baseline is {@code skipped} with the reason as message, because the format has no other word for it.
 * Only what the policy's gate counts is a failure; findings below it are in the output of a test case that passes. An
 * {@linkplain Decision.Kind#INCOMPLETE incomplete} decision adds a suite with one {@code error}, because nothing else
 * would be red if nothing was audited or a relevant rule is undecided. Immutable.
 */
public final class JunitReporter implements Reporter {
    private JunitReporter() {}

    /** {@return a reporter} */
    public static JunitReporter create() {
        return new JunitReporter();
    }

    @Override
    public String mediaType() {
        return "application/xml";
    }

    private enum Result {
        PASSED,
        TOLERATED,
        FAILED,
        ERROR,
        SKIPPED;

        static Result of(AuditReport report, List<Finding> findings) {
            boolean covered = findings.stream().allMatch(Phrases::isCovered);
            return switch (findings.get(0).kind()) {
                case PASS -> PASSED;
                case FAIL -> covered ? SKIPPED : findings.stream().anyMatch(report::isCounted) ? FAILED : TOLERATED;
                case ERROR -> covered ? SKIPPED : ERROR;
                case NOT_APPLICABLE, UNKNOWN, MANUAL -> SKIPPED;
            };
        }
    }

    /** The attributes that count the test cases, which come before them. */
    private static String counts(Stream<Result> results) {
        Map<Result, Long> counts = results.collect(Collectors.groupingBy(result -> result, Collectors.counting()));
        return " tests=\"" + counts.values().stream().mapToLong(Long::longValue).sum() + "\" failures=\""
                + counts.getOrDefault(Result.FAILED, 0L) + "\" errors=\"" + counts.getOrDefault(Result.ERROR, 0L)
                + "\" skipped=\"" + counts.getOrDefault(Result.SKIPPED, 0L) + "\" time=\"0\"";
    }

    private static Stream<Result> results(AuditReport report, Groups.OfSubject subject) {
        return StreamSupport.stream(subject.byRule().spliterator(), false)
                .map(rule -> Result.of(report, rule.findings()));
    }

    @Override
    public void write(AuditReport report, OutputStream out) throws IOException {
        Lines xml = new Lines(out, StandardCharsets.UTF_8);
        boolean isIncomplete = report.decision().kind() == Decision.Kind.INCOMPLETE;
        Stream<Result> all = StreamSupport.stream(Groups.bySubject(report).spliterator(), false)
                .flatMap(subject -> results(report, subject));
        String counts = counts(Stream.concat(all, isIncomplete ? Stream.of(Result.ERROR) : Stream.of()));
        xml.line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        xml.line("<testsuites name=\"Tallyclerk\"" + counts + ">");
        for (Groups.OfSubject subject : Groups.bySubject(report)) {
            suite(report, subject, xml);
        }
        if (isIncomplete) {
            incomplete(report, xml);
        }
        xml.line("</testsuites>");
        xml.flush();
    }

    private static void suite(AuditReport report, Groups.OfSubject subject, Lines xml) throws IOException {
        start(report, subject.subject().toString(), counts(results(report, subject)), xml);
        for (Groups.OfRule rule : subject.byRule()) {
            testCase(report, subject, rule, xml);
        }
        xml.line("  </testsuite>");
    }

    private static void start(AuditReport report, String name, String counts, Lines xml) throws IOException {
        // Jenkins expects a time without zone.
        String time = DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(
                LocalDateTime.ofInstant(report.auditTime(), ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS));
        xml.line("  <testsuite name=\"" + Markup.escape(name) + "\"" + counts + " timestamp=\"" + Markup.escape(time)
                + "\">");
    }

    private static void incomplete(AuditReport report, Lines xml) throws IOException {
        List<String> because = report.decision().because();
        start(report, "decision", counts(Stream.of(Result.ERROR)), xml);
        xml.line("    <testcase classname=\"decision\" name=\"Every relevant rule was decided\" time=\"0\">");
        xml.add("      <error type=\"INCOMPLETE\" message=\"" + Markup.escape(because.get(0)) + "\">");
        for (String line : because.subList(0, because.size() - 1)) {
            xml.line(Markup.escape(line));
        }
        xml.add(Markup.escape(because.get(because.size() - 1))).line("</error>");
        xml.line("    </testcase>");
        xml.line("  </testsuite>");
    }

    private static void testCase(AuditReport report, Groups.OfSubject subject, Groups.OfRule group, Lines xml)
            throws IOException {
        // CI servers show the part before the last dot as a package: one per kind, without the dots of names.
        String className =
                subject.subject().kind() + '.' + subject.subject().name().replace('.', '_');
        xml.add("    <testcase classname=\"" + Markup.escape(className) + "\" name=\""
                + Markup.escape(group.rule().id() + " " + group.rule().title()) + "\" time=\"0\"");
        List<Finding> findings = group.findings();
        switch (Result.of(report, findings)) {
            case PASSED -> xml.line("/>");
            case TOLERATED -> {
                xml.line(">");
                xml.add("      <system-out>").line(Markup.escape("below the gate"));
                details(group, xml);
                xml.line("</system-out>");
                xml.line("    </testcase>");
            }
            case FAILED -> problem("failure", group, xml);
            case ERROR -> problem("error", group, xml);
            case SKIPPED -> {
                xml.line(">");
                xml.line("      <skipped message=\"" + Markup.escape(skipReason(findings)) + "\"/>");
                xml.line("    </testcase>");
            }
        }
    }

    private static void problem(String element, Groups.OfRule group, Lines xml) throws IOException {
        Finding worst = group.findings().stream()
                .filter(Phrases::isOpen)
                .max((a, b) -> a.severity().compareTo(b.severity()))
                .orElse(group.findings().get(0));
        xml.line(">");
        xml.add("      <" + element + " type=\"" + worst.severity() + "\" message=\"" + Markup.escape(worst.detail())
                + "\">");
        details(group, xml);
        xml.line("</" + element + ">");
        xml.line("    </testcase>");
    }

    private static void details(Groups.OfRule group, Lines xml) throws IOException {
        for (Finding finding : group.findings()) {
            String covered = Phrases.disposition(finding);
            xml.line(Markup.escape(
                    finding.severity() + " " + Phrases.detail(finding) + (covered.isEmpty() ? "" : "; " + covered)));
        }
        xml.add(Markup.escape(
                "Remedy: " + group.rule().remediation(group.findings().get(0).subject())));
    }

    private static String skipReason(List<Finding> findings) {
        return findings.stream()
                .map(finding -> {
                    String covered = Phrases.disposition(finding);
                    return (covered.isEmpty() ? Phrases.of(finding.kind()) : covered) + ": " + finding.detail();
                })
                .collect(Collectors.joining("; "));
    }
}
