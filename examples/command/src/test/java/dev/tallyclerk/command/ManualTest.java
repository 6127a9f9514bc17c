package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Compares docs/command.md with the command. */
class ManualTest {
    /** Commands with commands of their own. */
    private static final List<String> GROUPS = List.of("key", "sbom", "tuf", "tuf-repo", "trust", "db");

    private static String manual() throws IOException {
        return Files.readString(ProjectFiles.root().resolve("docs/command.md"));
    }

    private static List<String> matches(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static Set<String> commands(String help) {
        return new TreeSet<>(matches("(?m)^  ([a-z-]+) ", help.substring(help.indexOf("Commands:"))));
    }

    private static String help(String... command) {
        CommandRun run = CommandRun.of(command);
        assertEquals(ExitCode.ACCEPTED, run.exitCode());
        return run.out();
    }

    @Test
    void listsEveryCommand() throws IOException {
        assertEquals(
                commands(help("--help")), new TreeSet<>(matches("(?m)^examples/tallyclerk ([a-z][a-z-]*) ", manual())));
        for (String group : GROUPS) {
            for (String command : commands(help(group, "--help"))) {
                assertTrue(manual().contains("`" + group + " " + command + "`"), command);
            }
        }
    }

    @Test
    void givesEachCommandOnlyItsOwnOptions() throws IOException {
        Matcher synopsis = Pattern.compile("(?m)^examples/tallyclerk ([a-z][a-z-]*) (.*(?:\n  .*)*)")
                .matcher(manual());
        while (synopsis.find()) {
            Set<String> options = options(help(synopsis.group(1), "--help"));
            assertEquals(Set.of(), without(options(synopsis.group(2)), options), synopsis.group());
        }
    }

    @Test
    void namesNoOptionThatTheCommandLacks() throws IOException {
        Set<String> options = new TreeSet<>();
        for (String command : commands(help("--help"))) {
            options.addAll(options(help(command, "--help")));
        }
        for (String group : GROUPS) {
            for (String command : commands(help(group, "--help"))) {
                options.addAll(options(help(group, command, "--help")));
            }
        }
        assertEquals(Set.of(), without(options(manual()), options));
    }

    private static Set<String> options(String text) {
        return Set.copyOf(matches("(--[a-z][a-z-]*[a-z])", text));
    }

    private static Set<String> without(Set<String> all, Set<String> some) {
        return all.stream().filter(one -> !some.contains(one)).collect(Collectors.toCollection(TreeSet::new));
    }
}
