package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.testing.JavaProcess;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each command that reads bills of materials and statements ends on hostile ones with one sentence, in 64 MiB. */
class HostileDocumentsProcessTest {
    private static final String CYCLONEDX = "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",";
    private static final String SPDX = "{\"spdxVersion\":\"SPDX-2.3\",\"documentDescribes\":[\"SPDXRef-0\"],";

    @TempDir
    Path folder = Path.of("");

    private Path list(String name, String start, int count, IntFunction<String> element, String end)
            throws IOException {
        Path file = folder.resolve(name);
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write(start);
            for (int i = 0; i < count; i++) {
                out.write(i == 0 ? "" : ",");
                out.write(element.apply(i));
            }
            out.write(end);
        }
        return file;
    }

    private Path text(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    @Test
    void endsWithOneSentence() throws IOException, InterruptedException {
        List<Path> refused = List.of(
                list(
                        "million.json",
                        CYCLONEDX + "\"components\":[",
                        1_000_000,
                        i -> "{\"type\":\"library\",\"name\":\"n" + i + "\",\"purl\":\"pkg:npm/n" + i + "@1\"}",
                        "]}"),
                list(
                        "relations.json",
                        SPDX + "\"relationships\":[",
                        60_000,
                        i -> "{\"spdxElementId\":\"" + i + "\",\"relationshipType\":\"DESCENDANT_OF\","
                                + "\"relatedSpdxElement\":\"" + i + "\"}",
                        "]}"),
                text("deep.json", CYCLONEDX + "\"components\":[" + "{\"components\":[".repeat(100_000)),
                text("twice.json", CYCLONEDX + "\"components\":[{\"name\":\"a\",\"name\":\"b\"}]}"),
                text("cut.json", CYCLONEDX + "\"components\":[{\"name\":\"a"),
                text("empty.json", ""),
                text("statements.json", "{\"@context\":\"https://openvex.dev/ns\"}"));
        List<Path> read = List.of(
                list(
                        "circle.json",
                        CYCLONEDX + "\"components\":[{\"type\":\"library\",\"name\":\"a\",\"purl\":\"pkg:npm/a@1\"}],"
                                + "\"dependencies\":[",
                        50_000,
                        i -> "{\"ref\":\"" + i + "\",\"dependsOn\":[\"" + (i + 1) % 50_000 + "\"]}",
                        "]}"),
                text(
                        "long.json",
                        CYCLONEDX + "\"components\":[{\"type\":\"library\",\"name\":\"" + "a".repeat(2_000_000)
                                + "\",\"purl\":\"pkg:npm/" + "b".repeat(1_000_000) + "@1\"}]}"));
        List<Path> vex = List.of(
                list(
                        "openvex.json",
                        "{\"@context\":\"https://openvex.dev/ns\",\"statements\":[",
                        1_000_000,
                        i -> "{\"vulnerability\":\"CVE-" + i + "\",\"status\":\"fixed\"}",
                        "]}"),
                text("csaf.json", "{\"document\":{},\"product_tree\":" + "{\"branches\":[".repeat(1000)),
                list(
                        "ids.json",
                        "{\"document\":{},\"vulnerabilities\":[{\"ids\":[{\"text\":\"a\"}],\"product_status\":{\"fixed\":[",
                        250_000,
                        i -> "\"p" + i + "\"",
                        "]}}]}"));
        String image = new LayeredImage()
                .file("app/node_modules/a/package.json", "{\"name\":\"a\",\"version\":\"1.0.0\"}")
                .write(Files.createDirectory(folder.resolve("image")));
        String[] arguments = {image, joined(refused), joined(read), joined(vex)};
        Process process = new ProcessBuilder(JavaProcess.command(
                        List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"), Runs.class, arguments))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        assertEquals("done", output.strip());
    }

    private static String joined(List<Path> files) {
        return String.join("\n", files.stream().map(Path::toString).toList());
    }

    /** Runs in a process of its own. */
    static final class Runs {
        private Runs() {}

        public static void main(String[] args) {
            String image = args[0];
            for (String file : args[1].split("\n", -1)) {
                refused("packages", "sbom:" + file);
                refused("vulnerabilities", "sbom:" + file);
                refused("rebuild-plan", "sbom:" + file);
                refused("sbom", "verify", image, "--sbom", file);
            }
            for (String file : args[2].split("\n", -1)) {
                expect(CommandRun.of("packages", "sbom:" + file), ExitCode.ACCEPTED, ExitCode.INCOMPLETE);
                expect(CommandRun.of("vulnerabilities", "sbom:" + file), ExitCode.INCOMPLETE);
                expect(CommandRun.of("rebuild-plan", "sbom:" + file), ExitCode.INCOMPLETE);
                expect(CommandRun.of("sbom", "verify", image, "--sbom", file), ExitCode.REJECTED);
            }
            for (String file : args[3].split("\n", -1)) {
                refused("vulnerabilities", image, "--vex", file, "--database", image.replace("oci:", ""));
                refused("verify", image, "--vex", file, "--database", image.replace("oci:", ""));
            }
            System.out.println("done");
        }

        private static void refused(String... args) {
            CommandRun run = CommandRun.of(args);
            expect(run, ExitCode.ERROR, ExitCode.INCOMPLETE);
            boolean isOneLine = run.err().lines().count() == 1 && run.err().length() < 1000;
            if (!isOneLine || run.err().contains("Exception") || run.err().contains("OutOfMemory")) {
                throw new AssertionError(String.join(" ", args) + ": " + run);
            }
        }

        private static void expect(CommandRun run, Integer... statuses) {
            if (!List.of(statuses).contains(run.exitCode())) {
                String text = run.toString();
                throw new AssertionError(text.substring(0, Math.min(2000, text.length())));
            }
        }
    }
}
