package dev.tallyclerk.examples.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.testing.ProjectFiles;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Replays docs/getting-started.md in one shell and compares what is printed. What Maven would build in the clone and
 * install is what this build has made: its programs are linked into the clone.
 */
class GettingStartedTest {
    private static final String END_OF_STEP = "@@@ end of a step";

    @TempDir
    Path folder;

    /** Commands of the page and what they print, where {@code …} is anything. */
    private record Step(String commands, String printed) {
        Pattern pattern() {
            String pattern = printed.lines()
                    .map(line -> line.equals("…")
                            ? "(?:.*\n)*?"
                            : Stream.of(line.split("…", -1)).map(Pattern::quote).collect(Collectors.joining(".*"))
                                    + "\n")
                    .collect(Collectors.joining());
            return Pattern.compile(pattern);
        }
    }

    private static List<Step> steps() throws IOException {
        List<Step> steps = new ArrayList<>();
        StringBuilder block = null;
        String language = "";
        for (String line : Files.readAllLines(ProjectFiles.root().resolve("docs/getting-started.md"))) {
            if (block == null && line.startsWith("```")) {
                language = line.substring(3);
                block = new StringBuilder();
            } else if (block != null && line.equals("```")) {
                if (language.equals("sh")) {
                    steps.add(new Step(block.toString(), ""));
                } else {
                    assertEquals("text", language, "the language of a block");
                    steps.add(new Step(steps.remove(steps.size() - 1).commands(), block.toString()));
                }
                block = null;
            } else if (block != null) {
                block.append(line).append('\n');
            }
        }
        return steps;
    }

    /** What the test does instead of some commands, or with other addresses. */
    private static String replayed(String commands, int proxyPort, int registryPort) throws IOException {
        Path root = ProjectFiles.root();
        StringBuilder links = new StringBuilder(":");
        for (String module : List.of("command", "verifying-proxy")) {
            String target = "examples/" + module + "/target";
            links.append(" && ln -s '")
                    .append(root.resolve(target))
                    .append("' ")
                    .append(target);
        }
        return commands.replace("REPOSITORY", "'" + root.toUri() + "'")
                .replaceAll("mvn -B -q -Pquick package .*", Matcher.quoteReplacement(links.toString()))
                .replaceAll("mvn -B -q -Pquick install .*", ":")
                .replace("127.0.0.1:5000", "127.0.0.1:" + proxyPort)
                .replace("127.0.0.1:5001", "127.0.0.1:" + registryPort);
    }

    /** {@return the version of this build, by the first element of that name in the root POM} */
    private static String version() throws IOException {
        Matcher version = Pattern.compile("<version>([^<]+)</version>")
                .matcher(Files.readString(ProjectFiles.root().resolve("pom.xml")));
        assertTrue(version.find());
        return version.group(1);
    }

    /** Lays down what {@code mvn install} would, in a repository in front of the user's own. */
    private Path installed() throws IOException {
        Path repository = folder.resolve("repository");
        Path root = ProjectFiles.root();
        install(repository, root, "tallyclerk-parent", false);
        install(repository, root.resolve("core/bom"), "tallyclerk-bom", false);
        install(repository, root.resolve("core"), "tallyclerk-core", true);
        install(repository, root.resolve("registry-v2"), "tallyclerk-registry-v2", true);
        return repository;
    }

    private static void install(Path repository, Path module, String name, boolean jar) throws IOException {
        Path to = Files.createDirectories(
                repository.resolve("dev/tallyclerk").resolve(name).resolve(version()));
        Files.copy(module.resolve("pom.xml"), to.resolve(name + '-' + version() + ".pom"));
        if (jar) {
            String file = name + '-' + version() + ".jar";
            Files.copy(built(module.resolve("target").resolve(file)), to.resolve(file));
        }
    }

    private static Path built(Path file) {
        return Files.exists(file) ? file : fail(Peers.missing("there is no " + file + "; run mvn package first"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void eachStepPrintsWhatThePageSays() throws Exception {
        for (String program : List.of("bash", "curl", "git", "mvn", "docker-registry")) {
            Peers.require(program);
        }
        Path root = ProjectFiles.root();
        Peers.requireFile(root.resolve(".git"));
        built(root.resolve("examples/command/target/tallyclerk.jar"));
        built(root.resolve("examples/verifying-proxy/target/verifying-proxy.jar"));
        List<Step> steps = steps();
        int proxyPort = freePort();
        int registryPort = freePort();
        StringBuilder script = new StringBuilder("set -eu\ntrap 'kill $(jobs -p) 2>/dev/null || :' EXIT\n");
        for (Step step : steps) {
            script.append(replayed(step.commands(), proxyPort, registryPort));
            script.append("echo '").append(END_OF_STEP).append("'\n");
        }
        Path output = folder.resolve("output.txt");
        ProcessBuilder shell = new ProcessBuilder(
                        "bash",
                        Files.writeString(folder.resolve("page.sh"), script).toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        String userRepository =
                System.getProperty("localRepository", System.getProperty("user.home") + "/.m2/repository");
        shell.environment()
                .put(
                        "MAVEN_ARGS",
                        "-o -Dmaven.repo.local=" + installed() + " -Dmaven.repo.local.tail=" + userRepository);
        shell.environment().put("LC_ALL", "C.UTF-8");
        String java = System.getProperty("java.home");
        shell.environment().put("JAVA_HOME", java);
        shell.environment().merge("PATH", Path.of(java, "bin") + File.pathSeparator, (path, first) -> first + path);
        Process process = shell.start();
        assertTrue(process.waitFor(5, TimeUnit.MINUTES), "the page ends");

        // A new Java runtime warns of what an old Maven does.
        String printed = Files.readString(output).replaceAll("(?m)^WARNING: .*\n", "");
        String[] parts = printed.split(END_OF_STEP + "\n", -1);
        for (int i = 0; i < Math.min(parts.length, steps.size()); i++) {
            assertTrue(
                    steps.get(i)
                            .pattern()
                            .matcher(parts[i].replace(":" + proxyPort, ":5000").replace(":" + registryPort, ":5001"))
                            .matches(),
                    steps.get(i) + "\nprinted:\n" + parts[i]);
        }
        assertEquals(0, process.exitValue(), printed);
    }
}
