package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.ProjectFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command lines in all documents: their options are the command's, and those that need no network run. */
class DocumentedCommandsTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```[^\n]*\n(.*?)^ *```");
    private static final Pattern IN_BLOCK = Pattern.compile("(?<![\\w./-])(?:examples/)?tallyclerk ([a-z][^\n]*)");
    private static final Pattern SPAN = Pattern.compile("`(?:(?:examples/)?tallyclerk )?([a-z][a-z-]*(?: [^`\n]*)?)`");
    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z-]*");

    /** Where another program's words begin. */
    private static final Pattern END = Pattern.compile(" +(?:[|&<>#]|\\|\\|).*");

    private static final String COMMAND = "examples/tallyclerk ";

    /** Command lines that need a registry, an engine or another machine. */
    private static final Pattern NOT_HERE =
            Pattern.compile("docker://|\\b(?:sudo|ssh) |--engine(?: --record|$| [a-z]+:)");

    /** What stands for files in the documents. */
    private static final Pattern PLACE = Pattern.compile("(?<=[ :=])(?:\\./|/)?(app|app-on-mid|audit\\.sarif|base-new"
            + "|base-old|compose\\.prod\\.yaml|compose\\.yaml|deploy|Dockerfile|host7(?=/)|images|media/usb/osv|mid"
            + "|mnt/disk|prod\\.env|recorded-host|results\\.xml|sbom\\.spdx\\.json|services|var/lib/osv)(?=[ /:]|$)");

    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: web}
            spec:
              hostPID: true
              containers:
                - {name: web, image: "registry.example.org/web:1.0"}
            """;
    private static final String PROJECT = """
            services:
              web: {image: "registry.example.org/web:1.0", privileged: true}
            """;
    private static final String DOCKERFILE = """
            FROM registry.example.org/base:12 AS production
            RUN curl -k https://example.com/x -o /x
            """;
    private static final String CONTAINER =
            "[{\"Id\":\"a\",\"Name\":\"/web\",\"Config\":{\"User\":\"app\"},\"HostConfig\":{\"Privileged\":true}}]";

    /** What other programs hand over in a pipe. */
    private static final Map<String, String> PIPED = Map.of(
            "docker inspect web", CONTAINER,
            "docker compose config", PROJECT,
            "cat Dockerfile", DOCKERFILE,
            "helm template ./chart", POD,
            "kubectl kustomize overlays/production", POD);

    @TempDir
    Path folder = Path.of("");

    private static String help(String command) {
        CommandRun run = CommandRun.of((command + " --help").strip().split(" "));
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), command);
        return run.out();
    }

    private static Set<String> commandsOf(String help) {
        int from = help.indexOf("Commands:");
        return from < 0
                ? Set.of()
                : Pattern.compile("(?m)^  ([a-z-]+) ")
                        .matcher(help.substring(from))
                        .results()
                        .map(match -> match.group(1))
                        .collect(Collectors.toSet());
    }

    private static Set<String> options(String text) {
        return OPTION.matcher(text.replace("--[no-]", "--"))
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** {@return the command lines in blocks, and in words that name a command and an option} */
    private static Set<String> commandLines(String document, Set<String> commands) {
        String joined = document.replaceAll("\\\\\n\\s*", "");
        Set<String> lines = new LinkedHashSet<>();
        for (MatchResult block : BLOCK.matcher(joined).results().toList()) {
            block.group(1)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .flatMap(line -> IN_BLOCK.matcher(line).results())
                    .forEach(match -> lines.add(match.group(1)));
        }
        SPAN.matcher(BLOCK.matcher(joined).replaceAll(""))
                .results()
                .map(match -> match.group(1))
                .filter(words -> OPTION.matcher(words).find() && commands.contains(words.split(" ", -1)[0]))
                .forEach(lines::add);
        return lines;
    }

    @Test
    void everyCommandInADocumentHasTheOptionsThatItUses() throws IOException {
        Set<String> commands = commandsOf(help(""));
        Map<String, String> help = new HashMap<>();
        List<String> wrong = new ArrayList<>();
        int checked = 0;
        for (Path document : ProjectFiles.endingIn(".md")) {
            String name = ProjectFiles.root().relativize(document).toString();
            for (String line : commandLines(Files.readString(document), commands)) {
                String words = END.matcher(line).replaceFirst("");
                String command = words.split(" ", -1)[0];
                if (!commands.contains(command)) {
                    wrong.add(name + ": tallyclerk " + line);
                    continue;
                }
                Matcher second = Pattern.compile("^[a-z-]+ ([a-z][a-z-]*)").matcher(words);
                if (second.find()
                        && commandsOf(help.computeIfAbsent(command, DocumentedCommandsTest::help))
                                .contains(second.group(1))) {
                    command = second.group();
                }
                Set<String> unknown = options(words);
                unknown.removeAll(options(help.computeIfAbsent(command, DocumentedCommandsTest::help)));
                if (!unknown.isEmpty()) {
                    wrong.add(name + ": " + line + ": " + unknown);
                }
                checked++;
            }
        }
        assertEquals("", String.join("\n", wrong));
        assertTrue(checked > 150, checked + " command lines");
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void write(String name, LayeredImage image) throws IOException {
        image.write(Files.createDirectories(folder.resolve(name)));
    }

    private static LayeredImage base(String build) {
        return new LayeredImage()
                .file("app/node_modules/ms/package.json", "{\"name\":\"ms\",\"version\":\"2.0.0\"}")
                .file("build", build);
    }

    /** {@return the parameters of an image whose labels name an image in the folder as its base} */
    private String labelsOfBase(String name) throws IOException {
        Matcher digest = Pattern.compile("sha256:[0-9a-f]{64}")
                .matcher(Files.readString(folder.resolve(name).resolve("index.json")));
        assertTrue(digest.find());
        return "{\"Labels\":{\"org.opencontainers.image.base.name\":\"registry.example.org/base:12\","
                + "\"org.opencontainers.image.base.digest\":\"" + digest.group() + "\"}}";
    }

    @BeforeEach
    void writeInputs() throws IOException {
        write("deploy/web.yaml", POD);
        write("deploy/compose.yaml", PROJECT);
        write("compose.yaml", PROJECT);
        write("compose.prod.yaml", "services: {web: {read_only: true, user: \"${USER_ID}\"}}\n");
        write("prod.env", "USER_ID=1000\n");
        write("Dockerfile", DOCKERFILE);
        write("services/web/Dockerfile", DOCKERFILE);
        for (String recording : List.of("host7", "recorded-host")) {
            write(recording + "/version.json", "{\"Version\":\"28.0.0\"}");
            write(recording + "/containers/web.json", CONTAINER);
        }
        write("mnt/disk/etc/docker/daemon.json", "{}");
        write("media/usb/osv/npm/GHSA-1.json", """
                {"id":"GHSA-1","modified":"2026-11-25T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"ms"},
                "ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"2.0.1"}]}]}]}
                """);
        write("base-old", base("1"));
        write("base-new", base("2"));
        String labels = labelsOfBase("base-old");
        write("mid", base("1").config(labels).next().file("mid", "1"));
        write("app", base("1").config(labels).next().file("app/main", "1"));
        write("app-on-mid", base("1").next().file("mid", "1").next().file("app/main", "2"));
        write("images/app", base("1"));
        Path index = folder.resolve("images/app/index.json");
        Files.writeString(
                index,
                Files.readString(index)
                        .replaceFirst("}]}$", ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"1.0\"}}]}"));
    }

    /** Runs a line of a shell: input from a pipe, and output to a file. */
    private CommandRun run(String line) throws IOException {
        String[] outputs = line.split(" > ", -1);
        String[] programs = outputs[0].split(" \\| ", -1);
        String piped = programs.length > 1 ? PIPED.getOrDefault(programs[0], "") : "";
        String words = programs[programs.length - 1].strip().substring(COMMAND.length());
        String there = PLACE.matcher(words)
                .replaceAll(match ->
                        Matcher.quoteReplacement(folder.resolve(match.group(1)).toString()));
        CommandRun run = CommandRun.reading(piped.getBytes(StandardCharsets.UTF_8), there.split(" +", -1));
        if (outputs.length > 1) {
            write(outputs[1].strip(), run.out());
        }
        return run;
    }

    private static Stream<String> blockLines(String page) throws IOException {
        String text = Files.readString(ProjectFiles.root().resolve(page)).replaceAll("\\\\\n\\s*", "");
        return BLOCK.matcher(text).results().flatMap(block -> block.group(1).lines());
    }

    /** The exit status says what the page's inputs deserve; it is never that of wrong use. */
    @ParameterizedTest
    @CsvSource({
        "benchmarks.md, 1 1 1 0",
        "compose.md, 1 1 1",
        "dockerfile.md, 0 1 0 0",
        "hosts.md, 2",
        "kubernetes.md, 1 0 1",
        "live-engine.md, 1",
        "sbom.md, 0 0",
        "vulnerabilities.md, 0 0 1",
    })
    void theCommandsOfAPageRun(String page, String statuses) throws IOException {
        List<String> ended = new ArrayList<>();
        for (String line : blockLines("docs/" + page)
                .filter(each ->
                        each.contains(COMMAND) && !NOT_HERE.matcher(each).find())
                .toList()) {
            CommandRun run = run(line);
            assertTrue(run.exitCode() < ExitCode.ERROR, () -> line + "\n" + run.err());
            ended.add(Integer.toString(run.exitCode()));
        }
        assertEquals(Arrays.asList(statuses.split(" ", -1)), ended);
    }

    @Test
    void thePlanOfThePageOnBasesIsPrinted() throws IOException {
        String text = Files.readString(ProjectFiles.root().resolve("docs/bases.md"));
        Matcher block = Pattern.compile("(?s)```\n\\$ (.*?)\n(Rebuild .*?)```").matcher(text);
        assertTrue(block.find());
        CommandRun run = run(block.group(1).replaceAll("\\\\\n\\s*", ""));
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.err());
        String printed = run.out().replace(folder + "/", "").replaceAll("sha256:[0-9a-f]{12}", "DIGEST");
        String expected = block.group(2).replaceAll("sha256:[0-9a-f]{12}", "DIGEST");
        assertTrue(printed.startsWith(expected), printed);
    }
}
