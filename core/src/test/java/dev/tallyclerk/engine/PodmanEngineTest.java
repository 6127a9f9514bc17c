package dev.tallyclerk.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.testing.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Containers that Podman made, audited over its own socket. */
@Timeout(180)
class PodmanEngineTest {
    private static final int NOBODY = 65534;

    @TempDir
    Path folder = Path.of("");

    private @Nullable Process service;

    /** What runs a program as an ordinary user; empty for the user of the tests. */
    private List<String> asUser = List.of();

    private List<String> podman(String... arguments) {
        List<String> command = new ArrayList<>(asUser);
        command.addAll(List.of(
                Peers.require("podman").toString(),
                "--root",
                folder.resolve("root").toString(),
                "--runroot",
                folder.resolve("run").toString(),
                "--storage-driver",
                "vfs"));
        command.addAll(List.of(arguments));
        return command;
    }

    private void run(String... arguments) throws IOException, InterruptedException {
        Peers.run(folder, podman(arguments).toArray(String[]::new));
    }

    private void makeContainers() throws IOException, InterruptedException {
        Files.createDirectory(folder.resolve("files"));
        Files.writeString(folder.resolve("files/program"), "not one");
        Peers.run(folder, "tar", "-C", "files", "-cf", "image.tar", ".");
        run("import", "--change", "CMD [\"/program\"]", "image.tar", "localhost/test:1");
        run("create", "--name", "plain", "--network=none", "--user", "1000", "localhost/test:1");
        run("create", "--name", "open", "--network=host", "--privileged", "localhost/test:1");
        run("create", "--name", "mounts", "--network=none", "-v", "/run:/host:ro", "localhost/test:1");
        run(
                "create",
                "--name",
                "secret",
                "--network=none",
                "--read-only",
                "--cap-drop=ALL",
                "--memory=64m",
                "-e",
                "DB_PASSWORD=Kq7vT2pZ9wLx",
                "localhost/test:1");
        Path socket = folder.resolve("p.sock");
        service = new ProcessBuilder(podman("system", "service", "--time=0", "unix://" + socket))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("service.log").toFile())
                .start();
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        Process running = service;
        if (running != null) {
            running.destroy();
            assertTrue(running.waitFor(30, TimeUnit.SECONDS), "podman system service did not end");
        }
        if (!asUser.isEmpty()) {
            // Ends the process that keeps the user's namespaces.
            run("system", "migrate");
        }
    }

    private LiveEngine connect() throws IOException, InterruptedException {
        Path socket = folder.resolve("p.sock");
        Process running = Objects.requireNonNull(service);
        try (WatchService created = folder.getFileSystem().newWatchService()) {
            folder.register(created, StandardWatchEventKinds.ENTRY_CREATE);
            while (running.isAlive() && !Files.exists(socket)) {
                WatchKey key = created.poll(1, TimeUnit.SECONDS);
                if (key != null) {
                    // A key with events is signalled at once again.
                    key.pollEvents();
                    key.reset();
                }
            }
        }
        while (true) {
            try {
                return LiveEngine.connect(
                        EngineAddress.unix(socket),
                        OkHttpTransport.of(new OkHttpClient()).withUnixSocket(socket));
            } catch (EngineException e) {
                if (!running.isAlive()) {
                    throw new IOException(Files.readString(folder.resolve("service.log")), e);
                }
                // The socket is there, and the service does not listen yet.
            }
        }
    }

    private static List<String> findings(AuditReport report) {
        return report.findings().stream()
                .map(finding -> finding.fingerprint() + " " + finding.rule().id() + " " + finding.outcome())
                .toList();
    }

    private static Optional<Outcome.Kind> outcome(AuditReport report, String container, String rule) {
        return report.findings().stream()
                .filter(finding -> finding.subject().name().equals(container))
                .filter(finding -> finding.rule().id().value().equals(rule))
                .map(finding -> finding.outcome().kind())
                .findFirst();
    }

    @Test
    void theSocketAndTheRecordingGiveTheSameFindings() throws IOException, InterruptedException {
        compareSocketAndRecording();
    }

    @Test
    void soDoThoseOfRootlessPodman() throws IOException, InterruptedException {
        if ("root".equals(System.getProperty("user.name"))) {
            asUser = ordinaryUser();
        }
        compareSocketAndRecording();
        String info = Files.readString(folder.resolve("recording/info.json"));
        assertTrue(
                Pattern.compile("\"name=rootless\"|\"[Rr]ootless\" *: *true")
                        .matcher(info)
                        .find(),
                info);
    }

    /** {@return a command that runs another one as the user nobody, with its own home} */
    private List<String> ordinaryUser() throws IOException, InterruptedException {
        Path setpriv = Peers.require("setpriv");
        Path home = Files.createDirectory(folder.resolve("home"));
        for (Path path : List.of(folder, home)) {
            Files.setAttribute(path, "unix:uid", NOBODY);
        }
        List<String> command = List.of(
                setpriv.toString(),
                "--reuid=" + NOBODY,
                "--clear-groups",
                "env",
                "HOME=" + home,
                "XDG_RUNTIME_DIR=" + home);
        Process namespace = new ProcessBuilder(append(command, "unshare", "--user", "true")).start();
        if (namespace.waitFor() != 0) {
            throw Peers.skip("this machine lets no ordinary user make a user namespace, as rootless Podman does");
        }
        return command;
    }

    private static List<String> append(List<String> command, String... more) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(more));
        return all;
    }

    private void compareSocketAndRecording() throws IOException, InterruptedException {
        makeContainers();
        AuditReport live = LiveEngineTest.audit(connect());
        assertEquals(Optional.of(Outcome.Kind.FAIL), outcome(live, "open", "RUN-001"));
        assertEquals(Optional.of(Outcome.Kind.FAIL), outcome(live, "open", "RUN-004"));
        assertEquals(Optional.of(Outcome.Kind.PASS), outcome(live, "plain", "RUN-001"));
        assertEquals(Optional.of(Outcome.Kind.PASS), outcome(live, "plain", "RUN-043"));
        assertEquals(Optional.of(Outcome.Kind.FAIL), outcome(live, "mounts", "RUN-003"));
        assertEquals(Optional.of(Outcome.Kind.FAIL), outcome(live, "secret", "RUN-047"));
        assertEquals(Optional.of(Outcome.Kind.PASS), outcome(live, "secret", "RUN-021"));
        assertEquals(Optional.of(Outcome.Kind.NOT_APPLICABLE), outcome(live, "test", "SWM-001"));

        Path recording = folder.resolve("recording");
        EngineRecorder.create().record(connect(), recording);
        assertEquals(findings(live), findings(LiveEngineTest.audit(RecordedEngine.open(recording))));
        assertTrue(
                !Files.readString(recording.resolve("containers/secret.json")).contains("Kq7vT2pZ9wLx"));
    }
}
