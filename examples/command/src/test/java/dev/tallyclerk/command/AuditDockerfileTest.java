package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditDockerfileTest {
    private static final String FILE = "FROM registry.example.test/base:1.0\nENV DB_PASSWORD=hunter2hunter\nUSER 5\n";

    @TempDir
    Path folder = Path.of("");

    private String write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return file.toString();
    }

    @Test
    void rejectsADockerfileWithLineAndColumn() throws IOException {
        CommandRun run = CommandRun.of("audit", write("Dockerfile", FILE));
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        assertTrue(run.out().contains("Dockerfile: Dockerfile"), run.out());
        assertTrue(run.out().contains("Dockerfile:2:5"), run.out());
    }

    @Test
    void readsADockerfileFromAPipe() {
        CommandRun run = CommandRun.reading(FILE.getBytes(StandardCharsets.UTF_8), "audit", "-");
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        assertTrue(run.out().contains("DKF-025"), run.out());
    }

    @Test
    void findsDockerfilesInAFolder() throws IOException {
        write("a/Dockerfile", FILE);
        write("b/app.docker", "ARG V=1\nFROM registry.example.test/base:$V\nUSER 5\n");
        write("c/letter.txt", "From me to you\n");
        CommandRun run = CommandRun.of("audit", folder.toString(), "--format", "jsonl", "--fail-on", "none");
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        assertTrue(run.out().lines().anyMatch(line -> line.contains("b/app.docker")), run.out());
        assertTrue(run.out().lines().noneMatch(line -> line.contains("letter")), run.out());
    }

    @Test
    void shipsTheTarget() throws IOException {
        String file = write("Dockerfile", "FROM a.test/a:1 AS dev\nUSER 5\nFROM a.test/a:1\nUSER root\n");
        String[] audit = {"audit", file, "--fail-on", "high"};
        assertEquals(ExitCode.REJECTED, CommandRun.of(audit).exitCode());
        assertEquals(
                ExitCode.ACCEPTED,
                CommandRun.of("audit", file, "--fail-on", "high", "--target", "dev")
                        .exitCode());
        assertEquals(
                ExitCode.ERROR, CommandRun.of("audit", file, "--target", "test").exitCode());
    }

    @Test
    void obeysACommentUntilItsLastDayUnlessThePolicyRefuses() throws IOException {
        String file = write(
                "Dockerfile",
                "FROM a.test/a:1\n# tallyclerk ignore=DKF-025 reason=a sample until=2026-06-30\nARG API_TOKEN\nUSER 5\n");
        Instant before = Instant.parse("2026-06-30T12:00:00Z");
        Instant after = Instant.parse("2026-07-01T12:00:00Z");
        CommandRun waived = CommandRun.at(before, "audit", file);
        assertEquals(ExitCode.ACCEPTED, waived.exitCode(), waived.toString());
        assertTrue(waived.out().contains("a sample"), waived.out());
        assertEquals(ExitCode.REJECTED, CommandRun.at(after, "audit", file).exitCode());
        String policy = write("policy.json", "{\"schemaVersion\":1,\"inlineWaivers\":false}");
        assertEquals(
                ExitCode.REJECTED,
                CommandRun.at(before, "audit", file, "--policy", policy).exitCode());
    }

    @Test
    void saysWhereADockerfileIsMalformed() throws IOException {
        CommandRun run = CommandRun.of("audit", write("Dockerfile", "FROM a\nRUN <<EOF\nb\n"));
        assertEquals(ExitCode.ERROR, run.exitCode());
        assertTrue(run.err().contains("Dockerfile:2:1"), run.err());
    }
}
