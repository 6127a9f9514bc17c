package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.HostileServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
                "sign",
                "attest",
                "trust",
                "trust verify",
                "trust tree",
                "trust explain",
                "trust verify-bundle",
                "trust judge",
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "trust --quiet verify docker.io/library/a:1 | --quiet must stand after the command: tallyclerk trust verify",
                "db --no-config update --from a --database b | --no-config must stand after the command: tallyclerk db update",
                "sbom --format spdx verify oci:images/hello:1.0 | --format must stand after the command: tallyclerk sbom verify",
                "sbom oci:a verify oci:images/hello:1.0 | \"oci:a\" must stand after the command: tallyclerk sbom verify",
            })
    void anOptionOfAGroupDoesNotStandBeforeItsCommand(String command, String message) {
        CommandRun run = run(command);
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertTrue(run.err().contains(message), run.err());
        assertEquals("", run.out());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "verfiy oci:images/hello:1.0 | unknown command \"verfiy\"; did you mean verify?",
                "pul docker://a/b oci:c | unknown command \"pul\"; did you mean pull?",
                "zzzzzzzz | unknown command \"zzzzzzzz\"",
                "verify --platfrom linux/arm64 oci:images/hello:1.0 | unknown option \"--platfrom\"; did you mean --platform?",
                "verify oci:images/hello:1.0 --fial-on=HIGH | unknown option \"--fial-on\"; did you mean --fail-on?",
                "verify --platfrom linux/arm64 | unknown option \"--platfrom\"; did you mean --platform?",
                "tags localhost:1/a --nothing-like-this x | unknown option \"--nothing-like-this\"",
                "tags localhost:1/a more | unexpected argument \"more\"",
            })
    void suggestsTheNearOptionOrCommandAndBlamesNoOtherArgument(String line, String message) {
        CommandRun run = run(line);
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertEquals("tallyclerk: " + message, run.err().lines().findFirst().orElseThrow());
    }

    @Test
    void saysHowToWriteAFileOrFolder(@TempDir Path folder) throws IOException {
        assertTrue(run("verify", folder.toString()).err().contains("Try: oci:" + folder), "a folder");
        Path file = Files.createFile(folder.resolve("image.tar"));
        assertTrue(run("verify", file.toString()).err().contains("Try: docker-archive:" + file), "a file");
        assertTrue(run("verify", "Not A Name").err().contains("Try: tallyclerk verify --help"), "nothing");
    }

    @Test
    void tellsTroubleOfARegistryFromWrongUseByItsStatus() throws IOException {
        try (HostileServer server = HostileServer.start(exchange -> exchange.answer(404))) {
            for (String command : List.of("verify docker://", "tags ", "inspect docker://", "pull ")) {
                String line = command + server.host() + "/a:1" + (command.equals("pull ") ? " oci:nowhere:1" : "");
                CommandRun run = run(line.replace("tags " + server.host() + "/a:1", "tags " + server.host() + "/a"));
                assertEquals(ExitCode.NETWORK, run.exitCode(), run.toString());
            }
        }
        assertEquals(ExitCode.NETWORK, run("tags localhost:1/a --max-time 1").exitCode(), "nobody is there");
        assertEquals(ExitCode.ERROR, run("verify oci:nowhere:1").exitCode());
        assertEquals(
                ExitCode.ERROR, run("tags localhost:1/a --authfile nowhere").exitCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify", "pull", "push", "copy", "tags", "referrers", "inspect", "files", "extract"})
    void theHelpOfEveryCommandWithARegistryNamesStatusFour(String command) {
        String help = run(command, "--help").out().replaceAll("\\s+", " ");
        assertTrue(help.contains("4 registry or network error."), help);
    }

    @Test
    void aFailureIsJsonTooIfJsonIsWanted() throws IOException, JsonException {
        try (HostileServer server = HostileServer.start(exchange -> exchange.answer(404))) {
            JsonCursor failure = failure(run("tags " + server.host() + "/a --format json"));
            assertEquals("registry", failure.required("kind").string());
            assertEquals("NOT_FOUND", failure.required("reason").string());
            assertEquals(4, failure.required("exitStatus").integer(0, 9));
        }
        JsonCursor usage = failure(run("verify --format=JSON --platfrom x oci:images/hello:1.0"));
        assertEquals("usage", usage.required("kind").string());
        assertTrue(usage.required("message").string().contains("did you mean --platform?"));
        assertEquals("tallyclerk verify --help", usage.required("hint").string());
        assertEquals(3, usage.required("exitStatus").integer(0, 9));
        JsonCursor input = failure(run("verify oci:nowhere:1 --format json"));
        assertEquals("input", input.required("kind").string());
        assertEquals("", run("verify oci:nowhere:1").out());
    }

    private static JsonCursor failure(CommandRun run) throws JsonException {
        byte[] out = run.out().getBytes(StandardCharsets.UTF_8);
        JsonCursor document = JsonCursor.parse(out, JsonLimits.ofBytes(100_000));
        assertEquals("dev.tallyclerk.failure", document.required("schema").string());
        assertTrue(run.err().startsWith("tallyclerk: "), run.err());
        return document.required("failure");
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
        assertFalse(run("push --force nothing").err().contains("nknown option"), "who gave it before still may");
        assertTrue(run("tuf download --help").out().replaceAll("\\s+", " ").contains("in the given order"));
    }
}
