package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.Peers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyCommandTest {
    private static final Map<String, String> ENVIRONMENT =
            Map.of("HOME", "/nonexistent", "TALLYCLERK_KEY_PASSWORD", "open sesame");

    @TempDir
    Path folder = Path.of("");

    private Path file(String name) {
        return folder.resolve(name);
    }

    private String[] arguments(String line) {
        return line.replace("DIR/", folder + "/").split(" ");
    }

    private CommandRun run(String line) {
        return CommandRun.of(ENVIRONMENT, arguments(line));
    }

    private CommandRun accepted(String line) {
        CommandRun run = run(line);
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        assertEquals("", run.err());
        return run;
    }

    /** Answers in turn; nothing more may be asked. */
    private CommandRun answering(String line, String... answers) {
        Queue<String> left = new ArrayDeque<>(List.of(answers));
        CommandRun run =
                CommandRun.prompting(question -> Optional.of(left.remove().toCharArray()), arguments(line));
        assertEquals(List.of(), List.copyOf(left));
        return run;
    }

    @ParameterizedTest
    @CsvSource({
        "p256,cosign,EC,SIGSTORE PRIVATE",
        "p384,pkcs8,EC,PRIVATE",
        "ed25519,cosign,EdDSA,SIGSTORE PRIVATE",
        "ed25519,pkcs8,EdDSA,PRIVATE"
    })
    void makesAKeyThatSigns(String algorithm, String form, String kind, String label) throws IOException {
        CommandRun run = accepted("key generate DIR/release --algorithm " + algorithm + " --form " + form);
        assertTrue(run.out().contains("Key          " + kind), run.out());
        assertTrue(run.out().contains("Private key  " + file("release.key")), run.out());
        String written = Files.readString(file("release.key"));
        assertTrue(written.startsWith("-----BEGIN ENCRYPTED " + label + " KEY-----\n"), written);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file("release.key"))));
        assertEquals(
                Files.readString(file("release.pub")),
                accepted("key public --key DIR/release.key").out());
        IndexedImages image = IndexedImages.write(file("layout"));
        accepted("sign " + image.source() + " --key DIR/release.key");
        accepted("trust verify " + image.source() + " --name registry.example.org/app --key DIR/release.pub");
    }

    @Test
    void overwritesNoFile() throws IOException {
        accepted("key generate DIR/release");
        byte[] before = Files.readAllBytes(file("release.key"));
        for (String line : List.of(
                "key generate DIR/release",
                "key encrypt --key DIR/release.key --out DIR/release.key --new-password-file DIR/release.pub")) {
            CommandRun run = run(line);
            assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
            assertTrue(run.err().contains("not overwritten"), run.err());
        }
        assertArrayEquals(before, Files.readAllBytes(file("release.key")));
        Files.delete(file("release.key"));
        assertEquals(ExitCode.ERROR, run("key generate DIR/release").exitCode());
        assertFalse(Files.exists(file("release.key")));
    }

    @Test
    void writesAKeyInAnotherFormWithAnotherPassword() throws IOException {
        accepted("key generate DIR/release --form pkcs8");
        Files.writeString(file("password"), "another\n");
        CommandRun run = accepted("key encrypt --key DIR/release.key --out DIR/cosign.key --form cosign"
                + " --new-password-file DIR/password --format json");
        assertTrue(run.out().contains("\"schema\" : \"dev.tallyclerk.key\""), run.out());
        assertTrue(run.out().contains("\"form\" : \"cosign\""), run.out());
        assertEquals(ExitCode.ERROR, run("key public --key DIR/cosign.key").exitCode());
        assertEquals(
                Files.readString(file("release.pub")),
                accepted("key public --key DIR/cosign.key --key-password-file DIR/password")
                        .out());
    }

    @Test
    void asksForPasswords() throws IOException {
        assertEquals(
                ExitCode.ACCEPTED, answering("key generate DIR/a", "one", "one").exitCode());
        assertEquals(
                ExitCode.ACCEPTED,
                answering("key encrypt --key DIR/a.key --out DIR/b.key", "one", "two", "two")
                        .exitCode());
        CommandRun shown = answering("key public --key DIR/b.key", "two");
        assertEquals(Files.readString(file("a.pub")), shown.out());
        CommandRun differ = answering("key generate DIR/c", "one", "two");
        assertTrue(differ.exitCode() == ExitCode.ERROR && differ.err().contains("differ"), differ.toString());
        CommandRun empty = answering("key generate DIR/c", "", "");
        assertTrue(empty.exitCode() == ExitCode.ERROR && empty.err().contains("empty"), empty.toString());
        assertFalse(Files.exists(file("c.key")) || Files.exists(file("c.pub")));
        // Where nobody can be asked.
        CommandRun missing = CommandRun.of(Map.of(), arguments("key generate DIR/c"));
        assertTrue(
                missing.exitCode() == ExitCode.ERROR && missing.err().contains("--key-password-file"),
                missing.toString());
    }

    @Test
    void readsANewPasswordFromStandardInput() {
        accepted("key generate DIR/a");
        byte[] input = "two\n".getBytes(StandardCharsets.UTF_8);
        String line = "key encrypt --key DIR/a.key --out DIR/b.key --new-password-file -";
        assertEquals(
                ExitCode.ACCEPTED,
                CommandRun.reading(input, ENVIRONMENT, arguments(line)).exitCode());
        CommandRun both = run(line.replace("b.key", "c.key") + " --key-password-file -");
        assertTrue(both.exitCode() == ExitCode.ERROR && both.err().contains("standard input"), both.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "key",
                "key generate",
                "key generate DIR/a --algorithm rsa",
                "key generate DIR/a --form classic",
                "key generate DIR/missing/a",
                "key public",
                "key public --key DIR/missing.key",
                "key encrypt --key DIR/missing.key --out DIR/b.key",
                "key encrypt --out DIR/b.key"
            })
    void refusesWrongUse(String line) {
        CommandRun run = run(line);
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertEquals("", run.out());
    }

    /** The real cosign and OpenSSL read what was written. */
    @Test
    void peersReadTheKeys() throws Exception {
        String cosign = Peers.require("cosign").toString();
        String openssl = Peers.require("openssl").toString();
        accepted("key generate DIR/ours");
        accepted("key encrypt --key DIR/ours.key --out DIR/openssl.key --form pkcs8 --new-password-file DIR/ours.pub"
                .replace(
                        "DIR/ours.pub",
                        Files.writeString(file("password"), "open sesame").toString()));
        String wanted = Files.readString(file("ours.pub"));
        assertEquals(wanted, printed(cosign, "public-key", "--key", "ours.key"));
        assertEquals(wanted, printed(openssl, "pkey", "-in", "openssl.key", "-passin", "file:password", "-pubout"));
        // And back: a key of cosign in another form.
        printed(cosign, "generate-key-pair", "--output-key-prefix", "theirs");
        accepted(
                "key encrypt --key DIR/theirs.key --out DIR/converted.key --form pkcs8 --new-password-file DIR/password");
        assertEquals(
                Files.readString(file("theirs.pub")),
                printed(openssl, "pkey", "-in", "converted.key", "-passin", "file:password", "-pubout"));
    }

    private String printed(String... command) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(command));
        Path output = file("output.txt");
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectError(file("errors.txt").toFile())
                .redirectOutput(output.toFile());
        builder.environment().put("COSIGN_PASSWORD", "open sesame");
        builder.environment().put("HOME", folder.toString());
        Process process = builder.start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        assertEquals(0, process.waitFor(), () -> line.toString());
        return Files.readString(output);
    }
}
