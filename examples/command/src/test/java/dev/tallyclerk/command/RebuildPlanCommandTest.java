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

                Decision  ACCEPTED
                """), plan);
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
                List.of(now, "--base", "debian:12=nowhere"),
                List.of("debian:12"),
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
