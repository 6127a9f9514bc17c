package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private static CommandRun run(String command, String... more) {
        List<String> args = new ArrayList<>(List.of(command.split(" ")));
        args.addAll(List.of(more));
        return CommandRun.of(args.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "verify",
                "audit",
                "rules",
                "pull",
                "push",
                "copy",
                "tags",
                "referrers",
                "inspect",
                "files",
                "extract",
                "tuf",
                "tuf init",
                "tuf refresh",
                "tuf download",
                "tuf inspect"
            })
    void everyCommandHasHelpAndSaysTheVersion(String command) {
        String version = run("--version").out();
        assertTrue(version.startsWith("tallyclerk "), version);
        for (String option : new String[] {"-V", "--version"}) {
            assertEquals(new CommandRun(ExitCode.ACCEPTED, version, ""), run(command, option));
        }
        CommandRun help = run(command, "--help");
        assertEquals(ExitCode.ACCEPTED, help.exitCode());
        assertTrue(help.out().contains("tallyclerk " + command), help.out());
    }

    @Test
    void aCommandThatThereIsNotIsRefusedWithHelpAskedForOrWithout() {
        for (String rest : new String[] {"", " --help", " -h", " --version"}) {
            CommandRun run = run("bogus" + rest);
            assertEquals(ExitCode.ERROR, run.exitCode(), rest);
            assertTrue(run.err().contains("bogus"), run.err());
            assertEquals("", run.out());
        }
        assertEquals(ExitCode.REJECTED, run("tuf bogus --help").exitCode(), "the status that the protocol has");
        assertEquals(ExitCode.ACCEPTED, run("--help").exitCode());
    }

    @Test
    void nothingThatItIsGivenMovesTheCursor() {
        String name = "a\u001b]0;owned\u0007\u202e";
        for (CommandRun run : List.of(
                run("inspect", name),
                run("inspect", "oci:" + name),
                run("copy oci:images/hello:1.0", name),
                run("files oci:images/hello:1.0 /", "--" + name),
                run(name),
                run("audit --container", name),
                run("tuf --metadata-dir", name, "init", name),
                run("tuf inspect", name))) {
            assertTrue(run.err().contains("owned"), run.err());
            assertPlain(run);
        }
    }

    private static void assertPlain(CommandRun run) {
        assertTrue(run.err().chars().allMatch(c -> c == '\n' || (c >= ' ' && c < 0x7f)), run.err());
        assertEquals("", run.out());
    }

    @Test
    void helpSaysWhatOptionsTakeAndShowsNoneThatIsOfNoUse() {
        for (String command : new String[] {"push", "pull", "copy"}) {
            String help = run(command, "--help").out();
            assertTrue(help.contains("1 to 64"), help);
            assertEquals(!command.equals("push"), help.contains("--force"), help);
            assertEquals(!command.equals("push"), help.contains("--no-sync"), help);
        }
        assertFalse(run("push --force nothing").err().contains("Unknown option"), "who gave it before still may");
        assertTrue(run("tuf download --help").out().replaceAll("\\s+", " ").contains("in the given order"));
    }
}
