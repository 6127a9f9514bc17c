package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports by section of a benchmark. */
class AuditBenchmarkTest {
    private static final String CONTAINER = """
            [{"Id": "a", "Name": "/web", "Config": {"User": "app"}, "HostConfig": {"Privileged": true}}]
            """;

    @TempDir
    private Path folder;

    private static CommandRun audit(String... more) {
        String[] args = new String[2 + more.length];
        args[0] = "audit";
        args[1] = "-";
        System.arraycopy(more, 0, args, 2, more.length);
        return CommandRun.reading(CONTAINER.getBytes(StandardCharsets.UTF_8), args);
    }

    @Test
    void everySectionHasALine() {
        CommandRun run = audit("--profile", "STRICT", "--benchmark", "cis-docker-1.8.0");
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.err());
        assertTrue(run.out().contains("CIS Docker Benchmark 1.8.0\n"), run.out());
        assertTrue(run.out().contains("\nfail           5.5 No container is privileged\n"), run.out());
        assertTrue(run.out().contains("\nnot run        2.8 The remote API"), run.out());
        CommandRun other = audit("--profile", "STRICT", "--benchmark", "cis-kubernetes-1.12.0");
        assertTrue(other.out().contains("\nnot covered    1.1.1 "), other.out());
        assertTrue(run.out().contains("RUN-001 CRITICAL container web: "), run.out());
    }

    @Test
    void formatsWithoutSectionsStayByFinding() throws Exception {
        Path sarif = folder.resolve("a.sarif");
        Path oscal = folder.resolve("a.json");
        CommandRun run = audit(
                "--benchmark",
                "cis-docker-1.7.0",
                "--format",
                "xccdf",
                "--report",
                "sarif=" + sarif,
                "--report",
                "oscal=" + oscal);
        assertTrue(run.out().startsWith("<?xml"), run.out());
        assertTrue(run.out().contains("<result>fail</result>"), run.out());
        assertTrue(Files.readString(sarif).contains("sarif-schema"));
        assertTrue(Files.readString(oscal).contains("\"oscal-version\" : \"1.1.2\""));
    }

    @Test
    void wrongUseSaysWhatToDo() {
        CommandRun unknown = audit("--benchmark", "cis-docker-9");
        assertEquals(ExitCode.ERROR, unknown.exitCode());
        assertTrue(unknown.err().contains("cis-docker-1.7.0"), unknown.err());
        for (List<String> wrong : List.of(List.of("--format", "csv"), List.of("--report", "oscal=x"))) {
            CommandRun run = audit(wrong.toArray(String[]::new));
            assertEquals(ExitCode.ERROR, run.exitCode());
            assertTrue(run.err().contains("--benchmark"), run.err());
        }
        CommandRun verify = CommandRun.of("verify", "oci:missing", "--report", "xccdf=x");
        assertEquals(ExitCode.ERROR, verify.exitCode());
        assertTrue(verify.err().contains("--benchmark"), verify.err());
    }

    @Test
    void aTableOfOnesOwnIsRead() throws Exception {
        Path table = folder.resolve("acme.tsv");
        Files.writeString(
                table,
                "# id: acme-1\n# title: Acme 1\n# citing: CIS Docker 1.6.0\nA.1\tNot privileged\t5.5\nA.2\tBackups\t-\n");
        CommandRun run = audit("--benchmark", table.toString(), "--format", "csv");
        assertTrue(run.out().contains("\"acme-1\",\"A.1\",\"Not privileged\",\"fail\",\""), run.out());
        assertTrue(run.out().contains("RUN-001\",1,0,0,0,"), run.out());
        assertTrue(run.out().contains("\"A.2\",\"Backups\",\"not covered\""), run.out());
        Files.writeString(table, "# id: acme-1\n# title: Acme 1\nA.1\n");
        CommandRun broken = audit("--benchmark", table.toString());
        assertEquals(ExitCode.ERROR, broken.exitCode());
        assertTrue(broken.err().contains("line 3"), broken.err());
    }

    @Test
    void rulesListsWhatCoversEachSection() {
        CommandRun run = CommandRun.of("rules", "--benchmark", "cis-docker-1.6.0");
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.err());
        assertTrue(run.out().contains("| 5.5 | No container is privileged | "), run.out());
        assertTrue(run.out().contains("RUN-001"), run.out());
        assertFalse(run.out().contains("| 5.5 | No container is privileged | not covered |"), run.out());
        assertEquals(
                ExitCode.ERROR,
                CommandRun.of("rules", "--benchmark", "cis-docker-1.6.0", "--format", "json")
                        .exitCode());
    }
}
