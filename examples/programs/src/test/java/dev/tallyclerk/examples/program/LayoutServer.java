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

/**
 * A registry on the loopback interface that serves one OCI layout as {@code team/app:1.0}, whatever is in its files.
 */
final class LayoutServer implements Closeable {
    static final String NAME = "team/app";
    static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

    private final Path layout;
    private final HttpServer server;

    private LayoutServer(Path layout, HttpServer server) {
        this.layout = layout;
        this.server = server;
    }

    static LayoutServer start(Path layout) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        LayoutServer registry = new LayoutServer(layout, server);
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
                exchange.getResponseHeaders().set("Content-Length", Integer.toString(content.length));
                exchange.sendResponseHeaders(200, -1);
            } else {
                exchange.sendResponseHeaders(200, content.length);
                exchange.getResponseBody().write(content);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
