package dev.tallyclerk.examples.cli;

import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Finding;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The report of {@code tallyclerk audit} for a person: each subject, and the verdict on all of them last. */
final class AuditText {
    private AuditText() {}

    static void write(AuditReport report, PrintStream out, TextReport.Style style) {
        FindingsText text = new FindingsText(out, style);
        Map<SubjectRef, List<Finding>> bySubject =
                report.findings().stream().collect(Collectors.groupingBy(Finding::subject));
        for (SubjectRef subject : report.subjects()) {
            text.findings(subject.toString(), report.policy(), bySubject.getOrDefault(subject, List.of()));
        }
        text.verdict(report.decision());
        out.flush();
    }
}
