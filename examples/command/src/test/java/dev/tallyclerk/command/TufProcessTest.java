package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tallyclerk.testing.JavaProcess;
import dev.tallyclerk.testing.Peers;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tallyclerk tuf} as a process: its exit status, its clock, and the classes it loads. */
class TufProcessTest {
    private static final List<String> OPTIONS = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    @TempDir
    Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init") // set before each test
    private TufRepository repository;

    @SuppressWarnings("NullAway.Init") // set before each test
    private TufClientRuns client;

    @BeforeEach
    void publish() throws GeneralSecurityException, IOException {
        repository = new TufRepository();
        client = new TufClientRuns(repository, folder);
        client.init();
    }

    @AfterEach
    void close() throws IOException {
        repository.close();
    }

    /** {@return the exit status} */
    private int run(List<String> before, List<String> options, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("tuf"));
        all.addAll(arguments);
        List<String> command = new ArrayList<>(before);
        command.addAll(JavaProcess.command(options, Launcher.class, all.toArray(String[]::new)));
        return run(command);
    }

    private int run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.txt").toFile())
                .start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            fail("the process did not end");
        }
        return process.exitValue();
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output.txt"));
    }

    @Test
    void aRefreshLoadsNothingThatItDoesNotNeed() throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(OPTIONS);
        options.add("-Xlog:class+load");
        assertEquals(0, run(List.of(), options, client.refreshArguments()), output());
        String loaded = output();
        assertTrue(isLoaded(loaded, "dev.tallyclerk.trust.tuf.TufClient "));
        for (String unwanted : List.of(
                "picocli.",
                "okhttp3.",
                "kotlin.",
                "org.bouncycastle.jce.",
                "org.bouncycastle.crypto.signers.",
                "com.google.crypto.",
                "com.fasterxml.jackson.databind.",
                "dev.tallyclerk.registry.client.",
                "dev.tallyclerk.command.VerifyCommand ")) {
            assertFalse(isLoaded(loaded, unwanted), unwanted);
        }
        String least = loadedByPlainJava(options);
        // What the runtime makes at a first use, each for as long as a signature takes, if it does not need it itself.
        for (String unwanted : List.of(
                "sun.security.ec.",
                "jdk.internal.net.http.",
                "java.lang.runtime.ObjectMethods ",
                "java.security.SecureRandom ",
                "java.time.format.DateTimeFormatter ",
                "sun.nio.fs.Globs ")) {
            assertTrue(!isLoaded(loaded, unwanted) || isLoaded(least, unwanted), unwanted);
        }
    }

    private static boolean isLoaded(String log, String start) {
        return log.lines().anyMatch(line -> line.contains(" " + start));
    }

    /** {@return the classes that this runtime loads for the parts of a minimal refresh} */
    private String loadedByPlainJava(List<String> options) throws IOException, InterruptedException {
        Path written = folder.resolve("written.json");
        List<String> command = JavaProcess.command(
                options, PlainJava.class, repository.metadata() + "/timestamp.json", written.toString());
        assertEquals(0, run(command), output());
        assertArrayEquals(repository.file("timestamp.json"), Files.readAllBytes(written));
        return output();
    }

    /** Asks for a file, hashes it, looks at the clock and writes the file. */
    static final class PlainJava {
        public static void main(String[] arguments) throws IOException, GeneralSecurityException {
            byte[] body;
            try (InputStream in =
                    URI.create(arguments[0]).toURL().openConnection().getInputStream()) {
                body = in.readAllBytes();
            }
            if (MessageDigest.getInstance("SHA-256").digest(body).length == 32
                    && Instant.now().isAfter(Instant.EPOCH)) {
                Files.write(Path.of(arguments[1]), body);
            }
        }
    }

    @Test
    void everyFailureEndsWithOne() throws IOException, InterruptedException {
        repository.served.remove("/metadata/timestamp.json");
        assertEquals(1, run(List.of(), OPTIONS, client.refreshArguments()), output());
        assertTrue(output().contains("NOT_AVAILABLE"), output());
        assertEquals(1, run(List.of(), OPTIONS, List.of("refresh")), output());
    }

    @Test
    void theClockIsTheProcesssOwn() throws IOException, InterruptedException {
        String faketime = Peers.require("faketime").toString();
        assertEquals(1, run(List.of(faketime, "2100-01-02 00:00:00"), OPTIONS, client.refreshArguments()), output());
        assertTrue(output().contains("EXPIRED"), output());
        assertEquals(0, run(List.of(faketime, "2099-12-30 00:00:00"), OPTIONS, client.refreshArguments()), output());
    }
}
