package dev.tallyclerk.examples.proxy;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/** A proxy that a test has started, with its log. */
final class RunningProxy implements Closeable {
    private final ProxyServer server;
    private final ByteArrayOutputStream log;

    private RunningProxy(ProxyServer server, ByteArrayOutputStream log) {
        this.server = server;
        this.log = log;
    }

    /** Starts one; the configuration has free ports of loopback and a cache in the folder, and what is given. */
    static RunningProxy start(Path folder, String more) throws IOException, ConfigException {
        return start(folder, more, Map.of(), Clock.systemUTC());
    }

    static RunningProxy start(Path folder, String more, Map<String, String> environment, Clock clock)
            throws IOException, ConfigException {
        Path file = folder.resolve("proxy.yml");
        Files.writeString(file, "listen: 127.0.0.1:0\ncache:\n  folder: cache\n" + more);
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(log, true, StandardCharsets.UTF_8);
        return new RunningProxy(ProxyServer.start(ProxyConfig.read(file), environment, out, clock), log);
    }

    /** {@return the configuration of one upstream that is the default} */
    static String upstream(String registry) {
        return "upstreams:\n  - registry: " + registry + "\n    default: true\n";
    }

    String host() {
        return host(0);
    }

    /** {@return host and port of a listener, in the order of the configuration} */
    String host(int index) {
        return "127.0.0.1:" + address(index).getPort();
    }

    InetSocketAddress address(int index) {
        return server.address(index);
    }

    HttpResponse<byte[]> get(String target, String... headers) throws IOException, InterruptedException {
        return send("GET", host(), target, headers);
    }

    /** {@return the status, over a connection that ends with the request} */
    int getQuietly(String target) throws IOException {
        return Integer.parseInt(
                RawRequest.send(address(0), RawRequest.get(target)).split(" ", 3)[1]);
    }

    static HttpResponse<byte[]> send(String method, String host, String target, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + host + target))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    /** {@return how many connections are open, and requests running} */
    long inUse() {
        return server.connections() + server.running();
    }

    /** {@return how many requests are running} */
    int running() {
        return server.running();
    }

    void tidy() {
        server.tidy();
    }

    /** {@return the log, with all that has happened until now} */
    String log() {
        while (server.unwritten() > 0) {
            Thread.onSpinWait();
        }
        return log.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.close();
    }
}
