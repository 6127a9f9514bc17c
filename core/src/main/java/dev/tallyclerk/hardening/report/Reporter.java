package dev.tallyclerk.hardening.report;

import dev.tallyclerk.hardening.audit.AuditReport;
import java.io.IOException;
import java.io.OutputStream;

/** Writes an {@link AuditReport} in one format. Implementations are immutable and deterministic. */
public interface Reporter {
    /** {@return the media type of the format, for example {@code application/json}} */
    String mediaType();

    /**
     * Writes a report.
     *
     * @param report the report
     * @param out the destination; flushed, not closed
     * @throws IOException if {@code out} throws it
     */
    void write(AuditReport report, OutputStream out) throws IOException;
}
