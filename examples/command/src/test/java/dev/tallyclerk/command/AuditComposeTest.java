package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditComposeTest {
    @TempDir
    Path folder = Path.of("");

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    @Test
    void aFolderIsReadAsDockerComposeReadsIt() throws IOException {
        write("shop/compose.yaml", "services:\n  web:\n    image: app:${TAG}\n    env_file: web.env\n");
        write("shop/compose.override.yaml", "services:\n  web:\n    privileged: true\n");
        write("shop/.env", "TAG=3\n");
        write("shop/web.env", "DB_PASSWORD=hunter2horse\n");
        CommandRun run = CommandRun.of("audit", folder.resolve("shop").toString());
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        for (String line : new String[] {
            "compose.yaml: Compose file; 2 subjects; with ",
            "compose.override.yaml: Compose file; nothing to audit; merged into ",
            "compose-service shop/web",
            "compose.override.yaml:3:17",
            "web.env:1:1",
            "DB_PASSWORD=[redacted]"
        }) {
            assertTrue(run.out().contains(line), line + " in " + run.out());
        }
        assertFalse(run.out().contains("hunter2"), run.out());
        assertFalse(run.out().contains("CMP-001"), run.out());
    }

    @Test
    void namedFilesAreOneProject() throws IOException {
        String base = write("a.txt", "services: {web: {image: 'a:1', profiles: [x]}, db: {image: 'd:1'}}")
                .toString();
        String other = write("b.txt", "services: {web: {pid: $MODE}}").toString();
        String variables = write("v.env", "MODE=host\n").toString();
        CommandRun run = CommandRun.of(
                "audit", "--file", base, "--file", other, "--env-file", variables, "--compose-profile", "y");
        assertTrue(run.out().contains("b.txt: Compose file; nothing to audit; merged into "), run.out());
        assertFalse(run.out().contains("/web"), run.out());
        CommandRun whole = CommandRun.of("audit", "--file", base, "--file", other, "--env-file", variables);
        assertTrue(whole.out().contains("RUN-005"), whole.out());
    }

    @Test
    void filesOutsideOfWhatWasNamedAreNotRead() throws IOException {
        write("secret.env", "DB_PASSWORD=hunter2horse\n");
        write("link.env", "");
        write("in/compose.yaml", "services: {web: {image: 'a:1', env_file: [../secret.env]}}");
        String file = folder.resolve("in/compose.yaml").toString();
        CommandRun run = CommandRun.of("audit", file);
        assertTrue(run.out().contains("not read: ../secret.env"), run.out());
        assertFalse(run.out().contains("secret.env:1:1"), run.out());
        CommandRun allowed =
                CommandRun.of("audit", file, folder.resolve("link.env").toString());
        assertTrue(allowed.out().contains("secret.env:1:1"), allowed.out());
    }

    @Test
    void optionsWithoutFilesAreAMistake() {
        CommandRun run = CommandRun.of("audit", "--compose-profile", "x", "--seccomp", "p.json");
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertTrue(run.err().contains("--compose-profile"), run.err());
    }

    @Test
    void aFileThatComposeWouldRefuseEndsWithThePlace() throws IOException {
        CommandRun run = CommandRun.of(
                "audit",
                write("compose.yaml", "services:\n  a: {image: '$1'}\n").toString());
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertTrue(run.err().contains("compose.yaml:2:14"), run.err());
    }
}
