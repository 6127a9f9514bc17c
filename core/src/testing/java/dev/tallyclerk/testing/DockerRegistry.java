package dev.tallyclerk.testing;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.Closeable;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A real docker-registry on a free loopback port, with its storage in a temporary folder. */
public final class DockerRegistry implements Closeable {
    /** The user that {@link #startWithHtpasswd} lets in. */
    public static final String USER = "test";

    /** That user's password. */
    public static final String PASSWORD = "testpass";

    private final Process process;
    private final int port;
    private final Path storage;

    private DockerRegistry(Process process, int port, Path storage) {
        this.process = process;
        this.port = port;
        this.storage = storage;
    }

    /** Starts a registry that lets everybody in. */
    public static DockerRegistry start(Path folder) throws IOException {
        return start(folder, "");
    }

    /** Starts a registry that lets one user in, by Basic authentication. */
    public static DockerRegistry startWithHtpasswd(Path folder) throws IOException, InterruptedException {
        Path htpasswd = Peers.require("htpasswd");
        Path file = Files.writeString(
                folder.resolve("htpasswd"), Peers.run(folder, htpasswd.toString(), "-Bbn", USER, PASSWORD));
        return start(folder, "auth: {htpasswd: {realm: loopback, path: " + file + "}}\n");
    }

    private static DockerRegistry start(Path folder, String auth) throws IOException {
        Path program = Peers.require("docker-registry");
        int port = freePort();
        Path storage = Files.createDirectories(folder.resolve("storage"));
        Path config = Files.writeString(
                folder.resolve("registry.yml"),
                """
                version: 0.1
                log: {level: error}
                storage:
                  filesystem: {rootdirectory: %s}
                  delete: {enabled: true}
                http: {addr: "127.0.0.1:%d", secret: test-only}
                compatibility: {schema1: {enabled: true}}
                %s"""
                        .formatted(storage, port, auth));
        ProcessBuilder builder = new ProcessBuilder(program.toString(), "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("registry.log").toFile());
        builder.environment().put("OTEL_TRACES_EXPORTER", "none");
        DockerRegistry registry = new DockerRegistry(builder.start(), port, storage);
        registry.awaitAnswer();
        return registry;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Polls, because a process says in no other way that it listens. */
    private void awaitAnswer() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < deadline && process.isAlive()) {
            try {
                HttpURLConnection connection = (HttpURLConnection)
                        URI.create("http://" + host() + "/v2/").toURL().openConnection();
                int status = connection.getResponseCode();
                if (status == 200 || status == 401) {
                    return;
                }
            } catch (IOException e) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
        close();
        fail("docker-registry did not start");
    }

    /** {@return host and port, as an image's name begins with them} */
    public String host() {
        return "127.0.0.1:" + port;
    }

    /** {@return the file in which the registry keeps a blob, to be damaged} */
    public Path blob(String hex) {
        return storage.resolve("docker/registry/v2/blobs/sha256/" + hex.substring(0, 2) + "/" + hex + "/data");
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
