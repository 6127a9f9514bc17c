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
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.HttpsURLConnection;

/** A real docker-registry on a free loopback port, with its storage in a temporary folder. */
public final class DockerRegistry implements Closeable {
    /** The user that {@link #startWithHtpasswd} lets in. */
    public static final String USER = "test";

    /** That user's password. */
    public static final String PASSWORD = "testpass";

    /** A header of all its answers, by which each registry is known. */
    private static final String MARK = "X-Started-For";

    private final Process process;
    private final int port;
    private final String mark;
    private final Path storage;
    private final Optional<PrivateAuthority> authority;

    private DockerRegistry(
            Process process, int port, String mark, Path storage, Optional<PrivateAuthority> authority) {
        this.process = process;
        this.port = port;
        this.mark = mark;
        this.storage = storage;
        this.authority = authority;
    }

    /** Starts a registry that lets everybody in. */
    public static DockerRegistry start(Path folder) throws IOException {
        return start(folder, "", Optional.empty());
    }

    /** Starts a registry that lets one user in, by Basic authentication. */
    public static DockerRegistry startWithHtpasswd(Path folder) throws IOException, InterruptedException {
        return start(folder, htpasswd(folder), Optional.empty());
    }

    /** Starts a registry that lets in who has a token of that service. */
    public static DockerRegistry startWithTokens(Path folder, PrivateAuthority authority, TokenServer tokens)
            throws IOException {
        return start(folder, tokens(folder, authority, tokens), Optional.empty());
    }

    /** Starts a registry of https that lets everybody in. */
    public static DockerRegistry startTls(Path folder, PrivateAuthority authority) throws IOException {
        return start(folder, "", Optional.of(authority));
    }

    /** Starts a registry of https that lets one user in, by Basic authentication. */
    public static DockerRegistry startTlsWithHtpasswd(Path folder, PrivateAuthority authority)
            throws IOException, InterruptedException {
        return start(folder, htpasswd(folder), Optional.of(authority));
    }

    /** Starts a registry of https that lets in who has a token of that service. */
    public static DockerRegistry startTlsWithTokens(Path folder, PrivateAuthority authority, TokenServer tokens)
            throws IOException {
        return start(folder, tokens(folder, authority, tokens), Optional.of(authority));
    }

    private static String htpasswd(Path folder) throws IOException, InterruptedException {
        Path htpasswd = Peers.require("htpasswd");
        Path file = Files.writeString(
                folder.resolve("htpasswd"), Peers.run(folder, htpasswd.toString(), "-Bbn", USER, PASSWORD));
        return "auth: {htpasswd: {realm: loopback, path: " + file + "}}\n";
    }

    private static String tokens(Path folder, PrivateAuthority authority, TokenServer tokens) throws IOException {
        return "auth: {token: {realm: \"" + tokens.realm() + "\", service: " + TokenServer.SERVICE + ", issuer: "
                + TokenSigner.ISSUER + ", rootcertbundle: " + authority.writeAuthority(folder) + "}}\n";
    }

    private static DockerRegistry start(Path folder, String auth, Optional<PrivateAuthority> authority)
            throws IOException {
        for (int i = 0; i < 5; i++) {
            DockerRegistry registry = start(folder, auth, authority, freePort());
            if (registry.answers()) {
                return registry;
            }
            registry.close();
        }
        return fail("docker-registry did not start");
    }

    private static DockerRegistry start(Path folder, String auth, Optional<PrivateAuthority> authority, int port)
            throws IOException {
        Path program = Peers.require("docker-registry");
        String mark = UUID.randomUUID().toString();
        Path storage = Files.createDirectories(folder.resolve("storage"));
        Path config = Files.writeString(
                folder.resolve("registry.yml"),
                """
                version: 0.1
                log: {level: error}
                storage:
                  filesystem: {rootdirectory: %s}
                  delete: {enabled: true}
                http: {addr: "127.0.0.1:%d", secret: test-only, headers: {%s: [%s]}%s}
                compatibility: {schema1: {enabled: true}}
                %s"""
                        .formatted(storage, port, MARK, mark, tls(folder, authority), auth));
        ProcessBuilder builder = new ProcessBuilder(program.toString(), "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("registry.log").toFile());
        builder.environment().put("OTEL_TRACES_EXPORTER", "none");
        return new DockerRegistry(builder.start(), port, mark, storage, authority);
    }

    private static String tls(Path folder, Optional<PrivateAuthority> authority) throws IOException {
        return authority.isEmpty()
                ? ""
                : ", tls: {certificate: " + authority.get().writeServerCertificate(folder) + ", key: "
                        + authority.get().writeServerKey(folder) + "}";
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /**
     * Polls, because a process says in no other way that it listens.
     *
     * @return whether it does; somebody else may have taken the port since it was free, and answer there
     */
    private boolean answers() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < deadline && process.isAlive()) {
            try {
                HttpURLConnection answer = ask();
                int status = answer.getResponseCode();
                if (status == 200 || status == 401) {
                    return mark.equals(answer.getHeaderField(MARK));
                }
            } catch (IOException e) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
        return false;
    }

    private HttpURLConnection ask() throws IOException {
        String scheme = authority.isPresent() ? "https://" : "http://";
        HttpURLConnection connection = (HttpURLConnection)
                URI.create(scheme + host() + "/v2/").toURL().openConnection();
        if (connection instanceof HttpsURLConnection https) {
            https.setSSLSocketFactory(authority.orElseThrow().clientContext().getSocketFactory());
        }
        return connection;
    }

    /** {@return host and port, as an image's name begins with them} */
    public String host() {
        return "127.0.0.1:" + port;
    }

    /** {@return its port on loopback} */
    public int port() {
        return port;
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
