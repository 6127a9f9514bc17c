package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackagesCommandTest {
    @TempDir
    Path folder = Path.of("");

    private static String stanza(String name, String version) {
        return "Package: " + name + "\nStatus: install ok installed\nArchitecture: amd64\nVersion: " + version + "\n\n";
    }

    private static LayeredImage image() {
        return new LayeredImage()
                .file("etc/os-release", "ID=debian\nVERSION_ID=13\nPRETTY_NAME='Debian 13'\n")
                .file("var/lib/dpkg/status", stanza("libc6", "2.41-12"))
                .file("tmp/cache", "0123456789")
                .next()
                .file("var/lib/dpkg/status", stanza("libc6", "2.41-12") + stanza("curl", "8.14.1-2"))
                .file("app/node_modules/ms/package.json", "{\"name\":\"ms\",\"version\":\"2.0.0\"}")
                .entry("tmp/.wh.cache", '0', 0, "");
    }

    private static LayeredImage newer() {
        return new LayeredImage()
                .file("etc/os-release", "ID=debian\nVERSION_ID=13\nPRETTY_NAME='Debian 13'\n")
                .file("var/lib/dpkg/status", stanza("libc6", "2.41-13") + stanza("jq", "1.7"))
                .file("app/node_modules/ms/package.json", "{\"name\":\"ms\",\"version\":\"2.0.0\"}");
    }

    private String written(LayeredImage image, String name) throws IOException {
        return image.write(Files.createDirectory(folder.resolve(name)));
    }

    private static String listed(String... args) {
        CommandRun run = CommandRun.of(args);
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        assertEquals("", run.err());
        return run.out();
    }

    private static JsonCursor json(String text) throws JsonException {
        return JsonCursor.parse(text.getBytes(StandardCharsets.UTF_8), JsonLimits.ofBytes(1 << 22));
    }

    @Test
    void listsPackagesWithTheLayerThatBroughtThem() throws IOException {
        String source = written(image(), "a");
        assertEquals("""
                Debian 13
                TYPE  NAME   VERSION   LAYER  PATH
                deb   curl   8.14.1-2      2  var/lib/dpkg/status
                deb   libc6  2.41-12       1  var/lib/dpkg/status
                npm   ms     2.0.0         2  app/node_modules/ms/package.json
                """, listed("packages", source));
        String second = listed("packages", source, "--layer", "2");
        assertTrue(second.contains("curl") && !second.contains("libc6"), second);
    }

    @Test
    void theJsonHasEverythingThatIsKnown() throws IOException, JsonException {
        JsonCursor report = json(listed("packages", written(image(), "a"), "--format", "json"));
        assertEquals("debian", report.required("distribution").required("id").string());
        assertTrue(report.required("complete").bool());
        JsonCursor curl = report.required("packages").element(0);
        assertEquals("deb", curl.required("type").string());
        assertEquals(2, curl.required("layer").integer(1, 9));
        assertEquals("database", curl.required("evidence").string());
        assertEquals(
                "pkg:deb/debian/curl@8.14.1-2?arch=amd64&distro=debian-13",
                curl.required("purl").string());
        assertEquals("curl", curl.required("source").string());
    }

    @Test
    void saysThatTheListIsNotWhole() throws IOException, JsonException {
        String source = written(new LayeredImage().file("var/lib/dpkg/status", "Package: a\n"), "a");
        CommandRun run = CommandRun.of("packages", source, "--format", "jsonl");
        assertEquals(ExitCode.INCOMPLETE, run.exitCode());
        assertTrue(
                run.err().startsWith("tallyclerk: packages may be missing: layer 1: var/lib/dpkg/status: "), run.err());
        JsonCursor line = json(run.out().strip());
        assertEquals("unknown", line.required("kind").string());
        assertEquals("inventory", line.required("what").string());
        assertEquals("MALFORMED", line.required("reason").string());
    }

    @Test
    void showsWhatChangedBetweenTwoImages() throws IOException, JsonException {
        String before = written(image(), "a");
        String after = written(newer(), "b");
        assertEquals("""
                3 changes of packages, 2 of files
                - deb curl 8.14.1-2
                + deb jq 1.7
                ~ deb libc6 2.41-12 -> 2.41-13
                - /tmp
                ~ /var/lib/dpkg/status
                """, listed("packages", before, "--diff", after));
        assertEquals("0 changes of packages, 0 of files\n", listed("packages", before, "--diff", before));
        JsonCursor report = json(listed("packages", before, "--diff", after, "--format", "json"));
        assertEquals(3, report.required("packages").length());
        assertEquals(
                "removed",
                report.required("files").element(0).required("change").string());
        assertEquals(
                5,
                listed("packages", before, "--diff", after, "--format", "jsonl")
                        .lines()
                        .count());
    }

    @Test
    void refusesOptionsThatDoNotGoTogether() throws IOException {
        String source = written(image(), "a");
        for (List<String> args : List.of(
                List.of("packages", source, "--layer", "1", "--diff", source),
                List.of("packages", source, "--layer", "3"),
                List.of("packages", source, "--layer", "0"))) {
            assertEquals(
                    ExitCode.ERROR, CommandRun.of(args.toArray(String[]::new)).exitCode(), args::toString);
        }
    }

    @Test
    void anImageThatDoesNotMatchHasNoList() throws IOException {
        String source = written(image(), "a");
        try (Stream<Path> blobs = Files.list(folder.resolve("a/blobs/sha256"))) {
            for (Path blob : blobs.toList()) {
                byte[] bytes = Files.readAllBytes(blob);
                if (bytes.length > 2000) {
                    bytes[1000] ^= 1;
                    Files.write(blob, bytes);
                }
            }
        }
        CommandRun run = CommandRun.of("packages", source);
        assertEquals(ExitCode.REJECTED, run.exitCode());
        assertEquals("", run.out());
        assertTrue(run.err().contains("layer"), run.err());
    }

    @Test
    void showsWhatLayersBringAndWaste() throws IOException, JsonException {
        String source = written(image(), "a");
        String out = listed("layers", source);
        assertTrue(out.startsWith("LAYER        SIZE    FILES     CONTENT      WASTED  PACKAGES  STEP\n"), out);
        JsonCursor contents = json(listed("layers", source, "--format", "json")).required("contents");
        JsonCursor first = contents.element(0);
        int status = stanza("libc6", "2.41-12").length();
        assertEquals(3, first.required("files").integer(0, 99));
        assertEquals(10 + status, first.required("wastedBytes").integer(0, 9999));
        assertEquals(1, first.required("packages").integer(0, 99));
        assertEquals(0, contents.element(1).required("wastedBytes").integer(0, 9999));
        assertEquals(2, contents.element(1).required("packages").integer(0, 99));
    }

    /** The judge of the recorded images, given what the command prints. */
    @Test
    void theJudgeOfTheRecordedImagesFindsNothingWrong() throws IOException, InterruptedException, JsonException {
        Path data = SharedData.require("image-audit");
        String python = Peers.require("python3").toString();
        StringBuilder results = new StringBuilder();
        try (Stream<Path> layouts = Files.walk(data.resolve("images"), 2)) {
            for (Path layout : layouts.filter(each -> Files.exists(each.resolve("oci-layout")))
                    .sorted()
                    .toList()) {
                String name = data.resolve("images").relativize(layout).toString();
                if (name.startsWith("stale")) {
                    continue;
                }
                CommandRun run = CommandRun.of("packages", "oci:" + layout, "--format", "jsonl");
                if (run.exitCode() != ExitCode.ACCEPTED && run.exitCode() != ExitCode.INCOMPLETE) {
                    results.append("{\"kind\":\"error\",\"image\":\"" + name + "\",\"code\":\"REFUSED\"}\n");
                }
                for (String line : run.out().lines().toList()) {
                    long layer = json(line).optional("layer").isPresent()
                            ? json(line).required("layer").integer(1, 99)
                            : 0;
                    results.append(line.replace("\"layer\":" + layer + ",", "\"layer\":" + (layer - 1) + ",")
                                    .replaceFirst("\\{", "{\"image\":\"" + name + "\","))
                            .append('\n');
                }
                results.append("{\"kind\":\"done\",\"image\":\"" + name + "\"}\n");
            }
        }
        Path file = folder.resolve("results.jsonl");
        Files.writeString(file, results.toString());
        ProcessBuilder judge =
                new ProcessBuilder(python, data.resolve("score.py").toString(), data.toString(), file.toString());
        Process process = judge.redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        String inventory = printed.lines()
                .filter(line -> line.startsWith("inventory"))
                .findFirst()
                .orElse(printed);
        assertTrue(inventory.contains("found ") && !inventory.contains("wrong"), printed);
        assertTrue(!inventory.contains("missed") && !inventory.contains("false"), printed);
        String hostile = printed.lines()
                .filter(line -> line.startsWith("hostile"))
                .findFirst()
                .orElse(printed);
        assertTrue(!hostile.contains("package missed") && !hostile.contains("not said"), printed);
    }

    @Test
    void anImageWhoseLayersDoNotMergeHasNoListButAReason() throws IOException {
        String hostile = written(image().next().file("../../etc/evil", "x"), "hostile");

        for (String format : List.of("text", "json", "jsonl")) {
            CommandRun run = CommandRun.of("packages", hostile, "--format", format);
            assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
            assertTrue((run.out() + run.err()).contains("../../etc/evil"), run.toString());
        }
        CommandRun audit = CommandRun.of("audit", "--image", hostile, "--format", "jsonl");
        assertTrue(
                audit.out().lines().anyMatch(line -> line.contains("\"inventory\"") && line.contains("do not merge")),
                audit.out());
    }
}
