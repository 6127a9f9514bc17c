package dev.tallyclerk.registry.proxy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A proxy behind the HTTP server of the JDK, on a free port of loopback. */
final class JdkProxyServer implements Closeable {
    private static final int NO_BODY = -1;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private JdkProxyServer(HttpServer server) {
        this.server = server;
    }

    static JdkProxyServer start(PullThrough proxy) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
        JdkProxyServer started = new JdkProxyServer(server);
        server.setExecutor(started.threads);
        server.createContext("/", exchange -> handle(proxy, exchange));
        server.start();
        return started;
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

    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
