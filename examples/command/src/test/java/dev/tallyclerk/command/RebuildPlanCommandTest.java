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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RebuildPlanCommandTest {
    @TempDir
    Path folder = Path.of("");

    private static LayeredImage debian(String version, String release) {
        return new LayeredImage()
                .file("etc/os-release", "ID=debian\nVERSION_ID=" + release + "\n")
                .file("build", version);
    }

    private String written(LayeredImage image, String name) throws IOException {
        return image.write(Files.createDirectory(folder.resolve(name)));
    }

    private static CommandRun run(String... args) {
        List<String> all = new ArrayList<>(List.of("rebuild-plan"));
        all.addAll(List.of(args));
        return CommandRun.of(all.toArray(String[]::new));
    }

    private static JsonCursor json(String text) throws JsonException {
        return JsonCursor.parse(text.getBytes(StandardCharsets.UTF_8), JsonLimits.ofBytes(1 << 22));
    }

    @Test
    void saysWhatToRebuildAndOnWhat() throws IOException {
        String old = written(debian("1", "12"), "old");
        String now = written(debian("2", "12"), "now");
        String app = written(debian("1", "12").next().file("app", "1"), "app");
        String fine = written(debian("2", "12").next().file("app", "1"), "fine");
        CommandRun run = run(app, fine, "--base", "debian:12=" + now, "--former-base", "debian:12=" + old);
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run::toString);
        assertEquals("", run.err());
        String plan = run.out().replace("oci:" + folder, "").replaceAll("sha256:[0-9a-f]{12}", "DIGEST");
        assertTrue(plan.startsWith("""
                Rebuild 1 image in 1 group.

                Group 1
                  /app
                      it is built on /old, and docker.io/library/debian:12 is now /now

                Upgrades of bases
                  docker.io/library/debian:12: /old (DIGEST) → /now (DIGEST)
                      1 image

                Current
                  /fine: /now is current for docker.io/library/debian:12

                Decision  ACCEPTED"""), plan);
    }

    @Test
    void aStaleBaseRejectsIfThePolicySaysSo() throws IOException {
        String old = written(debian("1", "12"), "old");
        String now = written(debian("2", "12"), "now");
        String app = written(debian("1", "12").next().file("app", "1"), "app");
        String[] args = {app, "--base", "debian:12=" + now, "--former-base", "debian:12=" + old, "--fail-on", "MEDIUM"};
        assertEquals(ExitCode.REJECTED, run(args).exitCode());
        assertEquals(
                ExitCode.INCOMPLETE,
                run(app, "--base", "debian:12=" + now, "--fail-on", "MEDIUM").exitCode());
        assertEquals(
                ExitCode.ACCEPTED,
                run(now, "--base", "debian:12=" + now, "--fail-on", "MEDIUM", "--end-of-life")
                        .exitCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"cyclonedx", "spdx"})
    void plansForTheImageThatABillOfMaterialsIsAbout(String format) throws IOException, JsonException {
        String old = written(debian("1", "12"), "old");
        String now = written(debian("2", "12"), "now");
        String app = written(debian("1", "12").next().file("app", "1"), "app");
        Path document = Files.writeString(
                folder.resolve("sbom.json"),
                CommandRun.of("sbom", app, "--format", format).out());
        String claims = "sbom:" + document;
        String[] args = {claims, app, "--base", "debian:12=" + now, "--former-base", "debian:12=" + old};
        CommandRun run = run(args);
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run::toString);
        assertTrue(run.out().startsWith("Rebuild 2 images in 1 group."), run.out());
        assertTrue(run.out().contains("a bill of materials states the layers; no image was read"), run.out());
        List<String> inJson = new ArrayList<>(List.of(args));
        inJson.addAll(List.of("--format", "json"));
        JsonCursor images = json(run(inJson.toArray(String[]::new)).out()).required("images");
        assertEquals(app, images.element(0).required("image").string());
        assertEquals(claims, images.element(1).required("image").string());
        assertEquals("stale", images.element(1).required("freshness").string());
        assertEquals(
                "CLAIMED_LAYERS",
                images.element(1)
                        .required("remarks")
                        .element(0)
                        .required("kind")
                        .string());
        assertTrue(run(claims, "--base", "debian:12=" + old, "--format", "sarif")
                .out()
                .contains("\"BASE-005\""));
    }

    @Test
    void aBillOfMaterialsWithoutLayersHasNoKnownBase() throws IOException {
        String now = written(debian("2", "12"), "now");
        Path document =
                Files.writeString(folder.resolve("sbom.json"), "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\"}");
        CommandRun run = run("sbom:" + document, "--base", "debian:12=" + now);
        assertEquals(ExitCode.INCOMPLETE, run.exitCode(), run::toString);
        assertTrue(run.err().contains("states neither the layers nor the base"), run.err());
        assertEquals(
                ExitCode.ERROR,
                run("sbom:" + folder.resolve("none"), "--base", "debian:12=" + now)
                        .exitCode());
        assertEquals(
                ExitCode.ERROR, run(now, "--base", "debian:12=sbom:" + document).exitCode());
    }

    @Test
    void plansByTheBaseThatABillOfMaterialsNames() throws IOException, JsonException {
        String now = written(debian("2", "12"), "now");
        Path document = Files.writeString(folder.resolve("sbom.json"), """
                {"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"component": {"type": "container",
                 "name": "app", "pedigree": {"ancestors": [{"type": "container",
                 "name": "debian:12@sha256:%s"}]}}}}""".formatted("0".repeat(64)));
        String[] args = {"sbom:" + document, "--base", "debian:12=" + now};
        CommandRun text = run(args);
        assertEquals(ExitCode.ACCEPTED, text.exitCode(), text::toString);
        assertTrue(text.out().startsWith("Rebuild 1 image in 1 group."), text.out());
        assertTrue(text.out().contains("no layers that would confirm it"), text.out());
        CommandRun run = run(args[0], args[1], args[2], "--format", "json");
        JsonCursor image = json(run.out()).required("images").element(0);
        assertEquals("stale", image.required("freshness").string());
        assertEquals("claim", image.required("basis").string());
        assertEquals(
                "CLAIMED_BASE",
                image.required("remarks").element(0).required("kind").string());
        assertTrue(run(args[0], args[1], args[2], "--format", "sarif").out().contains("\"BASE-005\""));
    }

    @Test
    void readsListsOfSourcesAndBases() throws IOException, JsonException {
        String now = written(debian("2", "12"), "now");
        String app = written(debian("2", "12").next().file("app", "1"), "app");
        Path bases = folder.resolve("bases");
        Files.writeString(bases, "# current\n\ndebian:12=" + now + "\n");
        CommandRun run = CommandRun.reading(
                (app + "\n" + app + "\n").getBytes(StandardCharsets.UTF_8),
                "rebuild-plan",
                "--sources",
                "-",
                "--bases",
                bases.toString(),
                "--format",
                "json");
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run::toString);
        JsonCursor plan = json(run.out());
        assertEquals("dev.tallyclerk.rebuild-plan", plan.required("schema").string());
        assertEquals(1, plan.required("images").length());
        JsonCursor image = plan.required("images").element(0);
        assertEquals("current", image.required("freshness").string());
        assertEquals(now, image.required("base").string());
        assertEquals("layers", image.required("basis").string());
        assertEquals(0, plan.required("groups").length());
    }

    @Test
    void findsBasesWithoutSupport() throws IOException {
        String now = written(debian("2", "11"), "now");
        String app = written(debian("2", "11").next().file("app", "1"), "app");
        String[] args = {app, "--base", "debian:11=" + now, "--fail-on", "HIGH", "--end-of-life", "--format", "jsonl"};
        CommandRun run = run(args);
        assertEquals(ExitCode.REJECTED, run.exitCode());
        assertTrue(run.out().contains("\"rule\":\"BASE-004\",\"severity\":\"HIGH\",\"verdict\":\"FAIL\""), run.out());
        assertTrue(run.out().contains("the support of its release ended on 2026-08-31"), run.out());
        CommandRun unread = run(app, "--base", "debian:11=" + now, "--fail-on", "HIGH");
        assertEquals(ExitCode.INCOMPLETE, unread.exitCode());
    }

    @Test
    void anImageThatCannotBeReadDoesNotKeepOthersFromBeingPlanned() throws IOException, JsonException {
        String now = written(debian("2", "12"), "now");
        String app = written(debian("2", "12").next().file("app", "1"), "app");
        CommandRun run = run(app, "oci:" + folder.resolve("missing"), "--base", "debian:12=" + now, "--format", "json");
        assertEquals(ExitCode.ERROR, run.exitCode());
        JsonCursor plan = json(run.out());
        assertEquals(1, plan.required("images").length());
        assertEquals(1, plan.required("failures").length());
        assertTrue(run.err().startsWith("tallyclerk: oci:"), run.err());
    }

    @Test
    void contentThatDoesNotMatchRejects() throws IOException {
        String app = written(debian("2", "12"), "app");
        try (Stream<Path> blobs = Files.list(folder.resolve("app/blobs/sha256"))) {
            for (Path blob : blobs.toList()) {
                if (Files.readString(blob).contains("rootfs")) {
                    Files.writeString(blob, Files.readString(blob).replace("linux", "linuX"));
                }
            }
        }
        CommandRun run = run(app, "--format", "jsonl");
        assertEquals(ExitCode.REJECTED, run.exitCode(), run::toString);
        assertTrue(run.out().contains("\"kind\":\"error\""), run.out());
    }

    @Test
    void refusesImpossibleInput() throws IOException {
        String now = written(debian("2", "12"), "now");
        String other = written(debian("1", "12"), "other");
        for (List<String> args : List.of(
                List.<String>of(),
                List.of("--sources", "-", "--bases", "-"),
                List.of(now, "--base", now),
                List.of(now, "--base", "NOT A NAME=" + now),
                List.of(now, "--base", "debian:12=NOWHERE"),
                List.of("Debian:12"),
                List.of(now, "--platform", "/"),
                List.of(now, "--base", "debian:12=" + now, "--base", "debian:12=" + other))) {
            CommandRun run = run(args.toArray(String[]::new));
            assertEquals(ExitCode.ERROR, run.exitCode(), args::toString);
            assertTrue(run.err().startsWith("tallyclerk: "), run.err());
        }
    }

    @Test
    void writesFindingsAsSarif() throws IOException {
        String now = written(debian("2", "12"), "now");
        CommandRun run = run(now, "--format", "sarif");
        assertEquals(ExitCode.ACCEPTED, run.exitCode());
        assertTrue(run.out().contains("\"BASE-001\""), run.out());
    }

    private static String packages(String... versions) {
        StringBuilder status = new StringBuilder();
        for (int i = 0; i < versions.length; i += 2) {
            status.append("Package: " + versions[i] + "\nStatus: install ok installed\nArchitecture: amd64\nVersion: "
                    + versions[i + 1] + "\n\n");
        }
        return status.toString();
    }

    private Path database() throws IOException {
        Path database = Files.createDirectory(folder.resolve("osv"));
        for (String name : List.of("openssl", "zlib", "curl", "tar")) {
            Files.writeString(
                    database.resolve(name + ".json"),
                    "{\"id\":\"TEST-" + name
                            + "\",\"modified\":\"2026-10-01T00:00:00Z\",\"severity\":[{\"type\":\"CVSS_V3\","
                            + "\"score\":\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N\"}],\"affected\":[{\"package\":{"
                            + "\"ecosystem\":\"Debian:12\",\"name\":\"" + name
                            + "\"},\"ranges\":[{\"type\":\"ECOSYSTEM\","
                            + "\"events\":[{\"introduced\":\"0\"},{\"fixed\":\"2\"}]}]}]}");
        }
        return database;
    }

    @Test
    void countsTheVulnerabilitiesThatAnUpgradeRemoves() throws IOException, JsonException {
        String status = "var/lib/dpkg/status";
        String first = packages("openssl", "1", "zlib", "1");
        String old = written(debian("1", "12").file(status, first), "old");
        String now = written(debian("2", "12").file(status, packages("openssl", "2", "zlib", "1", "tar", "1")), "now");
        String app = written(
                debian("1", "12").file(status, first).next().file(status, first + packages("curl", "1")), "app");
        String database = database().toString();
        String[] args = {app, "--base", "debian:12=" + now, "--former-base", "debian:12=" + old, "--database", database
        };
        CommandRun run = run(args);
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run::toString);
        assertTrue(run.out().contains("\n      removes 1 of 3 HIGH; adds 1 HIGH\n"), run.out());
        assertTrue(run.out().contains("\n      removes 1 of 2 HIGH; adds 1 HIGH from 1 image\n"), run.out());
        assertTrue(run.out().contains("Data on vulnerabilities of 2026-10-01T00:00:00Z"), run.out());
        List<String> json = new ArrayList<>(List.of(args));
        json.addAll(List.of("--format", "json"));
        JsonCursor counts = json(run(json.toArray(String[]::new)).out())
                .required("upgrades")
                .element(0)
                .required("problems")
                .required("HIGH");
        assertEquals(2, counts.required("before").integer(0, 9));
        assertEquals(1, counts.required("removed").integer(0, 9));
        assertEquals(1, counts.required("added").integer(0, 9));
    }

    @Test
    void vulnerabilitiesThatAreNotKnownAreNotNone() throws IOException {
        String status = "var/lib/dpkg/status";
        String old = written(debian("1", "12").file(status, packages("zlib", "1")), "old");
        String now = written(debian("2", "13").file(status, packages("zlib", "1")), "now");
        String app = written(
                debian("1", "12").file(status, packages("zlib", "1")).next().file("app", "1"), "app");
        CommandRun run = run(
                app,
                "--base",
                "debian:12=" + now,
                "--former-base",
                "debian:12=" + old,
                "--database",
                database().toString());
        assertTrue(run.out().contains("1 image; what it removes is unknown"), run.out());
        assertTrue(run.out().contains("Unknown vulnerabilities of " + now), run.out());
        String empty = written(debian("3", "12"), "empty");
        CommandRun none = run(
                app,
                "--base",
                "debian:12=" + empty,
                "--former-base",
                "debian:12=" + old,
                "--database",
                folder + "/osv");
        assertTrue(none.out().contains(empty + ": no packages were found in it"), none.out());
        assertTrue(none.out().contains("1 image; what it removes is unknown"), none.out());
        assertEquals(ExitCode.ERROR, run(app, "--vex", "x.json").exitCode());
        assertEquals(ExitCode.ERROR, run(app, "--database", folder + "/nowhere").exitCode());
    }

    /** The judge of the recorded images, given what the command prints. */
    @Test
    void theJudgeOfTheRecordedImagesFindsNothingWrong() throws IOException, InterruptedException {
        Path data = SharedData.require("image-audit");
        String python = Peers.require("python3").toString();
        Path images = data.resolve("images/stale");
        List<String> args = new ArrayList<>();
        try (Stream<Path> layouts = Files.list(images)) {
            layouts.sorted().forEach(layout -> args.add("oci:" + layout));
        }
        args.addAll(List.of("--base", "registry.example.test/base:12=oci:" + images.resolve("base-new")));
        args.addAll(List.of("--base", "registry.example.test/mid:1=oci:" + images.resolve("mid")));
        args.addAll(List.of("--format", "jsonl"));
        CommandRun run = run(args.toArray(String[]::new));
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run::err);
        Path file = folder.resolve("results.jsonl");
        Files.writeString(file, run.out().replace("oci:" + data.resolve("images") + "/", ""));
        Process process = new ProcessBuilder(
                        python, data.resolve("score.py").toString(), data.toString(), file.toString())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), printed);
        assertTrue(printed.contains("right 7  order right 1"), printed);
    }
}
