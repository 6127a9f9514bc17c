package dev.tallyclerk.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a command says whose report could not be written. */
class ReportOutputTest {
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    private int rules(OutputStream sink, String... more) {
        ReportOutput output = new ReportOutput(sink);
        Terminal terminal = Terminal.of(
                Map.of(),
                InputStream.nullInputStream(),
                new PrintStream(new BufferedOutputStream(output), false, StandardCharsets.UTF_8),
                new PrintStream(errors, true, StandardCharsets.UTF_8),
                StandardCharsets.UTF_8);
        String[] args = more.length == 0 ? new String[] {"rules"} : more;
        return Launcher.run(terminal, output, Clock.systemUTC(), args);
    }

    @Test
    void aReportOnAFullDiskIsNoSuccess() {
        assertEquals(ExitCode.ERROR, rules(new Broken("No space left on device")));
        assertTrue(errors.toString(StandardCharsets.UTF_8).contains("No space left on device"), errors::toString);
    }

    @Test
    void aReaderThatHasSeenEnoughIsNoFailure() {
        assertEquals(ExitCode.ACCEPTED, rules(new Broken("Broken pipe")));
        assertEquals("", errors.toString(StandardCharsets.UTF_8));
    }

    @Test
    void everythingIsWrittenBeforeTheStatusIsKnown() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertEquals(ExitCode.ACCEPTED, rules(out, "--version"));
        assertTrue(out.toString(StandardCharsets.UTF_8).startsWith("tallyclerk "), out::toString);
    }

    private static final class Broken extends OutputStream {
        private final String why;

        Broken(String why) {
            this.why = why;
        }

        @Override
        public void write(int b) throws IOException {
            throw new IOException(why);
        }
    }
}
