package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    @Test
    void namesThePathsThatWasteMost() throws IOException, JsonException {
        LayeredImage image = new LayeredImage()
                .file("app/data", "0123456789")
                .file("usr/share/doc/a", "01234567890123456789")
                .file("usr/share/doc/b/c", "0123456789")
                .file("kept", "0123456789")
                .next()
                .file("app/data", "01234")
                .entry("usr/share/.wh.doc", '0', 0, "")
                .next()
                .file("app/data", "0");
        String source = written(image, "a");

        String out = listed("layers", source);
        assertTrue(out.endsWith("""
                wasted: 45 B of 56 B; efficiency 19.6 %

                    WASTED  COPIES  PATH
                      30 B       2  usr/share/doc
                      15 B       2  app/data
                """), out);
        JsonCursor report = json(listed("layers", source, "--format", "json"));
        assertEquals(2, report.required("wastedPaths").integer(0, 9));
        JsonCursor worst = report.required("wasted").element(0);
        assertEquals("usr/share/doc", worst.required("path").string());
        assertEquals(30, worst.required("bytes").integer(0, 99));
    }

    @Test
    void theLayersSayThatPackagesMayBeMissing() throws IOException {
        CommandRun run =
                CommandRun.of("layers", written(new LayeredImage().file("var/lib/dpkg/status", "Package: a\n"), "a"));
        assertEquals(ExitCode.INCOMPLETE, run.exitCode());
        assertTrue(
                run.err().startsWith("tallyclerk: packages may be missing: layer 1: var/lib/dpkg/status: "), run.err());
    }

    @Test
    void anUnsupportedLayerIsIncompleteAsItIsForVerify() throws IOException {
        String source = written(new LayeredImage().entry("etc/shadow", 'S', 0600, ""), "a");
        for (String command : List.of("verify", "packages", "layers", "sbom")) {
            CommandRun run = CommandRun.of(command, source);
            assertEquals(ExitCode.INCOMPLETE, run.exitCode(), run.toString());
            assertTrue((run.out() + run.err()).contains("sparse"), run.toString());
        }
    }

    @Test
    void oneChangeIsNotSeveral() throws IOException {
        String before = written(new LayeredImage().file("var/lib/dpkg/status", stanza("a", "1")), "a");
        String after = written(new LayeredImage().file("var/lib/dpkg/status", stanza("a", "2")), "b");
        assertTrue(listed("packages", before, "--diff", after).startsWith("1 change of packages, 1 of files\n"));
    }

    /** The judge of the recorded images, given what the audit prints of all of them. */
    @Test
    void theJudgeOfTheRecordedImagesFindsNothingWrong() throws IOException, InterruptedException, JsonException {
        Path data = SharedData.require("image-audit");
        String python = Peers.require("python3").toString();
        List<String> args = new ArrayList<>(List.of("audit", "--profile", "STRICT", "--format", "jsonl", "--image"));
        try (Stream<Path> layouts = Files.walk(data.resolve("images"), 2)) {
            layouts.filter(each -> Files.exists(each.resolve("oci-layout")))
                    .filter(each -> !each.toString().contains("/stale/"))
                    .sorted()
                    .forEach(each -> args.add("oci:" + each + ":latest"));
        }
        CommandRun run = CommandRun.of(args.toArray(String[]::new));
        Path file = folder.resolve("results.jsonl");
        try (PrintStream results = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
            JsonLines lines = new JsonLines(results);
            for (String line : run.out().lines().toList()) {
                judged(line, data.resolve("images") + "/", lines);
            }
        }
        ProcessBuilder judge =
                new ProcessBuilder(python, data.resolve("score.py").toString(), data.toString(), file.toString());
        Process process = judge.redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        for (String kind : List.of("inventory", "findings", "hostile")) {
            String score = printed.lines()
                    .filter(line -> line.startsWith(kind))
                    .findFirst()
                    .orElse("missed: no " + kind);
            for (String wrong : List.of("missed", "false", "wrong", "decoy reported", "not said", "no answer")) {
                assertFalse(score.contains(wrong), printed);
            }
        }
    }

    /** Writes a line of the audit as the judge reads it: images without their folder, layers counted from 0. */
    private static void judged(String line, String images, JsonLines results) throws IOException, JsonException {
        JsonCursor from = json(line);
        boolean isFinding = from.optional("verdict").isPresent();
        JsonCursor location = isFinding ? from.optional("location").orElse(from) : from;
        Optional<JsonCursor> layer = location.optional("layer");
        if (isFinding && (layer.isEmpty() || !from.required("verdict").string().equals("FAIL"))) {
            return;
        }
        Map<String, String> members = new LinkedHashMap<>();
        members.put("kind", isFinding ? "finding" : from.required("kind").string());
        String image = from.required(isFinding ? "subject" : "image").string();
        members.put(
                "image",
                image.substring(image.indexOf(images) + images.length()).replaceFirst(":latest$", ""));
        for (String member :
                List.of("rule", "what", "code", "type", "name", "version", "source", "sourceVersion", "purl")) {
            if (from.optional(member).isPresent()) {
                members.put(member, from.required(member).string());
            }
        }
        if (location.optional("path").isPresent()) {
            members.put("path", location.required("path").string());
        }
        long index = layer.isPresent() ? layer.get().integer(1, 99) - 1 : -1;
        results.line(object -> {
            for (Map.Entry<String, String> each : members.entrySet()) {
                object.member(each.getKey(), each.getValue());
            }
            if (index >= 0) {
                object.member("layer", index);
            }
        });
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
