package dev.tallyclerk.hardening.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.report.JsonReporter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Whatever bytes take the place of an engine's documents, each rule has an outcome, and the report can be written. */
class EngineSubjectFuzzTest {
    private static final SubjectLimits LIMITS = SubjectLimits.defaults().withMaxDocumentBytes(1 << 16);

    @FuzzTest
    void audit(byte[] data) throws IOException {
        EngineSubject.Builder builder = EngineSubject.builder("test", LIMITS);
        read(() -> builder.daemonJson(data));
        read(() -> builder.info(data));
        read(() -> builder.version(data));
        read(() -> builder.commandLine(new String(data, StandardCharsets.UTF_8)));
        AuditReport report = Engines.audit(builder.build());
        assertEquals(0, report.totals().get(Outcome.Kind.ERROR), "a rule has no outcome");
        JsonReporter.create().withIndentation(false).write(report, OutputStream.nullOutputStream());
    }

    /** Gives a document to the builder. */
    @FunctionalInterface
    private interface Reading {
        void read() throws MalformedSubjectException;
    }

    private static void read(Reading reading) {
        try {
            reading.read();
        } catch (MalformedSubjectException e) {
            assertTrue(String.valueOf(e.getMessage()).length() <= 1001, "the message is bounded");
        }
    }
}
