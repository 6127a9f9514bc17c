package dev.tallyclerk.hardening.report;

import dev.tallyclerk.hardening.benchmark.BenchmarkReport;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes a {@link BenchmarkReport} in one format. Every section is written, also those that no rule covers.
 *
 * <p>{@link OscalReporter} and {@link XccdfReporter} write the formats of auditors. Audited text is escaped in each
 * format. Implementations are immutable and deterministic.
 */
public interface BenchmarkReporter {
    /** {@return the media type of the format, for example {@code application/json}} */
    String mediaType();

    /**
     * Writes a report.
     *
     * @param report the report
     * @param out the destination; flushed, not closed
     * @throws IOException if {@code out} throws it
     */
    void write(BenchmarkReport report, OutputStream out) throws IOException;

    /** {@return a reporter for terminals: a line for each section, and the findings below it, in UTF-8} */
    static BenchmarkReporter text() {
        return new BenchmarkTables.Text();
    }

    /**
     * {@return a reporter for programs}
     *
     * <p>The object has {@code schema} ({@code dev.tallyclerk.benchmark-report}), {@code schemaVersion} (1),
     * {@code benchmark} ({@code id}, {@code title}), {@code auditTime}, {@code policy}, {@code decision},
     * {@code totals} by result and {@code sections}: {@code number}, {@code title}, {@code result}, {@code rules},
     * {@code passed}, {@code waived}, {@code because} and {@code findings}, whose members are those of
     * {@link JsonLinesReporter}. Members may be added.
     */
    static BenchmarkReporter json() {
        return new BenchmarkJson();
    }

    /**
     * {@return a reporter for spreadsheets: RFC 4180 with a header line, a line for each section}
     *
     * <p>A cell that a spreadsheet would take for a formula begins with an apostrophe.
     */
    static BenchmarkReporter csv() {
        return new BenchmarkTables.Csv();
    }

    /** {@return a reporter for the summary of a CI run, in GitHub Flavored Markdown} */
    static BenchmarkReporter markdown() {
        return new BenchmarkTables.Markdown();
    }

    /** {@return a reporter for browsers: one page without scripts and without network access} */
    static BenchmarkReporter html() {
        return new BenchmarkTables.Html();
    }

    /** {@return a reporter for CI servers: a test case for each section; what is neither pass nor fail is skipped} */
    static BenchmarkReporter junit() {
        return new BenchmarkTables.Junit();
    }
}
