package dev.tallyclerk.examples.proxy;

import dev.tallyclerk.registry.proxy.PullThrough;
import dev.tallyclerk.registry.proxy.Upstream;
import dev.tallyclerk.verify.store.ContentStore;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;

/** A proxy with its listeners, from its start until it is closed. */
final class ProxyServer implements Closeable {
    /** Longer than what the core takes, so that it can say why it does not. */
    private static final int LONGEST_HEAD = 128 * 1024;

    private static final long COUNT_AGAIN = Duration.ofSeconds(10).toNanos();

    private final ProxyConfig config;
    private final Clock clock;
    private final Instant started;
    private final ExecutorService fetches = Executors.newCachedThreadPool();
    private final ExecutorService answers = Executors.newCachedThreadPool();
    private final Requests requests = new Requests();
    private final Metrics metrics = new Metrics();
    private final History history;
    private final ServerLog log;
    private final ContentStore store;
    private final Policies policies;
    private final Undertow undertow;
    private final List<String> names = new ArrayList<>();
    private final AtomicLong cachedBytes = new AtomicLong();
    private final AtomicLong counted = new AtomicLong();

    private ProxyServer(ProxyConfig config, Map<String, String> environment, PrintStream out, Clock clock)
            throws ConfigException, IOException {
        this.config = config;
        this.clock = clock;
        this.started = clock.instant();
        this.history = new History(clock);
        this.log = new ServerLog(out, clock);
        Files.createDirectories(config.folder());
        this.store = ContentStore.of(config.folder().resolve("content"), clock);
        store.cleanUp();
        Registries registries = new Registries(environment, clock);
        PullThrough proxy = PullThrough.of(store, config.folder().resolve("index"), fetches, clock)
                .withLimits(config.limits());
        for (ProxyConfig.Registry registry : config.upstreams()) {
            Upstream upstream = registries.upstream(registry);
            names.add(upstream.registry());
            try {
                proxy = registry.isDefault() ? proxy.withDefaultUpstream(upstream) : proxy.withUpstream(upstream);
            } catch (IllegalArgumentException e) {
                throw new ConfigException(e.getMessage() + "; give each another prefix", e);
            }
        }
        this.policies = new Policies(config, registries, fetches, clock, log::say);
        proxy = proxy.withPolicy(policies);
        HttpHandler content = new ProxyHandler(
                proxy, answers, config.serving(), requests, new ProxyHandler.Observers(metrics, history, log));
        SSLContext tls =
                config.tls().isPresent() ? Certificates.serving(config.tls().get()) : null;
        Undertow.Builder builder = Undertow.builder()
                .setServerOption(UndertowOptions.ENABLE_HTTP2, true)
                .setServerOption(UndertowOptions.ENABLE_STATISTICS, true)
                .setServerOption(UndertowOptions.DECODE_URL, false)
                .setServerOption(UndertowOptions.ALLOW_UNESCAPED_CHARACTERS_IN_URL, false)
                .setServerOption(UndertowOptions.MAX_HEADER_SIZE, LONGEST_HEAD)
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, 1L)
                .setServerOption(
                        UndertowOptions.NO_REQUEST_TIMEOUT,
                        millis(config.serving().idleTime()))
                .setServerOption(
                        UndertowOptions.REQUEST_PARSE_TIMEOUT,
                        millis(config.serving().requestTime()))
                .setServerOption(
                        UndertowOptions.IDLE_TIMEOUT, millis(config.serving().idleTime()))
                .setHandler(exchange -> route(exchange, content, config.admin().isEmpty()));
        config.http().ifPresent(at -> builder.addHttpListener(at.getPort(), at.getHostString()));
        if (tls != null) {
            InetSocketAddress at = config.tls().get().address();
            builder.addHttpsListener(at.getPort(), at.getHostString(), tls);
        }
        config.admin()
                .ifPresent(at -> builder.addHttpListener(
                        at.getPort(), at.getHostString(), exchange -> route(exchange, content, true)));
        this.undertow = builder.build();
    }

    private static int millis(Duration time) {
        return (int) Math.min(Integer.MAX_VALUE, time.toMillis());
    }

    /**
     * Starts a proxy.
     *
     * @param environment has passwords and the proxies to use
     * @param out gets the log
     * @throws ConfigException if the configuration cannot be used
     * @throws IOException if a folder or an address cannot be used
     */
    static ProxyServer start(ProxyConfig config, Map<String, String> environment, PrintStream out, Clock clock)
            throws ConfigException, IOException {
        ProxyServer server = new ProxyServer(config, environment, out, clock);
        try {
            server.undertow.start();
        } catch (RuntimeException e) {
            server.answers.shutdownNow();
            server.fetches.shutdownNow();
            throw new IOException("cannot listen: " + (e.getCause() == null ? e : e.getCause()).getMessage(), e);
        }
        server.log.say("serving " + String.join(", ", server.names) + " at " + server.places());
        return server;
    }

    /** {@return the address of a listener: HTTP, then HTTPS, then that of the metrics, as configured} */
    InetSocketAddress address(int index) {
        return (InetSocketAddress) undertow.getListenerInfo().get(index).getAddress();
    }

    private String places() {
        return String.join(
                " and ",
                undertow.getListenerInfo().stream()
                        .map(listener -> listener.getProtcol() + ":/" + listener.getAddress())
                        .toList());
    }

    private void route(HttpServerExchange exchange, HttpHandler content, boolean hasAdmin) throws Exception {
        String path = exchange.getRequestURI();
        boolean isRead = exchange.getRequestMethod().equalToString("GET")
                || exchange.getRequestMethod().equalToString("HEAD");
        switch (isRead ? path : "") {
            case "/healthz" -> send(exchange, 200, "text/plain", "ok\n");
            case "/readyz" -> ready(exchange);
            case "/metrics" -> admin(exchange, hasAdmin, content);
            case "/status" -> admin(exchange, hasAdmin, content);
            default -> content.handleRequest(exchange);
        }
    }

    private void admin(HttpServerExchange exchange, boolean hasAdmin, HttpHandler content) throws Exception {
        if (!hasAdmin) {
            content.handleRequest(exchange); // as any other path that there is not
        } else if (exchange.isInIoThread()) {
            exchange.dispatch(answers, inThread -> admin(inThread, true, content));
        } else if (exchange.getRequestURI().equals("/metrics")) {
            send(exchange, 200, Metrics.TYPE, metrics.text(gauges()));
        } else {
            exchange.getResponseHeaders()
                    .put(HttpString.tryFromString("Content-Security-Policy"), StatusPage.CONTENT_POLICY)
                    .put(Headers.CACHE_CONTROL, "no-store");
            List<String> problems = problems();
            StatusPage.Now now =
                    new StatusPage.Now(clock.instant(), started, problems.isEmpty(), problems, cached(), names);
            send(exchange, 200, StatusPage.TYPE, StatusPage.of(now, history.repositories(), history.refusals()));
        }
    }

    private Map<String, Long> gauges() {
        Map<String, Long> gauges = new LinkedHashMap<>();
        gauges.put("tallyclerk_proxy_running_requests", (long) requests.running());
        gauges.put("tallyclerk_proxy_open_connections", connections());
        gauges.put("tallyclerk_proxy_cache_bytes", cached());
        gauges.put(
                "tallyclerk_proxy_policy_problems", (long) policies.problems().size());
        gauges.put("process_start_time_seconds", started.getEpochSecond());
        return gauges;
    }

    /** {@return how many connections of clients are open} */
    long connections() {
        return undertow.getListenerInfo().stream()
                .mapToLong(listener -> listener.getConnectorStatistics().getActiveConnections())
                .sum();
    }

    /** {@return how many requests are being answered} */
    int running() {
        return requests.running();
    }

    /** {@return the size of the cache, which is counted now and then} */
    private long cached() {
        long now = System.nanoTime();
        long last = counted.get();
        if ((last == 0 || now - last > COUNT_AGAIN) && counted.compareAndSet(last, now)) {
            try {
                cachedBytes.set(store.totalBytes());
            } catch (IOException e) {
                log.say("the cache cannot be counted: " + e);
            }
        }
        return cachedBytes.get();
    }

    private List<String> problems() {
        List<String> problems = new ArrayList<>(policies.problems());
        Path folder = config.folder();
        if (!Files.isWritable(folder)) {
            problems.add("the folder of the cache cannot be written: " + folder);
        }
        if (requests.isStopping()) {
            problems.add("the proxy is being stopped");
        }
        return problems;
    }

    private void ready(HttpServerExchange exchange) {
        List<String> problems = problems();
        String text = problems.isEmpty() ? "ready" : String.join("\n", problems);
        send(exchange, problems.isEmpty() ? 200 : 503, "text/plain; charset=utf-8", text + "\n");
    }

    private static void send(HttpServerExchange exchange, int status, String type, String text) {
        exchange.setStatusCode(status);
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, type);
        exchange.getResponseSender().send(text, StandardCharsets.UTF_8);
    }

    /** Refuses new requests, lets the running ones end until the time is over, and stops. */
    @Override
    public void close() {
        int cut = 0;
        try {
            cut = requests.stop(config.serving().stopTime());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.say(cut == 0 ? "stopped" : "stopped; " + cut + " answers were cut off");
        undertow.stop();
        answers.shutdownNow();
        fetches.shutdownNow();
    }
}
