package dev.tallyclerk.examples.program;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tallyclerk.http.jdk.JdkTransport;
import dev.tallyclerk.registry.auth.CachedCredentials;
import dev.tallyclerk.registry.auth.DockerConfig;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.proxy.ProxyAnswer;
import dev.tallyclerk.registry.proxy.ProxyRequest;
import dev.tallyclerk.registry.proxy.PullThrough;
import dev.tallyclerk.registry.proxy.Upstream;
import dev.tallyclerk.verify.store.ContentStore;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A pull-through cache that completes no wrong content: {@link PullThrough} behind the HTTP server of the JDK.
 *
 * <p>Everybody on this machine can read with the logins of the proxy.
 *
 * <pre>{@code
 * java -cp examples/programs/target/classes:examples/command/target/tallyclerk.jar \
 *     dev.tallyclerk.examples.program.VerifyingProxy registry.example.org 5000 cache
 * docker pull localhost:5000/team/app:1.0
 * }</pre>
 */
public final class VerifyingProxy implements Closeable {
    private static final int NO_BODY = -1;

    private final HttpServer server;
    private final ExecutorService threads;

    private VerifyingProxy(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Starts a proxy on the loopback interface.
     *
     * @param upstream the registry
     * @param folder where the cache is kept, created where it is missing
     * @param port the port to listen on, or 0 for any
     * @throws IOException if the folder cannot be used, or the port cannot be listened on
     */
    public static VerifyingProxy start(Upstream upstream, Path folder, int port) throws IOException {
        Clock clock = Clock.systemUTC();
        ExecutorService threads = Executors.newCachedThreadPool();
        PullThrough proxy = PullThrough.of(
                        ContentStore.of(folder.resolve("content"), clock), folder.resolve("index"), threads, clock)
                .withDefaultUpstream(upstream);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> handle(proxy, exchange));
        server.start();
        return new VerifyingProxy(server, threads);
    }

    /** Answers a request. Closing the exchange also ends a connection whose body is incomplete. */
    private static void handle(PullThrough proxy, HttpExchange exchange) throws IOException {
        ProxyRequest request = ProxyRequest.of(
                        exchange.getRequestMethod(), exchange.getRequestURI().toString())
                .withHeaders(exchange.getRequestHeaders());
        try (exchange;
                ProxyAnswer answer = proxy.answer(request)) {
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            long length = answer.body().length();
            // To this server, a length of 0 means unknown.
            exchange.sendResponseHeaders(answer.status(), length == 0 ? NO_BODY : length);
            answer.writeTo(exchange.getResponseBody());
        }
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

    /**
     * Runs a proxy until it is stopped.
     *
     * @param args the registry's host, the port to listen on, and the folder of the cache
     * @throws IOException if the folder cannot be used, or the port cannot be listened on
     */
    @SuppressWarnings("resource") // open as long as the program runs
    public static void main(String[] args) throws IOException {
        if (args.length != 3) {
            System.err.println("usage: VerifyingProxy REGISTRY PORT FOLDER");
            System.exit(1);
        }
        RegistryClient client = RegistryClient.of(JdkTransport.of(HttpClient.newHttpClient()))
                .withCredentials(CachedCredentials.of(
                        DockerConfig.ofEnvironment(System.getenv()), Duration.ofMinutes(5), Clock.systemUTC()));
        VerifyingProxy proxy = start(Upstream.of(args[0], client), Path.of(args[2]), Integer.parseInt(args[1]));
        System.out.println("serving " + args[0] + " at localhost:" + proxy.port());
    }
}
