package dev.tallyclerk.hardening.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.audit.AuditReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every format. */
class ReportersTest {
    private static final AuditReport LARGE = Samples.large(1000);

    static Stream<Reporter> reporters() {
        return Samples.reporters().stream();
    }

    @ParameterizedTest
    @MethodSource("reporters")
    void theSameReportGivesTheSameBytes(Reporter reporter) throws IOException {
        assertEquals(Samples.write(reporter, Samples.full()), Samples.write(reporter, Samples.full()));
    }

    @ParameterizedTest
    @MethodSource("reporters")
    void noSecretAndNoControlCharacterGetsIn(Reporter reporter) throws IOException {
        String text = Samples.write(reporter, Samples.full());
        assertFalse(text.contains("hunter2"));
        assertFalse(text.contains("\u202e"), "it would turn the direction of the text");
        assertFalse(text.contains("\u001b[2J"));
        assertTrue(text.chars().noneMatch(c -> c != '\n' && c != 0x1b && Character.isISOControl(c)));
        assertTrue(text.endsWith("\n") && !text.contains("\r"));
    }

    @ParameterizedTest
    @MethodSource("reporters")
    void theStreamIsFlushedAndLeftOpen(Reporter reporter) throws IOException {
        boolean[] state = new boolean[2];
        OutputStream out = new ByteArrayOutputStream() {
            @Override
            public void flush() {
                state[0] = true;
            }

            @Override
            public void close() {
                state[1] = true;
            }
        };
        reporter.write(Samples.full(), out);
        assertArrayEquals(new boolean[] {true, false}, state);
    }

    @ParameterizedTest
    @MethodSource("reporters")
    void aFailureOfTheStreamIsThrownAsItIs(Reporter reporter) {
        IOException full = new IOException("disk full");
        OutputStream out = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw full;
            }
        };
        assertSame(full, assertThrows(IOException.class, () -> reporter.write(LARGE, out)));
    }

    @ParameterizedTest
    @MethodSource("reporters")
    void aReportOfManyFindingsNeedsNoMemoryBeyondThem(Reporter reporter) throws IOException {
        assertEquals(100_000, LARGE.findings().size());
        Gauge gauge = new Gauge();
        reporter.write(LARGE, gauge);
        // The text names each finding once, with the subjects that it hits.
        boolean isGrouped = reporter instanceof TextReporter;
        assertTrue(isGrouped || gauge.written > 4_000_000, "wrote " + gauge.written);
        assertTrue(gauge.most - gauge.before < 6_000_000, "needed " + (gauge.most - gauge.before) + " bytes");
    }

    /** Measures the memory in use now and then while a report passes. */
    private static final class Gauge extends OutputStream {
        private static final List<Long> AT = List.of(1_000_000L, 2_000_000L, 4_000_000L, 10_000_000L);

        private final long before = used();
        private long written;
        private long most;

        @Override
        public void write(int b) {
            written++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            long now = written + length;
            if (AT.stream().anyMatch(mark -> written < mark && now >= mark)) {
                most = Math.max(most, used());
            }
            written = now;
        }

        private static long used() {
            System.gc();
            return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        }
    }

    @Test
    void eachSaysItsMediaType() {
        assertEquals(
                List.of(
                        "application/json",
                        "application/json",
                        "application/jsonl",
                        "application/sarif+json",
                        "application/sarif+json",
                        "application/xml",
                        "text/plain; charset=utf-8",
                        "application/json",
                        "application/json",
                        "text/plain; charset=utf-8",
                        "text/plain; charset=utf-8",
                        "text/markdown; charset=utf-8",
                        "text/html; charset=utf-8"),
                reporters().map(Reporter::mediaType).toList());
    }
}
