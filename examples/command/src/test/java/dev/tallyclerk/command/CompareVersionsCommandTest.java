package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompareVersionsCommandTest {
    private static CommandRun run(String ecosystem, String input) {
        return CommandRun.reading(input.getBytes(StandardCharsets.UTF_8), "compare-versions", ecosystem);
    }

    @Test
    void answersEachLine() {
        CommandRun run = run("dpkg", "1.0~rc1\t1.0\n1.0\t1.0\n1:0\t9\na1\t1\n2\t1");
        assertEquals("-1\n0\n1\ninvalid\n1\n", run.out());
        assertEquals(ExitCode.ACCEPTED, run.exitCode());
    }

    @Test
    void answersNothingToNoInput() {
        CommandRun run = run("NPM", "");
        assertEquals("", run.out());
        assertEquals(ExitCode.ACCEPTED, run.exitCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "1.0\t1.1\t1.2", ""})
    void refusesALineThatIsNotAPair(String line) {
        CommandRun run = run("rpm", "1\t2\n" + line + "\n");
        assertEquals(ExitCode.ERROR, run.exitCode());
        assertEquals("-1\n", run.out());
        assertTrue(run.err().contains("line 2 of the input is not two versions"), run.err());
    }

    @Test
    void refusesALineThatIsTooLong() {
        CommandRun run = run("rpm", "1\t" + "1".repeat(70_000));
        assertEquals(ExitCode.ERROR, run.exitCode());
        assertTrue(run.err().length() < 300, run.err());
    }

    @Test
    void namesTheEcosystems() {
        CommandRun run = run("cobol", "");
        assertEquals(ExitCode.ERROR, run.exitCode());
        assertTrue(run.err().contains("\"cobol\" is not an ecosystem; write apk, arch, crates, dpkg"), run.err());
    }
}
