package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Completion in the real shells, and the pages of the manual under the programs that check and show them. */
class ShellTest {
    private static final Set<String> TUF_REPO = Set.of("remove", "renew", "revoke", "rotate");

    @TempDir
    Path folder = Path.of("");

    private Path script(String shell) throws IOException {
        CommandRun run = CommandRun.of("completion", shell);
        assertEquals(ExitCode.ACCEPTED, run.exitCode());
        return Files.writeString(folder.resolve("completion"), run.out());
    }

    private String bash(String words, int count) throws IOException, InterruptedException {
        String line = "source " + script("bash") + "; COMP_WORDS=(" + words + "); COMP_CWORD=" + count
                + "; _complete_tallyclerk 2>/dev/null; echo \"${COMPREPLY[*]}\"";
        return Peers.run(folder, Peers.require("bash").toString(), "--norc", "-c", line)
                .strip();
    }

    @Test
    void bashCompletesCommandsAndOptions() throws IOException, InterruptedException {
        assertEquals("verify", bash("tallyclerk veri", 1));
        assertEquals("--format", bash("tallyclerk verify --form", 2));
        assertEquals(TUF_REPO, Set.of(bash("tallyclerk tuf-repo r", 2).split(" ")));
    }

    @Test
    void zshKnowsTheCompletion() throws IOException, InterruptedException {
        Path commands = Files.writeString(
                folder.resolve("commands"),
                "autoload -U +X compinit && compinit -u -D\nsource " + script("zsh")
                        + "\nprint ${_comps[tallyclerk]}\n");
        String out = Peers.run(folder, Peers.require("zsh").toString(), "-f", commands.toString());
        assertTrue(out.contains("_complete_tallyclerk"), out);
    }

    private Set<String> fish(String line) throws IOException, InterruptedException {
        String out = Peers.run(
                folder,
                Peers.require("fish").toString(),
                "--no-config",
                "-c",
                "source " + script("fish") + "; complete -C '" + line + "'");
        Set<String> found = new TreeSet<>();
        out.lines().forEach(one -> found.add(one.split("\t", 2)[0]));
        return found;
    }

    @Test
    void fishCompletesCommandsOptionsAndValues() throws IOException, InterruptedException {
        assertEquals(Set.of("verify"), fish("tallyclerk veri"));
        assertTrue(fish("tallyclerk verify --form").contains("--format"));
        assertEquals(TUF_REPO, fish("tallyclerk tuf-repo r"));
        assertEquals(Set.of("json", "text"), fish("tallyclerk tags --format "));
    }

    @Test
    void eachCommandHasAPageThatLintsAndShowsEveryOption() throws IOException, InterruptedException {
        Path pages = folder.resolve("man1");
        assertEquals(
                ExitCode.ACCEPTED, CommandRun.of("manual", pages.toString()).exitCode());
        List<Path> all;
        try (Stream<Path> files = Files.list(pages)) {
            all = files.sorted().toList();
        }
        assertTrue(all.contains(pages.resolve("tallyclerk-tuf-repo-sign.1")), all.toString());
        String mandoc = Peers.require("mandoc").toString();
        for (Path page : all) {
            // A page has no date, because it would differ from build to build.
            String lint = Peers.run(folder, "sh", "-c", mandoc + " -T lint -W warning " + page + " || true");
            assertEquals(
                    List.of(),
                    lint.lines().filter(line -> !line.contains("missing date")).toList());
        }
        String shown = Peers.run(
                        folder,
                        mandoc,
                        "-T",
                        "ascii",
                        pages.resolve("tallyclerk-tags.1").toString())
                .replaceAll(".\b", "")
                .replaceAll("\\s+", " ");
        for (String option : CommandRun.of("tags", "--help").out().split("[^-a-z]+", -1)) {
            assertTrue(!option.startsWith("--") || shown.contains(option), option + " is not in: " + shown);
        }
        assertTrue(shown.contains("EXIT STATUS 0 listed; 3 usage error"), shown);
    }
}
