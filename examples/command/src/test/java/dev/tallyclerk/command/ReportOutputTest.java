package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tallyclerk.testing.JavaProcess;
import dev.tallyclerk.testing.Peers;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Errors while writing the report. */
class ReportOutputTest {
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    private int rules(OutputStream sink, String... more) {
        ReportOutput output = new ReportOutput(sink);
        String[] args = more.length == 0 ? new String[] {"rules"} : more;
        return Launcher.run(terminal(output), output, Clock.systemUTC(), args);
    }

    private Terminal terminal(ReportOutput output) {
        return Terminal.of(
                Map.of(),
                InputStream.nullInputStream(),
                new PrintStream(new BufferedOutputStream(output), false, StandardCharsets.UTF_8),
                new PrintStream(errors, true, StandardCharsets.UTF_8),
                StandardCharsets.UTF_8);
    }

    @Test
    void aReportOnAFullDiskIsNoSuccess() {
        assertEquals(ExitCode.ERROR, rules(new Broken("No space left on device")));
        assertTrue(errors.toString(StandardCharsets.UTF_8).contains("No space left on device"), errors::toString);
    }

    /** The conformance protocol for TUF clients knows 0 and 1 alone. */
    @Test
    void aClientOfTufThatCannotWriteEndsWithOne(@TempDir Path folder) throws Exception {
        try (TufRepository repository = new TufRepository()) {
            Path root = Files.write(folder.resolve("root.json"), repository.file("1.root.json"));
            String metadata = folder.resolve("metadata").toString();
            Broken full = new Broken("No space left on device");
            assertEquals(1, rules(full, "tuf", "--metadata-dir", metadata, "init", root.toString()));
            String url = repository.metadata().toString();
            assertEquals(1, rules(full, "tuf", "--metadata-dir", metadata, "--metadata-url", url, "refresh"));
            assertEquals(1, rules(full, "tuf", "refresh", "--metadata-url=" + url, "--metadata-dir", metadata));
            assertEquals(3, rules(full, "tuf", "--metadata-dir", metadata, "inspect"));
            assertEquals(3, rules(full, "tuf", "inspect", root.toString()));
        }
    }

    @ParameterizedTest
    @CsvSource({"rules, 3", "tuf refresh --help, 1", "tuf --metadata-dir DIR refresh --help, 1", "tuf inspect --help, 3"
    })
    void anErrorOfTheRuntimeIsNoVerdict(String line, int status) {
        OutputStream exhausted = new OutputStream() {
            @Override
            public void write(int b) {
                throw new StackOverflowError();
            }
        };
        ReportOutput output = new ReportOutput(exhausted);
        Terminal terminal = terminal(output);
        String[] args = line.split(" ", -1);
        assertEquals(status, Launcher.runThroughErrors(terminal, output, Clock.systemUTC(), args));
        assertTrue(errors.toString(StandardCharsets.UTF_8).contains("StackOverflowError"), errors::toString);
    }

    @Test
    void aReaderThatHasSeenEnoughIsNoFailure() {
        assertEquals(ExitCode.ACCEPTED, rules(new Broken("Broken pipe")));
        assertEquals("", errors.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aReaderThatHasSeenEnoughIsNoFailureInAnotherLanguage(@TempDir Path folder) throws Exception {
        assertEquals("Broken pipe", BrokenPipe.message());
        Path locales = Files.createDirectory(folder.resolve("locales"));
        String compiler = Peers.require("localedef").toString();
        Peers.requireFile(Path.of("/usr/share/i18n/locales/es_ES"));
        Peers.run(
                folder,
                compiler,
                "-i",
                "es_ES",
                "-f",
                "UTF-8",
                locales.resolve("es_ES.UTF-8").toString());
        Path complaints = folder.resolve("complaints.txt");
        ProcessBuilder builder = new ProcessBuilder(JavaProcess.command(List.of(), Launcher.class, "rules"));
        builder.environment().put("LOCPATH", locales.toString());
        builder.environment().put("LC_ALL", "es_ES.UTF-8");
        Process process = builder.redirectError(complaints.toFile()).start();
        process.getInputStream().close();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            fail("the process did not end");
        }
        assertEquals("", Files.readString(complaints));
        assertEquals(ExitCode.ACCEPTED, process.exitValue());
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
