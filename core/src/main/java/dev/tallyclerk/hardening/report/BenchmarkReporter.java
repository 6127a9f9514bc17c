package dev.tallyclerk.hardening.report;

import dev.tallyclerk.hardening.benchmark.BenchmarkReport;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes a {@link BenchmarkReport} in one format. Every section is written, also those that no rule covers.
 *
 * <p>{@code BenchmarkReporters} has them for people and programs; {@code OscalReporter} and {@code XccdfReporter} write
 * the formats of auditors. Audited text is escaped in each format. Implementations are immutable and deterministic.
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
}
