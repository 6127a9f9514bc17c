package dev.tallyclerk.benchmarks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.model.MediaType;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/** A registry on the loopback interface that serves one image as an {@link Attack} wants it. */
final class HostileRegistry implements Closeable {
    private static final String REPOSITORY = "/v2/team/image/";
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int NO_BODY = -1;

    private final Attack attack;
    private final HostileImage image;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicBoolean attacked = new AtomicBoolean();

    private HostileRegistry(Attack attack, HostileImage image, HttpServer server) {
        this.attack = attack;
        this.image = image;
        this.server = server;
    }

    static HostileRegistry start(Attack attack) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
        HostileRegistry registry = new HostileRegistry(attack, HostileImage.of(attack), server);
        server.setExecutor(registry.threads);
        server.createContext("/", registry::serve);
        server.start();
        return registry;
    }

    /** {@return the name to pull: by digest, if the attack wants one, otherwise by tag} */
    String name() {
        return repository() + (attack.isByDigest() ? "@" + image.root() : ":1");
    }

    private String repository() {
        return "127.0.0.1:" + server.getAddress().getPort() + "/team/image";
    }

    /** {@return whether the wrong content was asked for: a client that never did has not been tried} */
    boolean isTried() {
        return attacked.get();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/v2/")) {
                send(exchange, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
            } else if (path.startsWith(REPOSITORY + "manifests/")) {
                manifest(exchange, path.substring((REPOSITORY + "manifests/").length()));
            } else if (path.startsWith(REPOSITORY + "blobs/sha256:")) {
                blob(exchange, Digest.parse(path.substring((REPOSITORY + "blobs/").length())));
            } else {
                exchange.sendResponseHeaders(NOT_FOUND, NO_BODY);
            }
        }
    }

    private void manifest(HttpExchange exchange, String reference) throws IOException {
        Digest digest = reference.startsWith("sha256:") ? Digest.parse(reference) : image.root();
        byte[] document = image.contents().get(digest);
        if (document == null) {
            exchange.sendResponseHeaders(NOT_FOUND, NO_BODY);
            return;
        }
        boolean index = digest.equals(image.root()) && !image.root().equals(image.child());
        note(exchange, digest);
        String claimed =
                attack == Attack.CLAIMED_DIGEST ? Digest.sha256Of(new byte[0]).toString() : digest.toString();
        exchange.getResponseHeaders().set("Docker-Content-Digest", claimed);
        send(exchange, index ? MediaType.OCI_INDEX : MediaType.OCI_MANIFEST, document);
    }

    private void blob(HttpExchange exchange, Digest digest) throws IOException {
        byte[] content = image.contents().get(digest);
        if (content == null) {
            exchange.sendResponseHeaders(NOT_FOUND, NO_BODY);
            return;
        }
        note(exchange, digest);
        boolean layer = digest.equals(image.attacked());
        exchange.getResponseHeaders().set("Docker-Content-Digest", digest.toString());
        if (layer && attack == Attack.CUT && exchange.getRequestMethod().equals("GET")) {
            exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
            exchange.sendResponseHeaders(OK, content.length);
            OutputStream body = exchange.getResponseBody();
            body.write(content, 0, content.length / 2);
            body.flush();
            return; // closing the exchange now ends the connection
        }
        byte[] sent = content;
        if (layer && attack == Attack.SHORT) {
            sent = Arrays.copyOf(content, content.length / 2);
        } else if (layer && attack == Attack.LONG) {
            sent = Arrays.copyOf(content, content.length + 1);
        }
        send(exchange, "application/octet-stream", sent);
    }

    private void note(HttpExchange exchange, Digest digest) {
        if (digest.equals(image.attacked()) && exchange.getRequestMethod().equals("GET")) {
            attacked.set(true);
        }
    }

    private static void send(HttpExchange exchange, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(body.length));
            exchange.sendResponseHeaders(OK, NO_BODY);
        } else {
            exchange.sendResponseHeaders(OK, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
