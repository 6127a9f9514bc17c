package dev.tallyclerk.command;

import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.benchmark.BenchmarkReport;
import dev.tallyclerk.hardening.report.BenchmarkReporter;
import dev.tallyclerk.hardening.report.BenchmarkReporters;
import dev.tallyclerk.hardening.report.GitHubReporter;
import dev.tallyclerk.hardening.report.GitLabReporter;
import dev.tallyclerk.hardening.report.HtmlReporter;
import dev.tallyclerk.hardening.report.JsonLinesReporter;
import dev.tallyclerk.hardening.report.JsonReporter;
import dev.tallyclerk.hardening.report.JunitReporter;
import dev.tallyclerk.hardening.report.LocatedReporter;
import dev.tallyclerk.hardening.report.MarkdownReporter;
import dev.tallyclerk.hardening.report.OscalReporter;
import dev.tallyclerk.hardening.report.Reporter;
import dev.tallyclerk.hardening.report.SarifReporter;
import dev.tallyclerk.hardening.report.SonarQubeReporter;
import dev.tallyclerk.hardening.report.SourceFiles;
import dev.tallyclerk.hardening.report.TextReporter;
import dev.tallyclerk.hardening.report.XccdfReporter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The formats of an audit's report: by finding, by section of a benchmark, or both. */
enum ReportFormat {
    TEXT(TextReporter.create(), BenchmarkReporters.text()),
    JSON(JsonReporter.create(), BenchmarkReporters.json()),
    JSONL(JsonLinesReporter.create(), null),
    SARIF(SarifReporter.create(), null),
    SARIF_ALL(SarifReporter.create().withEveryFinding(true), null),
    JUNIT(JunitReporter.create(), BenchmarkReporters.junit()),
    GITHUB(GitHubReporter.create(), null),
    GITLAB(GitLabReporter.create(), null),
    SONARQUBE(SonarQubeReporter.create(), null),
    MARKDOWN(MarkdownReporter.create(), BenchmarkReporters.markdown()),
    HTML(HtmlReporter.create(), BenchmarkReporters.html()),
    CSV(null, BenchmarkReporters.csv()),
    OSCAL(null, OscalReporter.create()),
    XCCDF(null, XccdfReporter.create());

    @SuppressWarnings("ImmutableEnumChecker") // reporters are immutable
    private final transient @Nullable Reporter byFinding;

    @SuppressWarnings("ImmutableEnumChecker") // reporters are immutable
    private final transient @Nullable BenchmarkReporter bySection;

    ReportFormat(@Nullable Reporter byFinding, @Nullable BenchmarkReporter bySection) {
        this.byFinding = byFinding;
        this.bySection = bySection;
    }

    /** {@return whether the format exists for the sections of a benchmark only} */
    boolean needsBenchmark() {
        return byFinding == null;
    }

    /**
     * Writes a report.
     *
     * @param sources the files that the subjects were read from, for formats with a place for them
     * @param sections the audit by section, which takes the place of the findings in formats that can
     */
    void write(AuditReport audit, SourceFiles sources, Optional<BenchmarkReport> sections, OutputStream out)
            throws IOException {
        Reporter reporter = byFinding;
        if (bySection != null && sections.isPresent()) {
            bySection.write(sections.get(), out);
        } else if (reporter instanceof LocatedReporter located) {
            located.withFiles(sources).write(audit, out);
        } else if (reporter != null) {
            reporter.write(audit, out);
        } else {
            throw new IOException("a report as " + this + " is by section: give --benchmark to audit");
        }
    }

    /** {@return the name on the command line, for example {@code sarif-all}} */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
