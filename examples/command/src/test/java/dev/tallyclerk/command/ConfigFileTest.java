package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {
    private static final String VERIFY = "verify oci:images/hello:1.0";

    private static final int OTHER = 65534;

    /** The group that systems name daemon or bin. */
    private static final int NAMED = 1;

    private static final int UNNAMED = 1_234_567;

    @TempDir
    Path folder = Path.of("");

    private Path file(String name, String... lines) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, String.join("\n", lines) + "\n");
    }

    private static CommandRun run(Map<String, String> environment, String line) {
        return CommandRun.of(environment, line.split(" "));
    }

    private static CommandRun with(Path config, String line) {
        return run(Map.of(), line + " --config " + config);
    }

    @Test
    void theCommandLineComesFirstThenTheCommandsOwnOptionsThenThoseForAll() throws IOException {
        Path config = file("c.yml", "options:", "  fail-on: LOW", "commands:", "  verify:", "    fail-on: HIGH");
        assertTrue(with(config, VERIFY).out().contains("rejects on HIGH"));
        assertTrue(with(config, VERIFY + " --fail-on MEDIUM").out().contains("rejects on MEDIUM"));
        assertTrue(with(config, "audit --image oci:images/hello:1.0").out().contains("rejects on LOW"));
    }

    @Test
    void readsTheFileOfTheOptionOrTheVariableOrTheUsersOwn() throws IOException {
        Path own = file("home/.config/tallyclerk/config.yml", "options: {fail-on: LOW}");
        Path xdg = file("xdg/tallyclerk/config.json", "{\"options\": {\"fail-on\": \"MEDIUM\"}}");
        Path named = file("named.yml", "options: {fail-on: HIGH}");
        Map<String, String> environment =
                new HashMap<>(Map.of("HOME", folder.resolve("home").toString()));
        assertTrue(run(environment, VERIFY).out().contains("rejects on LOW"), own.toString());
        environment.put("XDG_CONFIG_HOME", folder.resolve("xdg").toString());
        assertTrue(run(environment, VERIFY).out().contains("rejects on MEDIUM"), xdg.toString());
        environment.put("TALLYCLERK_CONFIG", named.toString());
        assertTrue(run(environment, VERIFY).out().contains("rejects on HIGH"));
        assertTrue(run(environment, VERIFY + " --config " + own).out().contains("rejects on LOW"));
        assertTrue(run(environment, VERIFY + " --no-config").out().contains("rejects on CRITICAL"));
        environment.put("TALLYCLERK_CONFIG", "");
        assertTrue(run(environment, VERIFY).out().contains("rejects on CRITICAL"));
    }

    @Test
    void saysWhichFileChangesWhatIsTrustedEvenIfQuiet() throws IOException {
        Path config = file("c.yml", "options: {profile: L1, quiet: true, format: json}");
        assertEquals(
                "tallyclerk: " + config + " sets --profile\n",
                with(config, VERIFY).err());
        assertEquals("", with(config, VERIFY + " --profile L2").err());
        Path harmless = file("d.yml", "options: {format: json}");
        assertEquals("", with(harmless, VERIFY).err());
    }

    @Test
    void debugSaysWhichFileWasReadAndWhatItGives() throws IOException {
        Path config = file("c.yml", "options:", "  format: json", "  username: me");
        String err = with(config, "digest --debug oci:images/hello:1.0 --username you")
                .err();
        assertTrue(err.contains("tallyclerk: read " + config + "\n"), err);
        assertTrue(!err.contains("--username=me"), err);
        assertTrue(with(config, "inspect --debug oci:images/hello:1.0 --username you")
                .err()
                .contains(config + ":2: --format=json\n"));
    }

    @Test
    void listsAndFlagsAreTakenAndTheCommandLineCanSwitchAFlagOff() throws IOException {
        Path config = file(
                "c.yml",
                "options:",
                "  quiet: true",
                "  plain-http: false",
                "  mirror:",
                "    - docker.io=https://one.example.org",
                "    - docker.io=ftp://two.example.org");
        CommandRun run = with(config, "copy oci:images/hello:1.0 oci:" + folder.resolve("a"));
        assertEquals(ExitCode.ERROR, run.exitCode());
        assertTrue(run.err().contains("sets --plain-http, --mirror"), run.err());
        assertTrue(run.err().contains("(--mirror is from " + config + ":4)"), run.err());
        String mirror = " --mirror docker.io=https://one.example.org";
        assertEquals(
                "",
                with(config, "copy oci:images/hello:1.0 oci:" + folder.resolve("b") + mirror)
                        .out());
        assertTrue(with(config, "copy --quiet=false oci:images/hello:1.0 oci:" + folder.resolve("c") + mirror)
                .out()
                .contains("Copied"));
    }

    @Test
    void pathsAreRelativeToTheFile() throws IOException {
        file("policies/policy.yml", "schemaVersion: 1", "profile: STRICT");
        Path config = file("policies/c.yml", "options: {policy: policy.yml}");
        CommandRun run = with(config, VERIFY);
        assertTrue(run.out().contains("profile STRICT"), run.toString());
    }

    @Test
    void aPathWithinAValueIsRelativeToTheFileToo() throws IOException {
        Path config = file(
                "policies/c.yml",
                "options:",
                "  trust: tuf:root.json,https://tuf.invalid/",
                "  trust-target: hello",
                "  trust-store: store");
        CommandRun run = with(config, VERIFY);
        assertEquals(ExitCode.ERROR, run.exitCode());
        assertTrue(run.err().contains("no such file: " + folder.resolve("policies/root.json")), run.err());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "options: {fail-onn: LOW} | 1: no option of any command: \"fail-onn\"; did you mean fail-on?",
                "options: {--fail-on: LOW} | 1: no option of any command: \"--fail-on\"; write it without dashes",
                "commands: {verify: {jobs: 3}} | 1: no option of verify: \"jobs\"",
                "commands: {verfiy: {jobs: 3}} | 1: unknown command \"verfiy\"; did you mean verify?",
                "commands: {trust verfiy: {key: a}} | 1: unknown command \"trust verfiy\"; did you mean trust verify?",
                "option: {} | 1: unknown member \"option\"; did you mean options?",
                "options: [] | 1: options must be a mapping, with keys and values",
                "options: {fail-on: [LOW]} | 1: fail-on takes one value, not a list",
                "options: {fail-on: {}} | 1: fail-on must be a text, a number, true or false",
                "options: {quiet: maybe} | 1: quiet is true or false, not \"maybe\"",
                "options: {output: a} | 1: output is for the command line, not for a configuration file",
                "options: {config: a} | 1: config is for the command line, not for a configuration file",
                "- a | 1: the file must be a mapping, with keys and values",
            })
    void refusesWhatItDoesNotKnowWithFileLineAndSuggestion(String text, String message) throws IOException {
        Path config = file("c.yml", text);
        CommandRun run = with(config, VERIFY);
        assertEquals(ExitCode.ERROR, run.exitCode(), run.out());
        assertTrue(run.err().startsWith("tallyclerk: " + config + ":" + message), run.err());
        assertEquals("", run.out());
        assertEquals(ExitCode.ACCEPTED, with(config, VERIFY + " --help").exitCode(), "help needs no file");
    }

    @Test
    void refusesMalformedAndMissingFilesAndDuplicateKeys() throws IOException {
        for (String text : List.of("options: {a: 1, a: 2}", "{", "a: b\n---\na: b", "options: !x {}")) {
            assertEquals(ExitCode.ERROR, with(file("c.yml", text), VERIFY).exitCode(), text);
        }
        assertEquals(ExitCode.ERROR, with(file("c.json", "options: {}"), VERIFY).exitCode());
        assertTrue(with(folder.resolve("none.yml"), VERIFY).err().contains("no such file"));
        assertEquals(ExitCode.ACCEPTED, with(file("c.yml", ""), VERIFY).exitCode());
        assertEquals(ExitCode.ACCEPTED, with(file("c.yml", "options:"), VERIFY).exitCode());
        file("x/tallyclerk/config.yml", "");
        file("x/tallyclerk/config.json", "{}");
        CommandRun two = run(Map.of("XDG_CONFIG_HOME", folder.resolve("x").toString()), VERIFY);
        assertTrue(two.err().contains("two configuration files"), two.err());
    }

    @Test
    void anOptionWithAWrongValueIsBlamedOnTheFile() throws IOException {
        Path config = file("c.yml", "options:", "  fail-on: HUGE");
        CommandRun run = with(config, VERIFY);
        assertEquals(ExitCode.ERROR, run.exitCode());
        assertTrue(run.err().contains("(--fail-on is from " + config + ":2)"), run.err());
    }

    @Test
    void refusesAFileThatEveryUserMayWrite() throws IOException {
        Path config = file("c.yml", "options: {fail-on: LOW}");
        Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-rw-rw-"));
        CommandRun run = with(config, VERIFY);
        assertEquals(ExitCode.ERROR, run.exitCode());
        assertTrue(run.err().contains("chmod o-w " + config), run.err());
    }

    private static void requireRoot() {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root may give files away");
    }

    private CommandRun own() {
        return run(Map.of("HOME", folder.resolve("home").toString()), VERIFY);
    }

    @Test
    void refusesAFileThatAnotherUserHasPutWhereTheUsersOwnIsLookedFor() throws IOException {
        requireRoot();
        Path config = file("home/.config/tallyclerk/config.yml", "options: {fail-on: LOW}");
        assertTrue(own().out().contains("rejects on LOW"));
        for (Path place = config; !place.endsWith("home"); place = Objects.requireNonNull(place.getParent())) {
            Files.setAttribute(place, "unix:uid", OTHER);
            CommandRun refused = own();
            assertEquals(ExitCode.ERROR, refused.exitCode(), place.toString());
            assertTrue(refused.err().contains(place + " belongs to "), refused.err());
            Files.setAttribute(place, "unix:uid", 0);
        }
        assertTrue(own().out().contains("rejects on LOW"));
    }

    @Test
    void refusesALinkOfAnotherUser() throws IOException {
        requireRoot();
        Path target = file("elsewhere.yml", "options: {fail-on: LOW}");
        Path link = folder.resolve("home/.config/tallyclerk/config.yml");
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, target);
        assertTrue(own().out().contains("rejects on LOW"));
        Files.setAttribute(link, "unix:uid", OTHER, LinkOption.NOFOLLOW_LINKS);
        assertEquals(ExitCode.ERROR, own().exitCode());
    }

    @Test
    void takesAFileOfTheOwnerOfTheHomeFolderAndANamedOneOfAnybody() throws IOException {
        requireRoot();
        Path config = file("home/.config/tallyclerk/config.yml", "options: {fail-on: LOW}");
        for (Path place = config; !place.equals(folder); place = Objects.requireNonNull(place.getParent())) {
            Files.setAttribute(place, "unix:uid", OTHER);
        }
        assertTrue(own().out().contains("rejects on LOW"), "as with sudo");
        Files.setAttribute(folder.resolve("home"), "unix:uid", 0);
        assertEquals(ExitCode.ERROR, own().exitCode());
        assertTrue(with(config, VERIFY).out().contains("rejects on LOW"));
    }

    @Test
    void refusesAFileThatAGroupOfOthersMayWrite() throws IOException {
        requireRoot();
        Path config = file("home/.config/tallyclerk/config.yml", "options: {fail-on: LOW}");
        Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-rw----"));
        assertTrue(own().out().contains("rejects on LOW"), "the group of root");
        Files.setAttribute(config, "unix:gid", UNNAMED);
        assertTrue(own().out().contains("rejects on LOW"), "a group of a container");
        Files.setAttribute(config, "unix:gid", NAMED);
        assertTrue(own().err().contains("chmod g-w " + config), own().err());
        assertTrue(with(config, VERIFY).out().contains("rejects on LOW"));
    }

    @Test
    void takesAFileInAFolderThatEveryUserMayWriteAsKubernetesMountsThem() throws IOException {
        Path config = file("home/.config/tallyclerk/config.yml", "options: {fail-on: LOW}");
        Files.setPosixFilePermissions(config.resolveSibling("."), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertTrue(own().out().contains("rejects on LOW"));
    }

    @Test
    void optionsAfterTheEndOfOptionsAreArguments() throws IOException {
        Path config = file("c.yml", "options: {fail-on: LOW}");
        List<String> line = new ArrayList<>(List.of("verify", "--config", config.toString(), "--"));
        line.add("oci:images/hello:1.0");
        CommandRun run = CommandRun.of(line.toArray(String[]::new));
        assertTrue(run.out().contains("rejects on LOW"), run.toString());
    }
}
