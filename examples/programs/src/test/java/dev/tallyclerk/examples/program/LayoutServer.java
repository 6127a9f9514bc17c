package dev.tallyclerk.examples.program;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tallyclerk.digest.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * A registry on the loopback interface that serves one OCI layout as {@code team/app:1.0}, whatever is in its files.
 */
final class LayoutServer implements Closeable {
    static final String NAME = "team/app";
    static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

    private final Path layout;
    private final HttpServer server;

    private final Set<Habit> habits;

    /** What real registries do otherwise. */
    enum Habit {
        /** They answer HEAD requests for blobs with 405. */
        NO_HEAD,
        /** They send blobs in chunks, without a Content-Length. */
        NO_LENGTH
    }

    private LayoutServer(Path layout, HttpServer server, Set<Habit> habits) {
        this.layout = layout;
        this.server = server;
        this.habits = habits;
    }

    static LayoutServer start(Path layout, Habit... habits) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        LayoutServer registry = new LayoutServer(layout, server, Set.of(habits));
        server.createContext("/v2/" + NAME + "/", registry::handle);
        server.start();
        return registry;
    }

    String host() {
        return "localhost:" + server.getAddress().getPort();
    }

    /** {@return the digest of the one manifest that a layout's index lists} */
    static Digest manifestOf(Path layout) throws IOException {
        String index = Files.readString(layout.resolve("index.json"));
        int at = index.indexOf("sha256:");
        return Digest.parse(index.substring(at, at + "sha256:".length() + 64));
    }

    static Path blob(Path layout, Digest digest) {
        return layout.resolve("blobs").resolve(digest.algorithm().name()).resolve(digest.encoded());
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String last = path.substring(path.lastIndexOf('/') + 1);
            Path file = blob(layout, last.equals("1.0") ? manifestOf(layout) : Digest.parse(last));
            if (!Files.exists(file)) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            byte[] content = Files.readAllBytes(file);
            boolean manifest = path.contains("/manifests/");
            exchange.getResponseHeaders().set("Content-Type", manifest ? MANIFEST_TYPE : "application/octet-stream");
            if (exchange.getRequestMethod().equals("HEAD")) {
                if (!manifest && habits.contains(Habit.NO_HEAD)) {
                    exchange.sendResponseHeaders(405, -1);
                    return;
                }
                exchange.getResponseHeaders().set("Content-Length", Integer.toString(content.length));
                exchange.sendResponseHeaders(200, -1);
            } else {
                boolean chunked = !manifest && habits.contains(Habit.NO_LENGTH);
                exchange.sendResponseHeaders(200, chunked ? 0 : content.length);
                exchange.getResponseBody().write(content);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
