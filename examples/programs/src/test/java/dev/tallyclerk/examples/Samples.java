package dev.tallyclerk.examples;

import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.testing.ProjectFiles;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Samples of Java in documents, compiled as bodies of programs. */
final class Samples {
    /** The packages and types that a sample need not import. */
    private static final String IMPORTS = Stream.of(
                    "dev.tallyclerk.digest.*",
                    "dev.tallyclerk.engine.*",
                    "dev.tallyclerk.hardening.*",
                    "dev.tallyclerk.hardening.audit.*",
                    "dev.tallyclerk.hardening.container.*",
                    "dev.tallyclerk.hardening.policy.*",
                    "dev.tallyclerk.hardening.report.*",
                    "dev.tallyclerk.http.*",
                    "dev.tallyclerk.http.jdk.*",
                    "dev.tallyclerk.http.okhttp.*",
                    "dev.tallyclerk.reference.*",
                    "dev.tallyclerk.registry.admission.*",
                    "dev.tallyclerk.registry.audit.*",
                    "dev.tallyclerk.registry.auth.*",
                    "dev.tallyclerk.registry.client.*",
                    "dev.tallyclerk.registry.image.*",
                    "dev.tallyclerk.registry.layout.*",
                    "dev.tallyclerk.registry.model.*",
                    "dev.tallyclerk.registry.proxy.*",
                    "dev.tallyclerk.registry.verify.*",
                    "dev.tallyclerk.trust.fetch.*",
                    "dev.tallyclerk.trust.image.*",
                    "dev.tallyclerk.trust.policy.*",
                    "dev.tallyclerk.trust.sigstore.*",
                    "dev.tallyclerk.trust.store.*",
                    "dev.tallyclerk.trust.tuf.*",
                    "dev.tallyclerk.verify.*",
                    "dev.tallyclerk.verify.store.*",
                    "java.io.*",
                    "java.net.*",
                    "java.net.http.HttpClient",
                    "java.nio.charset.*",
                    "java.nio.file.*",
                    "java.time.*",
                    "java.util.*",
                    "java.util.concurrent.*",
                    "okhttp3.OkHttpClient")
            .map(name -> "import " + name + ";\n")
            .collect(Collectors.joining());

    private static final String CLASS_PATH =
            System.getProperty("java.class.path") + File.pathSeparator + System.getProperty("jdk.module.path", "");

    /** Folders and jars of two of our libraries, in a build and in a repository, and of what they need. */
    private static final Pattern BROUGHT_BY_REGISTRY = Pattern.compile(
            "[/\\\\](?:core|registry-v2)[/\\\\]target[/\\\\]|tallyclerk-(?:core|registry-v2)-|jspecify-");

    private Samples() {}

    /**
     * A block of a document.
     *
     * @param label what stands in brackets behind the language, the title of a tab; empty if nothing does
     */
    record Sample(String label, String code) {}

    /** {@return the blocks of a document in one language} */
    static List<Sample> of(String document, String language) throws IOException {
        List<Sample> samples = new ArrayList<>();
        String start = "```" + language;
        String label = "";
        StringBuilder block = null;
        for (String line : Files.readAllLines(ProjectFiles.root().resolve(document))) {
            if (block == null && (line.equals(start) || line.startsWith(start + " ["))) {
                label = line.substring(start.length()).replaceAll("[\\[\\] ]", "");
                block = new StringBuilder();
            } else if (block != null && line.equals("```")) {
                samples.add(new Sample(label, block.toString()));
                block = null;
            } else if (block != null) {
                block.append(line).append('\n');
            }
        }
        return samples;
    }

    /** Compiles bodies of programs, named Sample0 and so on, into a folder. */
    static void compile(Path folder, List<String> bodies, String... moreImports)
            throws IOException, InterruptedException {
        String more =
                Stream.of(moreImports).map(name -> "import " + name + ";\n").collect(Collectors.joining());
        compile(folder, CLASS_PATH, IMPORTS + more, bodies);
    }

    private static void compile(Path folder, String classPath, String imports, List<String> bodies)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(tool("javac"), "-cp", classPath, "-d", folder.toString()));
        for (int i = 0; i < bodies.size(); i++) {
            Path source = folder.resolve("Sample" + i + ".java");
            Files.writeString(
                    source,
                    imports + "public class Sample" + i
                            + " {\n    public static void main(String[] args) throws Exception {\n" + bodies.get(i)
                            + "    }\n}\n");
            command.add(source.toString());
        }
        Peers.run(ProjectFiles.root(), command.toArray(String[]::new));
    }

    /** {@return what a compiled program prints, run in the project's folder} */
    static String run(Path folder, String program) throws IOException, InterruptedException {
        return run(folder, CLASS_PATH, program);
    }

    private static String run(Path folder, String classPath, String program) throws IOException, InterruptedException {
        String temporary = "-Djava.io.tmpdir=" + folder; // deleted with what the samples leave there
        return Peers.run(
                ProjectFiles.root(), tool("java"), temporary, "-cp", folder + File.pathSeparator + classPath, program);
    }

    /** {@return what a sample prints where the only dependency is tallyclerk-registry-v2, with what that brings} */
    static String runWithRegistryAlone(Path folder, String body) throws IOException, InterruptedException {
        String classPath = Stream.of(CLASS_PATH.split(File.pathSeparator))
                .filter(entry -> BROUGHT_BY_REGISTRY.matcher(entry).find())
                .collect(Collectors.joining(File.pathSeparator));
        String imports = IMPORTS.lines()
                .filter(line -> !line.contains(" dev.tallyclerk.trust.") && !line.contains(" okhttp3."))
                .collect(Collectors.joining("\n"));
        compile(folder, classPath, imports, List.of(body));
        return run(folder, classPath, "Sample0");
    }

    private static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }
}
