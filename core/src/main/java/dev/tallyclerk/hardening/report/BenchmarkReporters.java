package dev.tallyclerk.hardening.report;

/** The reporters of benchmarks for people and programs. */
public final class BenchmarkReporters {
    private BenchmarkReporters() {}

    /** {@return a reporter for terminals: a line for each section, and the findings below it, in UTF-8} */
    public static BenchmarkReporter text() {
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
    public static BenchmarkReporter json() {
        return new BenchmarkJson();
    }

    /**
     * {@return a reporter for spreadsheets: RFC 4180 with a header line, a line for each section}
     *
     * <p>A cell that a spreadsheet would take for a formula begins with an apostrophe.
     */
    public static BenchmarkReporter csv() {
        return new BenchmarkTables.Csv();
    }

    /** {@return a reporter for the summary of a CI run, in GitHub Flavored Markdown} */
    public static BenchmarkReporter markdown() {
        return new BenchmarkTables.Markdown();
    }

    /** {@return a reporter for browsers: one page without scripts and without network access} */
    public static BenchmarkReporter html() {
        return new BenchmarkTables.Html();
    }

    /** {@return a reporter for CI servers: a test case for each section; what is neither pass nor fail is skipped} */
    public static BenchmarkReporter junit() {
        return new BenchmarkTables.Junit();
    }
}
