package dev.tallyclerk.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.ProjectFiles;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs every Java snippet of the README, and checks its promises. */
class ReadmeTest {
    private static final String README = "README.md";
    private static final String EMBEDDING = "docs/embedding.md";

    /** What documents name that is not ours. */
    private static final Set<String> OTHER_NAMES = Set.of(
            "Authenticator",
            "ByteBuffer",
            "Clock",
            "Cmd",
            "Containerfile",
            "Env",
            "Executor",
            "Instant",
            "Map",
            "Packages",
            "ServiceLoader",
            "Set",
            "String");

    @TempDir
    Path folder = Path.of("");

    private static Path file(String document) throws IOException {
        return ProjectFiles.root().resolve(document);
    }

    private static List<Path> documents() throws IOException {
        return ProjectFiles.endingIn(".md");
    }

    private static List<String> blocks(String document, String language) throws IOException {
        return Samples.of(document, language).stream().map(Samples.Sample::code).toList();
    }

    /** Compiles the sample as the body of a program and runs it; returns what it printed. */
    private String run(String sample) throws IOException, InterruptedException {
        Samples.compile(folder, List.of(sample));
        return Samples.run(folder, "Sample0");
    }

    private List<String> runAll(String document) throws IOException, InterruptedException {
        List<String> samples = blocks(document, "java");
        Samples.compile(folder, samples);
        List<String> printed = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            printed.add(Samples.run(folder, "Sample" + i));
        }
        return printed;
    }

    @Test
    void theSampleOfTheReadmeNeedsOnlyTheDependencyAboveItToLoadTheShippedImage()
            throws IOException, InterruptedException {
        List<String> samples = blocks(README, "java");
        assertEquals(1, samples.size());
        String printed = Samples.runWithRegistryAlone(folder, samples.get(0));
        assertTrue(printed.startsWith("load sha256:"), printed);
    }

    @Test
    void everySampleForEmbeddersCompilesAndRuns() throws IOException, InterruptedException {
        List<String> printed = runAll(EMBEDDING);
        assertEquals(8, printed.size());
        String proxied = printed.remove(5);
        assertTrue(proxied.startsWith("REQUEST OTHER 200"), proxied);
        assertEquals(List.of("", "", "", "", "", ""), printed.subList(0, 6));
        assertTrue(printed.get(6).startsWith("refuse: "), printed.get(6));
    }

    @Test
    void noOtherDocumentHasASampleThatNothingCompiles() throws IOException {
        for (Path document : ProjectFiles.endingIn(".md")) {
            String name = ProjectFiles.root().relativize(document).toString().replace(File.separatorChar, '/');
            assertEquals(List.of(), unlabelledJava(Files.readString(document)), name);
            boolean compiled = PagesTest.RUN.contains(name) || PagesTest.COMPILED.contains(name);
            if (!name.equals(README) && !name.equals(EMBEDDING) && !compiled) {
                assertEquals(List.of(), blocks(name, "java"), name);
            }
        }
    }

    /** {@return the Java assignments in blocks of another language or of none} */
    private static List<String> unlabelledJava(String document) {
        Pattern assignment = Pattern.compile("(?m)^ *[A-Z]\\w*(?:<[^=]*>)? \\w+ = .*[;(]$");
        return Pattern.compile("(?ms)^```(?!java)[^\n]*\n(.*?)^```")
                .matcher(document)
                .results()
                .flatMap(block -> assignment.matcher(block.group(1)).results())
                .map(MatchResult::group)
                .toList();
    }

    @Test
    void theSampleOfAProxyPassesOnWhatItVerifies() throws IOException, InterruptedException {
        String snippet = blocks(EMBEDDING, "java").stream()
                .filter(java -> java.contains("VerifyingInputStream.of"))
                .findFirst()
                .orElseThrow();
        Path client = folder.resolve("client");
        String toFile = "Files.newOutputStream(Path.of(\"" + client + "\"))";
        String toClient = snippet.replace("OutputStream.nullOutputStream()", toFile);
        assertEquals("", run(toClient));
        String hash = snippet.replaceAll("(?s).*sha256:([0-9a-f]{64}).*", "$1");
        assertEquals(-1, Files.mismatch(client, file("examples/images/hello/blobs/sha256/" + hash)));
        String anotherSize = snippet.replace("Files.size(upstream)", "Files.size(upstream) + 1");
        AssertionError e = assertThrows(AssertionError.class, () -> run(anotherSize));
        assertTrue(String.valueOf(e.getMessage()).contains("VerificationException"), e.getMessage());
    }

    @Test
    void theTwoCommandsStandOnTheFirstScreen() throws IOException {
        List<String> shell = blocks(README, "sh");
        assertEquals(
                List.of("mvn -B -q -Pquick package -Dmaven.test.skip && examples/demo\n", "mvn -B verify\n"),
                shell,
                "the commands of the README");
        assertTrue(Files.readAllLines(file(README)).indexOf(shell.get(1).strip()) < 25);
        String ci = Files.readString(file(".ci/run"));
        for (String command : shell) {
            assertTrue(ci.contains("\n" + command.strip()), "CI runs " + command);
        }
    }

    @Test
    void theReadmeAndTheDesignNotesGiveOneReasonForOurOwnJsonReader() throws IOException {
        List<String> readme = Files.readAllLines(file(README));
        int line = readme.indexOf("## Design notes") + 2;
        List<String> notes = Files.readAllLines(file("docs/design.md"));
        int same = notes.indexOf("## JSON") + 2;
        assertTrue(readme.get(line).startsWith("Our own strict reader reads JSON"), readme.get(line));
        assertEquals(readme.get(line), notes.get(same));
        assertTrue(readme.get(line + 1).contains("](docs/design.md#json)"), readme.get(line + 1));
    }

    @Test
    void everyBenchmarkThatADocumentNamesIsThere() throws IOException {
        Path programs = file("benchmarks/src/main/java");
        for (Path document : documents()) {
            Matcher program =
                    Pattern.compile("dev\\.tallyclerk\\.benchmarks\\.[A-Z]\\w+").matcher(Files.readString(document));
            while (program.find()) {
                Path source = programs.resolve(program.group().replace('.', '/') + ".java");
                assertTrue(Files.exists(source), document + ": " + program.group());
            }
        }
    }

    @Test
    void everyLinkToAFileOrSectionLeadsThere() throws IOException {
        for (Path document : documents()) {
            Matcher link = Pattern.compile("]\\(([^)#]*)(?:#([^)]+))?\\)").matcher(Files.readString(document));
            while (link.find()) {
                if (link.group(1).startsWith("https://")) {
                    continue;
                }
                Path target = link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1));
                assertTrue(Files.exists(target), document + ": " + link.group());
                if (link.group(2) != null) {
                    assertTrue(anchors(target).contains(link.group(2)), document + ": " + link.group());
                }
            }
        }
    }

    /** {@return the anchors that code hosts make of headings, and those that the document makes} */
    private static Set<String> anchors(Path document) throws IOException {
        Set<String> anchors = new TreeSet<>();
        Pattern made = Pattern.compile("<a id=\"([^\"]+)\">");
        for (String line : Files.readAllLines(document)) {
            if (line.startsWith("#")) {
                anchors.add(line.replaceFirst("^#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 _-]", "")
                        .replace(' ', '-'));
            }
            made.matcher(line).results().forEach(anchor -> anchors.add(anchor.group(1)));
        }
        return anchors;
    }

    @Test
    void theMapHasEveryPublicPackageOnce() throws IOException {
        String contributing = Files.readString(file("CONTRIBUTING.md"));
        List<String> named = Pattern.compile("(?m)^\\|[^|]*\\|([^|]*)\\|")
                .matcher(contributing.substring(contributing.indexOf("## The map"), contributing.indexOf("## Rules")))
                .results()
                .flatMap(row ->
                        Pattern.compile("`([a-z.]+)`").matcher(row.group(1)).results())
                .map(name -> name.group(1))
                .toList();
        for (String module : List.of("core", "registry-v2", "trust")) {
            Matcher exported = Pattern.compile("exports dev\\.tallyclerk\\.([a-z.]+);")
                    .matcher(Files.readString(file(module + "/src/main/java/module-info.java")));
            while (exported.find()) {
                assertEquals(1, Collections.frequency(named, exported.group(1)), exported.group(1));
            }
        }
    }

    @Test
    void theSecurityPolicyNamesEverySetOfLimits() throws IOException {
        String policy = Files.readString(file("SECURITY.md"));
        for (String module : List.of("core", "registry-v2", "trust")) {
            for (Path source : ProjectFiles.endingIn(file(module + "/src/main/java"), "Limits.java")) {
                String name = String.valueOf(source.getFileName()).replace(".java", "");
                boolean isPublic = !source.toString().contains(File.separator + "internal" + File.separator)
                        && Files.readString(source).contains("\npublic ");
                assertTrue(!isPublic || policy.contains("`" + name + "`"), name);
            }
        }
    }

    @Test
    void everyDocumentNamesTheVersionOfThisBuild() throws IOException {
        Matcher build = Pattern.compile("<version>([^<]+)<").matcher(Files.readString(file("pom.xml")));
        assertTrue(build.find());
        for (Path document : documents()) {
            Matcher artifact = Pattern.compile("<artifactId>(tallyclerk-[a-z0-9-]+)</artifactId>\\s*<version>([^<]+)<")
                    .matcher(Files.readString(document));
            while (artifact.find()) {
                assertEquals(build.group(1), artifact.group(2), document + ": " + artifact.group(1));
            }
        }
    }

    /** A document that names a type which was renamed leads its reader nowhere. */
    @Test
    void everyTypeAndMemberThatADocumentNamesIsThere() throws IOException {
        Map<String, String> sources = new HashMap<>();
        for (Path source : ProjectFiles.endingIn(".java")) {
            String text = Files.readString(source);
            sources.merge(String.valueOf(source.getFileName()).replace(".java", ""), text, String::concat);
            Matcher nested = Pattern.compile("\\b(?:class|interface|record|enum) ([A-Z]\\w+)")
                    .matcher(text);
            while (nested.find()) {
                sources.merge(nested.group(1), text, String::concat);
            }
        }
        List<String> unknown = new ArrayList<>();
        for (Path document : documents()) {
            Matcher name = Pattern.compile("`([A-Z][a-z0-9]\\w*)(?:\\.(\\w+))?(?:\\(.*?\\))?`")
                    .matcher(Files.readString(document));
            while (name.find()) {
                String type = name.group(1);
                String member = name.group(2);
                if (!OTHER_NAMES.contains(type)
                        && (!sources.containsKey(type)
                                || (member != null
                                        && !Pattern.compile("\\b" + member + "\\b")
                                                .matcher(sources.get(type))
                                                .find()))) {
                    unknown.add(ProjectFiles.root().relativize(document) + ": " + name.group());
                }
            }
        }
        assertEquals(List.of(), unknown);
    }
}
