package dev.tallyclerk.examples.program;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.jdk.JdkTransport;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.auth.CachedCredentials;
import dev.tallyclerk.registry.auth.DockerConfig;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.client.Repository;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.verify.VerifyingInputStream;
import dev.tallyclerk.verify.http.BodySender;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pull-through proxy that completes no wrong content: a client gets all bytes of the Content-Length only if they
 * match the digest.
 *
 * <p>Nothing is written to disk or held whole in memory. The stream from {@link Repository#blob(Digest)} passes bytes
 * on as they arrive and holds back the last ones until size and digest match. If they do not, {@link BodySender} leaves
 * the body unfinished, the connection ends early, and the client sees a truncated body.
 *
 * <p>Everybody on this machine can read with the logins of the proxy.
 *
 * <pre>{@code
 * java -cp examples/programs/target/classes:examples/command/target/tallyclerk.jar \
 *     dev.tallyclerk.examples.program.VerifyingProxy registry.example.org 5000
 * docker pull localhost:5000/team/app:1.0
 * }</pre>
 */
public final class VerifyingProxy implements Closeable {
    private static final Pattern CONTENT = Pattern.compile("/v2/(.+)/(manifests|blobs)/([^/]+)");
    private static final String BLOB = "application/octet-stream";
    private static final int NO_BODY = -1;

    private final RegistryClient client;
    private final String registry;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private VerifyingProxy(RegistryClient client, String registry, HttpServer server) {
        this.client = client;
        this.registry = registry;
        this.server = server;
    }

    /**
     * Starts a proxy on the loopback interface.
     *
     * @param client the client for the registry
     * @param registry the registry's host, with a port if needed
     * @param port the port to listen on, or 0 for any
     * @throws IOException if the port cannot be listened on
     */
    public static VerifyingProxy start(RegistryClient client, String registry, int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        VerifyingProxy proxy = new VerifyingProxy(client, registry, server);
        server.setExecutor(proxy.threads);
        server.createContext("/v2/", proxy::handle);
        server.start();
        return proxy;
    }

    /** {@return the port that the proxy listens on} */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** Serves a request. Closing the exchange also closes a connection with an incomplete body. */
    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            Matcher content = CONTENT.matcher(path);
            String method = exchange.getRequestMethod();
            if (!method.equals("GET") && !method.equals("HEAD")) {
                exchange.sendResponseHeaders(405, NO_BODY);
            } else if (content.matches()) {
                serve(exchange, content.group(1), content.group(2).equals("blobs"), content.group(3));
            } else {
                exchange.sendResponseHeaders(path.equals("/v2/") ? 200 : 404, NO_BODY);
            }
        }
    }

    private void serve(HttpExchange exchange, String name, boolean blob, String what) throws IOException {
        try {
            Reference image = Reference.parse(registry + "/" + name);
            if (image.tag().isPresent() || image.digest().isPresent()) {
                throw new IllegalArgumentException("not the name of a repository: " + image.path());
            }
            Repository repository = client.repository(image);
            if (blob) {
                serveBlob(exchange, repository, Digest.parse(what));
            } else {
                serveManifest(exchange, repository, what);
            }
        } catch (IllegalArgumentException e) {
            fail(exchange, 400, e);
        } catch (IOException e) {
            fail(exchange, 502, e);
        }
    }

    /** Serves a manifest. A tag is only what the registry says: careful clients pull by digest. */
    private static void serveManifest(HttpExchange exchange, Repository repository, String what) throws IOException {
        Optional<Manifest> found =
                what.contains(":") ? repository.manifest(Digest.parse(what)) : repository.manifest(what);
        if (found.isEmpty()) {
            exchange.sendResponseHeaders(404, NO_BODY);
            return;
        }
        Manifest manifest = found.get();
        answer(exchange, manifest.mediaType(), manifest.digest(), manifest.size());
        if (exchange.getRequestMethod().equals("GET")) {
            exchange.getResponseBody().write(manifest.bytes());
        }
    }

    private static void serveBlob(HttpExchange exchange, Repository repository, Digest digest) throws IOException {
        if (exchange.getRequestMethod().equals("HEAD")) {
            OptionalLong size = repository.blobSize(digest);
            if (size.isPresent()) {
                answer(exchange, BLOB, digest, size.getAsLong());
            } else {
                exchange.sendResponseHeaders(404, NO_BODY);
            }
            return;
        }
        Optional<VerifyingInputStream> blob = sizedBlob(repository, digest);
        if (blob.isEmpty()) {
            exchange.sendResponseHeaders(404, NO_BODY);
            return;
        }
        BodySender.send(blob.get(), length -> {
            answer(exchange, BLOB, digest, length);
            return exchange.getResponseBody();
        });
    }

    /** {@return the content with its size, which a registry that sends it without a length may tell on its own} */
    private static Optional<VerifyingInputStream> sizedBlob(Repository repository, Digest digest) throws IOException {
        Optional<VerifyingInputStream> blob = repository.blob(digest);
        if (blob.isEmpty() || blob.get().remaining().isPresent()) {
            return blob;
        }
        blob.get().close();
        // This server would complete a body without a length, so there is nothing to send without a size.
        long size = repository.blobSize(digest).orElseThrow(() -> new IOException("the registry tells no size"));
        return repository.blob(Descriptor.of(BLOB, digest, size));
    }

    private static void answer(HttpExchange exchange, String mediaType, Digest digest, long size) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", mediaType);
        exchange.getResponseHeaders().set("Docker-Content-Digest", digest.toString());
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Long.toString(size));
            exchange.sendResponseHeaders(200, NO_BODY);
        } else {
            // To this server, a length of 0 means unknown.
            exchange.sendResponseHeaders(200, size == 0 ? NO_BODY : size);
        }
    }

    /** Fails with a status or, after the headers were sent, by ending the body early. */
    private static void fail(HttpExchange exchange, int status, Exception why) throws IOException {
        System.err.println(exchange.getRequestURI() + ": " + why.getMessage());
        if (exchange.getResponseCode() < 0) {
            exchange.sendResponseHeaders(status, NO_BODY);
        }
    }

    /**
     * Runs a proxy until it is stopped.
     *
     * @param args the registry's host, and the port to listen on
     * @throws IOException if the port cannot be listened on
     */
    @SuppressWarnings("resource") // open as long as the program runs
    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            System.err.println("usage: VerifyingProxy REGISTRY PORT");
            System.exit(1);
        }
        RegistryClient client = RegistryClient.of(JdkTransport.of(HttpClient.newHttpClient()))
                .withCredentials(CachedCredentials.of(
                        DockerConfig.ofEnvironment(System.getenv()), Duration.ofMinutes(5), Clock.systemUTC()));
        VerifyingProxy proxy = start(client, args[0], Integer.parseInt(args[1]));
        System.out.println("serving " + args[0] + " at localhost:" + proxy.port());
    }
}
