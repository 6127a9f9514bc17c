package dev.tallyclerk.benchmarks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tallyclerk.http.jdk.JdkTransport;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.proxy.ProxyAnswer;
import dev.tallyclerk.registry.proxy.ProxyRequest;
import dev.tallyclerk.registry.proxy.PullThrough;
import dev.tallyclerk.registry.proxy.Upstream;
import dev.tallyclerk.verify.store.ContentStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pulls an image through a pull-through cache with a client that checks no digest, in a process of its own: what it
 * completes, the cache has let through.
 */
final class CachePull {
    private static final Pattern DIGEST = Pattern.compile("\"digest\"\\s*:\\s*\"(sha256:[0-9a-f]{64})\"");
    private static final String TYPES =
            "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json";
    private static final int OK = 200;
    private static final int NO_BODY = -1;
    private static final int ATTEMPTS = 300;

    private final HttpClient client = HttpClient.newHttpClient();
    private final String address;
    private final Set<String> seen = new HashSet<>();

    private CachePull(String address) {
        this.address = address;
    }

    /** Arguments: {@code tallyclerk} or {@code docker-registry}, the image's name, and an empty folder. */
    public static void main(String[] args) {
        int status = 1;
        try {
            status = pull(args[0], args[1], Path.of(args[2])) ? 0 : 1;
        } catch (Exception e) {
            System.err.println(e);
        }
        System.exit(status);
    }

    private static boolean pull(String cache, String name, Path folder) throws Exception {
        String upstream = name.substring(0, name.indexOf('/'));
        String path = name.substring(name.indexOf('/') + 1);
        int cut = path.contains("@") ? path.indexOf('@') : path.indexOf(':');
        String repository = path.substring(0, cut);
        String reference = path.substring(cut + 1);
        if (cache.equals("tallyclerk")) {
            return new CachePull("http://127.0.0.1:" + serve(upstream, folder)).manifest(repository, reference);
        }
        int port = freePort();
        Process process = dockerRegistry(upstream, port, folder);
        try {
            CachePull pull = new CachePull("http://127.0.0.1:" + port);
            pull.awaitAnswer();
            return pull.manifest(repository, reference);
        } finally {
            process.destroyForcibly();
        }
    }

    private static int serve(String upstream, Path folder) throws IOException {
        Clock clock = Clock.systemUTC();
        var threads = Executors.newCachedThreadPool();
        PullThrough proxy = PullThrough.of(
                        ContentStore.of(folder.resolve("content"), clock), folder.resolve("index"), threads, clock)
                .withDefaultUpstream(
                        Upstream.of(upstream, RegistryClient.of(JdkTransport.of(HttpClient.newHttpClient()))));
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v2/", exchange -> answer(proxy, exchange));
        server.start();
        return server.getAddress().getPort();
    }

    private static void answer(PullThrough proxy, HttpExchange exchange) throws IOException {
        ProxyRequest request = ProxyRequest.of(
                        exchange.getRequestMethod(), exchange.getRequestURI().toString())
                .withHeaders(exchange.getRequestHeaders());
        try (exchange;
                ProxyAnswer answer = proxy.answer(request)) {
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            long length = answer.body().length();
            exchange.sendResponseHeaders(answer.status(), length == 0 ? NO_BODY : length);
            answer.writeTo(exchange.getResponseBody());
        }
    }

    private static Process dockerRegistry(String upstream, int port, Path folder) throws IOException {
        Path config =
                Files.writeString(folder.resolve("cache.yml"), """
                version: 0.1
                log: {level: error}
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "127.0.0.1:%d"}
                proxy: {remoteurl: "http://%s"}
                """.formatted(folder.resolve("cache"), port, upstream));
        ProcessBuilder builder = new ProcessBuilder(ServedImage.PROGRAM, "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("cache.log").toFile());
        builder.environment().put("OTEL_TRACES_EXPORTER", "none");
        return builder.start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitAnswer() throws IOException, InterruptedException {
        for (int i = 1; ; i++) {
            try {
                get("/v2/");
                return;
            } catch (IOException e) {
                if (i == ATTEMPTS) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }

    /** {@return whether the manifest and all that it names came whole} */
    private boolean manifest(String repository, String reference) throws IOException, InterruptedException {
        HttpResponse<byte[]> manifest = get("/v2/" + repository + "/manifests/" + reference);
        if (manifest.statusCode() != OK) {
            return false;
        }
        boolean index = manifest.headers().firstValue("Content-Type").orElse("").contains("index");
        Matcher digest = DIGEST.matcher(new String(manifest.body(), StandardCharsets.UTF_8));
        while (digest.find()) {
            boolean whole = !seen.add(digest.group(1))
                    || (index
                            ? manifest(repository, digest.group(1))
                            : get("/v2/" + repository + "/blobs/" + digest.group(1))
                                            .statusCode()
                                    == OK);
            if (!whole) {
                return false;
            }
        }
        return true;
    }

    private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(address + path))
                        .header("Accept", TYPES)
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }
}
