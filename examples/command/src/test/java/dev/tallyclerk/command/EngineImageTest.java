package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.testing.Exchange;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.Peers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images in the storage of an engine. */
@Timeout(180)
class EngineImageTest {
    private static final String NAME = "localhost/hello:1.0";
    private static final String MANIFEST = "d63f358a4f5888a0541fcdadca48b8779292353848a934fd294e6ba41d44ee5b";
    private static final String CONFIG = "f52696778b0a742649eebd94332ea9e0516bfc84e98911ac2bd9994d4cdbeecf";
    private static final String TYPE = "application/vnd.oci.image.";
    private static final String HEX = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    @TempDir
    Path folder = Path.of("");

    private byte[] saved() throws IOException {
        Path file = folder.resolve("saved.tar");
        CommandRun copied = CommandRun.of("copy", "oci:images/hello:1.0", "docker-archive:" + file + ":" + NAME);
        assertEquals(ExitCode.ACCEPTED, copied.exitCode(), copied.toString());
        return Files.readAllBytes(file);
    }

    private Map<String, String> environment(String address) throws IOException {
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        return Map.of(
                "HOME",
                folder.toString(),
                "TMPDIR",
                temporary.toString(),
                "DOCKER_HOST",
                address,
                "CONTAINER_HOST",
                address);
    }

    private void assertNothingIsLeft() throws IOException {
        try (Stream<Path> left = Files.list(folder.resolve("tmp"))) {
            assertEquals(List.of(), left.toList());
        }
    }

    private CommandRun run(HostileServer engine, String... arguments) throws IOException {
        CommandRun run = CommandRun.of(environment("tcp://" + engine.host()), arguments);
        assertNothingIsLeft();
        return run;
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker-daemon:", "containers-storage:"})
    void anImageOfTheEngineIsVerified(String scheme) throws IOException {
        byte[] archive = saved();
        List<String> asked = new ArrayList<>();
        try (HostileServer engine = HostileServer.start(exchange -> {
            asked.add(exchange.request().target());
            exchange.answer(200, archive);
        })) {
            CommandRun run = run(engine, "verify", scheme + NAME);
            assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
            assertTrue(run.out().startsWith("Image          " + scheme + NAME), run.out());
            assertEquals(List.of("/images/localhost/hello:1.0/get"), asked);
            assertEquals(ExitCode.ACCEPTED, run(engine, "files", scheme + NAME).exitCode());
        }
    }

    private void assertHasId(byte[] archive, String id) throws IOException {
        try (HostileServer engine = HostileServer.start(exchange -> exchange.answer(200, archive))) {
            for (String spelling : List.of("docker-daemon:sha256:" + id, "containers-storage:" + id)) {
                CommandRun run = run(engine, "verify", spelling);
                assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
            }
        }
    }

    private void assertHasNotId(byte[] archive, String id) throws IOException {
        try (HostileServer engine = HostileServer.start(exchange -> exchange.answer(200, archive))) {
            CommandRun run = run(engine, "verify", "docker-daemon:sha256:" + id);
            assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
            assertTrue(run.err().contains("has sent another image than sha256:" + id), run.err());
        }
    }

    @Test
    void anImageOfAnotherIdThanWasAskedForIsRefused() throws IOException {
        byte[] archive = saved();
        assertHasId(archive, CONFIG);
        assertHasNotId(archive, HEX);
    }

    /** {@return an archive as Docker writes one with the image store of containerd} */
    private static byte[] ofContainerd(String index, String... more) throws IOException {
        LayeredImage files = new LayeredImage().file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
        Path blobs = Path.of("images/hello/blobs/sha256");
        String layers = "";
        try (Stream<Path> all = Files.list(blobs)) {
            for (Path each : all.sorted().toList()) {
                files.entry("blobs/sha256/" + each.getFileName(), '0', 0644, "", Files.readAllBytes(each));
            }
        }
        Matcher layer = Pattern.compile("tar[+]gzip\",\"digest\":\"sha256:([0-9a-f]{64})")
                .matcher(Files.readString(blobs.resolve(MANIFEST)));
        while (layer.find()) {
            layers += (layers.isEmpty() ? "" : ",") + "\"blobs/sha256/" + layer.group(1) + "\"";
        }
        for (String each : more) {
            files.file("blobs/sha256/" + hex(each), each);
        }
        return files.file("index.json", index)
                .file(
                        "manifest.json",
                        "[{\"Config\":\"blobs/sha256/" + CONFIG + "\",\"RepoTags\":null,\"Layers\":[" + layers + "]}]")
                .archive();
    }

    private static String hex(String document) {
        return Digest.sha256Of(document.getBytes(StandardCharsets.UTF_8)).encoded();
    }

    private static String index(String... entries) {
        return "{\"schemaVersion\":2,\"mediaType\":\"" + TYPE + "index.v1+json\",\"manifests\":["
                + String.join(",", entries) + "]}";
    }

    private static String entry(String kind, String digest, int size) {
        return "{\"mediaType\":\"" + TYPE + kind + ".v1+json\",\"digest\":\"sha256:" + digest + "\",\"size\":" + size
                + "}";
    }

    private static String on(String architecture, String entry) {
        return entry.substring(0, entry.length() - 1) + ",\"platform\":{\"os\":\"linux\",\"architecture\":\""
                + architecture + "\"}}";
    }

    @Test
    void anIdMayBeThatOfAManifestOrAnIndex() throws IOException {
        String hello = entry("manifest", MANIFEST, 555);
        byte[] archive = ofContainerd(index(hello));
        assertHasId(archive, MANIFEST);
        assertHasId(archive, CONFIG);
        assertHasNotId(archive, HEX);
        String index = index(on("arm64", entry("manifest", HEX, 5)), on("amd64", hello));
        archive = ofContainerd(index(entry("index", hex(index), index.length())), index);
        assertHasId(archive, hex(index));
        assertHasNotId(archive, MANIFEST);
    }

    @Test
    void anIndexWithoutTheImageIsNotItsId() throws IOException {
        String asked = index(entry("manifest", HEX, 5));
        String listed = index(entry("index", hex(asked), asked.length()), entry("manifest", MANIFEST, 555));
        assertHasNotId(ofContainerd(listed, asked), hex(asked));
    }

    @Test
    void aChangedOrCutArchiveIsNeverAccepted() throws IOException {
        byte[] archive = saved();
        byte[] changed = archive.clone();
        int layer = new String(archive, StandardCharsets.ISO_8859_1).indexOf("\u001f\u008b");
        changed[layer + 100] ^= 1;
        try (HostileServer engine = HostileServer.start(exchange -> exchange.answer(200, changed))) {
            assertEquals(
                    ExitCode.REJECTED,
                    run(engine, "verify", "docker-daemon:" + NAME).exitCode());
        }
        try (HostileServer engine = HostileServer.start(exchange -> {
            exchange.head(200, "Content-Length: " + archive.length);
            exchange.send(Arrays.copyOf(archive, archive.length / 2));
            exchange.reset();
        })) {
            assertEquals(
                    ExitCode.ERROR,
                    run(engine, "verify", "docker-daemon:" + NAME).exitCode());
        }
        try (HostileServer engine =
                HostileServer.start(exchange -> exchange.answer(200, Arrays.copyOf(archive, 1000)))) {
            assertEquals(
                    ExitCode.ERROR,
                    run(engine, "verify", "docker-daemon:" + NAME).exitCode());
        }
    }

    @Test
    void saysWhatTheEngineDoesNotHaveAndHowElseToGetIt() throws IOException {
        try (HostileServer engine = HostileServer.start((Exchange exchange) -> exchange.answer(404))) {
            CommandRun run = run(engine, "verify", "docker-daemon:" + NAME);
            assertEquals(ExitCode.ERROR, run.exitCode());
            assertTrue(run.err().contains("has no image \"" + NAME + "\""), run.err());
        }
        try (HostileServer engine = HostileServer.start((Exchange exchange) -> exchange.answer(500))) {
            CommandRun run = run(engine, "verify", "docker-daemon:" + NAME);
            assertTrue(run.err().contains("run docker save -o image.tar " + NAME), run.err());
        }
        Map<String, String> nothing = Map.of("XDG_RUNTIME_DIR", folder.toString());
        CommandRun run = CommandRun.of(nothing, "verify", "containers-storage:" + NAME);
        assertEquals(ExitCode.ERROR, run.exitCode());
        assertTrue(run.err().contains("podman save -o image.tar " + NAME), run.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "docker-daemon:",
                "docker-daemon:../x",
                "docker-daemon:A",
                "docker-daemon:a@sha256:" + HEX,
                "containers-storage:[vfs@/a]b"
            })
    void refusesWhatIsNoName(String source) {
        assertEquals(ExitCode.ERROR, CommandRun.of("verify", source).exitCode());
    }

    @Test
    void anImageOfPodmanIsVerified() throws IOException, InterruptedException {
        List<String> podman = List.of(
                Peers.require("podman").toString(),
                "--root",
                folder.resolve("root").toString(),
                "--runroot",
                folder.resolve("run").toString(),
                "--storage-driver",
                "vfs");
        saved();
        Peers.run(folder, with(podman, "load", "-i", "saved.tar"));
        Path socket = folder.resolve("p.sock");
        Process service = new ProcessBuilder(with(podman, "system", "service", "--time=0", "unix://" + socket))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("service.log").toFile())
                .start();
        try {
            CommandRun run = answered(service, socket);
            assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
            assertTrue(run.out().contains("Image ID       sha256:f52696778b0a"), run.out());
            assertNothingIsLeft();
        } finally {
            service.destroy();
            assertTrue(service.waitFor(60, TimeUnit.SECONDS), "podman system service did not end");
        }
    }

    /** {@return the first run that the service answers} */
    private CommandRun answered(Process service, Path socket) throws IOException {
        while (true) {
            CommandRun run = CommandRun.of(environment("unix://" + socket), "verify", "containers-storage:" + NAME);
            if (run.exitCode() != ExitCode.ERROR || !service.isAlive()) {
                return run;
            }
        }
    }

    private static String[] with(List<String> command, String... more) {
        return Stream.concat(command.stream(), Stream.of(more)).toArray(String[]::new);
    }
}
