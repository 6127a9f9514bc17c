package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The options --output and --quiet. */
class OutputFileTest {
    @TempDir
    Path folder = Path.of("");

    private static CommandRun run(String line, String... more) {
        List<String> all = new ArrayList<>(List.of(line.split(" ")));
        all.addAll(List.of(more));
        return CommandRun.of(all.toArray(String[]::new));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "verify oci:images/hello:1.0",
                "verify oci:images/hello-tampered --format json",
                "inspect oci:images/hello:1.0 --raw",
                "files oci:images/hello:1.0",
                "sbom oci:images/hello:1.0 --created 2026-01-01T00:00:00Z",
                "audit --image oci:images/hello:1.0 --format sarif",
                "completion fish",
                "rules"
            })
    void theFileGetsTheBytesOfStandardOutput(String line) throws IOException {
        Path file = folder.resolve("report");
        CommandRun shown = run(line);
        CommandRun written = run(line, "--output", file.toString());
        assertEquals(shown.exitCode(), written.exitCode(), written.err());
        assertEquals(shown.out(), Files.readString(file));
        assertEquals("", written.out());
        assertEquals(List.of("report"), names());
    }

    @Test
    void aFailureLeavesTheFileAsItWas() throws IOException {
        Path file = Files.writeString(folder.resolve("report"), "before");
        for (String line : List.of(
                "verify oci:nowhere",
                "verify --nothing",
                "files oci:images/hello:1.0 /nowhere",
                "inspect oci:images/hello-tampered:9")) {
            assertEquals(ExitCode.ERROR, run(line, "--output", file.toString()).exitCode(), line);
            assertEquals("before", Files.readString(file), line);
        }
        assertEquals(List.of("report"), names());
    }

    @Test
    void aFailureInJsonReplacesTheFile() throws IOException {
        Path file = Files.writeString(folder.resolve("report"), "before");
        CommandRun shown = run("verify oci:nowhere --format json");
        CommandRun run = run("verify oci:nowhere --format json", "--output=" + file);
        assertEquals(ExitCode.ERROR, run.exitCode());
        assertEquals(shown.out(), Files.readString(file));
        assertTrue(Files.readString(file).contains("dev.tallyclerk.failure"));
    }

    @Test
    void theNewFileHasThePermissionsOfTheOld() throws IOException {
        Path file = Files.createFile(folder.resolve("report"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertEquals(0, run("digest oci:images/hello:1.0 --output " + file).exitCode());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void refusesALinkAFolderAndAMissingFolder() throws IOException {
        Path other = Files.writeString(folder.resolve("other"), "kept");
        Path link = Files.createSymbolicLink(folder.resolve("link"), other);
        for (Path wrong : List.of(link, folder, folder.resolve("no/report"))) {
            CommandRun run = run("digest oci:images/hello:1.0 --output " + wrong);
            assertEquals(ExitCode.ERROR, run.exitCode(), wrong.toString());
            assertTrue(run.err().contains(wrong.toString()), run.err());
        }
        assertEquals("kept", Files.readString(other));
        assertEquals(List.of("link", "other"), names());
    }

    @Test
    void aDeviceIsWrittenDirectlyAndADashIsStandardOutput() {
        String digest = run("digest oci:images/hello:1.0").out();
        assertEquals(new CommandRun(0, "", ""), run("digest oci:images/hello:1.0 --output /dev/null"));
        assertEquals(new CommandRun(0, digest, ""), run("digest oci:images/hello:1.0 --output -"));
    }

    @Test
    void quietCopiesAndExtractsSayNothingAndVerdictsStay() {
        assertFalse(run("copy oci:images/hello:1.0", "oci:" + folder.resolve("a"))
                .out()
                .isEmpty());
        assertEquals(new CommandRun(0, "", ""), run("copy --quiet oci:images/hello:1.0", "oci:" + folder.resolve("b")));
        assertEquals(
                new CommandRun(0, "", ""),
                run(
                        "extract --quiet oci:images/hello:1.0",
                        folder.resolve("files").toString()));
        assertEquals(run("verify oci:images/hello:1.0"), run("verify --quiet oci:images/hello:1.0"));
        assertFalse(run("verify --quiet oci:nowhere").err().isEmpty());
    }
}
