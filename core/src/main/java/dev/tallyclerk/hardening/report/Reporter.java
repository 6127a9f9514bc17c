package dev.tallyclerk.hardening.report;

import dev.tallyclerk.hardening.audit.AuditReport;
import java.io.IOException;
import java.io.OutputStream;

/** Writes an {@link AuditReport} in one format. An implementation is immutable and deterministic. */
public interface Reporter {
    /** {@return the media type of what is written, for example {@code application/json}} */
    String mediaType();

    /**
     * Writes a report.
     *
     * @param report what to write
     * @param out where to; flushed, not closed
     * @throws IOException if {@code out} throws it
     */
    void write(AuditReport report, OutputStream out) throws IOException;
}
