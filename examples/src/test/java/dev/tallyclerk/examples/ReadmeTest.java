package dev.tallyclerk.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.Peers;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs every Java snippet of the README, and looks at what the README promises. */
class ReadmeTest {
    private static final Path README = Path.of("..", "README.md");

    private static final String IMPORTS = Stream.of(
                    "dev.tallyclerk.digest.*",
                    "dev.tallyclerk.hardening.*",
                    "dev.tallyclerk.hardening.audit.*",
                    "dev.tallyclerk.reference.*",
                    "dev.tallyclerk.registry.audit.*",
                    "dev.tallyclerk.registry.auth.*",
                    "dev.tallyclerk.registry.client.*",
                    "dev.tallyclerk.registry.image.*",
                    "dev.tallyclerk.registry.layout.*",
                    "dev.tallyclerk.http.okhttp.*",
                    "dev.tallyclerk.http.*",
                    "dev.tallyclerk.registry.verify.*",
                    "dev.tallyclerk.trust.fetch.*",
                    "dev.tallyclerk.trust.image.*",
                    "dev.tallyclerk.trust.store.*",
                    "dev.tallyclerk.trust.tuf.*",
                    "dev.tallyclerk.verify.*",
                    "java.io.*",
                    "java.net.*",
                    "java.nio.file.*",
                    "java.time.*",
                    "java.util.*",
                    "okhttp3.OkHttpClient")
            .map(name -> "import " + name + ";\n")
            .collect(Collectors.joining());

    @TempDir
    Path folder = Path.of("");

    private static List<String> blocks(String language) throws IOException {
        List<String> blocks = new ArrayList<>();
        StringBuilder block = null;
        for (String line : Files.readAllLines(README)) {
            if (block == null && line.equals("```" + language)) {
                block = new StringBuilder();
            } else if (block != null && line.equals("```")) {
                blocks.add(block.toString());
                block = null;
            } else if (block != null) {
                block.append(line).append('\n');
            }
        }
        return blocks;
    }

    /** Compiles the snippet as the body of a program and runs it; returns what it printed. */
    private String run(String snippet) throws IOException, InterruptedException {
        Path source = Files.writeString(
                folder.resolve("Snippet.java"),
                IMPORTS + "public class Snippet {\n    public static void main(String[] args) throws Exception {\n"
                        + snippet + "    }\n}\n");
        String classPath = folder
                + File.pathSeparator
                + System.getProperty("java.class.path")
                + File.pathSeparator
                + System.getProperty("jdk.module.path", "");
        Path bin = Path.of(System.getProperty("java.home"), "bin");
        Path repository = Path.of("..").toRealPath();
        Peers.run(
                repository,
                bin.resolve("javac").toString(),
                "-cp",
                classPath,
                "-d",
                folder.toString(),
                source.toString());
        return Peers.run(repository, bin.resolve("java").toString(), "-cp", classPath, "Snippet");
    }

    @Test
    void everyJavaSnippetCompilesAndRuns() throws IOException, InterruptedException {
        List<String> snippets = blocks("java");
        assertEquals(4, snippets.size());
        List<String> printed = new ArrayList<>();
        for (String snippet : snippets) {
            printed.add(run(snippet));
        }
        assertTrue(printed.get(0).startsWith("load sha256:"), printed.get(0));
        assertEquals(List.of("", "", ""), printed.subList(1, 4));
    }

    @Test
    void theSnippetOfAProxyPassesOnWhatItVerifies() throws IOException, InterruptedException {
        String snippet = blocks("java").get(2);
        Path client = folder.resolve("client");
        String toFile = "Files.newOutputStream(Path.of(\"" + client + "\"))";
        String toClient = snippet.replace("OutputStream.nullOutputStream()", toFile);
        assertEquals("", run(toClient));
        String hash = snippet.replaceAll("(?s).*sha256:([0-9a-f]{64}).*", "$1");
        assertEquals(-1, Files.mismatch(client, Path.of("images", "hello", "blobs", "sha256", hash)));
        String anotherSize = snippet.replace("Files.size(upstream)", "Files.size(upstream) + 1");
        AssertionError e = assertThrows(AssertionError.class, () -> run(anotherSize));
        assertTrue(String.valueOf(e.getMessage()).contains("VerificationException"), e.getMessage());
    }

    @Test
    void theTwoCommandsStandOnTheFirstScreen() throws IOException {
        List<String> shell = blocks("sh");
        assertEquals("mvn -B -q -Pquick package -DskipTests && examples/demo\n", shell.get(0));
        assertEquals("mvn -B verify\n", shell.get(1));
        assertTrue(Files.readAllLines(README).indexOf(shell.get(1).strip()) < 25);
        String ci = Files.readString(Path.of("..", ".ci", "run"));
        for (String command : shell) {
            assertTrue(ci.contains("\n" + command.strip()), "CI runs " + command);
        }
    }

    @Test
    void everyFileThatTheReadmeLinksIsThere() throws IOException {
        String text = Files.readString(README);
        for (int at = text.indexOf("]("); at >= 0; at = text.indexOf("](", at + 1)) {
            String target = text.substring(at + 2, text.indexOf(')', at));
            if (!target.startsWith("https://")) {
                assertTrue(Files.exists(README.resolveSibling(target)), target);
            }
        }
    }
}
