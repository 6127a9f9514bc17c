package dev.tallyclerk.examples.proxy;

import dev.tallyclerk.registry.proxy.PullThrough;
import dev.tallyclerk.registry.proxy.Upstream;
import dev.tallyclerk.verify.store.ContentStore;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
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
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.xnio.OptionMap;

/** A proxy with its listeners, from its start until it is closed. */
final class ProxyServer implements Closeable {
    /** Longer than what the core takes, so that it can say why it does not. */
    private static final int LONGEST_HEAD = 128 * 1024;

    private static final long COUNT_AGAIN = Duration.ofSeconds(10).toNanos();
    private static final int TIDY_MINUTES = 5;
    private static final int MOST_ASKING = 16;

    private final ProxyConfig config;
    private final Clock clock;
    private final Instant started;
    private final ExecutorService fetches = Executors.newCachedThreadPool();
    private final ExecutorService answers = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
    private final Semaphore asking = new Semaphore(MOST_ASKING);
    private final Requests requests = new Requests();
    private final Metrics metrics = new Metrics();
    private final History history;
    private final ServerLog log;
    private final ContentStore store;
    private final PullThrough proxy;
    private final Setup setup;
    private final Policies policies;
    private final Connections connections;
    private final Listeners listeners;
    private final List<String> names;
    private final AtomicLong cachedBytes = new AtomicLong();
    private final AtomicLong counted = new AtomicLong();

    private ProxyServer(ProxyConfig config, Map<String, String> environment, ServerLog log, Clock clock)
            throws ConfigException, IOException {
        this.config = config;
        this.clock = clock;
        this.started = clock.instant();
        this.history = new History(clock);
        this.log = log;
        this.setup = Setup.of(config, environment, fetches, clock, log::say);
        this.policies = setup.policies();
        this.names = setup.upstreams().stream().map(Upstream::registry).toList();
        Files.createDirectories(config.folder());
        this.store = ContentStore.of(config.folder().resolve("content"), clock);
        this.proxy = proxy();
        this.connections = new Connections(config.serving().idleTime());
        this.listeners = new Listeners(options(config.serving()), connections);
    }

    private PullThrough proxy() throws IOException {
        PullThrough made = PullThrough.of(store, config.folder().resolve("index"), fetches, clock)
                .withLimits(config.limits())
                .withPolicy(policies);
        for (int i = 0; i < setup.upstreams().size(); i++) {
            Upstream upstream = setup.upstreams().get(i);
            made = config.upstreams().get(i).isDefault()
                    ? made.withDefaultUpstream(upstream)
                    : made.withUpstream(upstream);
        }
        return made;
    }

    private static OptionMap options(ProxyConfig.Serving serving) {
        return OptionMap.builder()
                .set(UndertowOptions.ENABLE_HTTP2, true)
                .set(UndertowOptions.DECODE_URL, false)
                .set(UndertowOptions.ALLOW_UNESCAPED_CHARACTERS_IN_URL, false)
                .set(UndertowOptions.MAX_HEADER_SIZE, LONGEST_HEAD)
                .set(UndertowOptions.MAX_ENTITY_SIZE, 1L)
                .set(UndertowOptions.NO_REQUEST_TIMEOUT, millis(serving.idleTime()))
                .set(UndertowOptions.REQUEST_PARSE_TIMEOUT, millis(serving.requestTime()))
                .getMap();
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
        ServerLog log = new ServerLog(out, clock);
        ProxyServer server;
        try {
            server = new ProxyServer(config, environment, log, clock);
        } catch (ConfigException | IOException e) {
            log.close();
            throw e;
        }
        try {
            server.listen();
        } catch (IOException e) {
            server.end();
            log.close();
            throw e;
        }
        log.say("serving " + String.join(", ", server.names) + " at " + server.places());
        return server;
    }

    private void listen() throws IOException {
        ProxyHandler.Observers observers = new ProxyHandler.Observers(metrics, history, log);
        HttpHandler content = new ProxyHandler(proxy, answers, config.serving(), requests, connections, observers);
        boolean isAdmin = config.admin().isEmpty();
        if (config.http().isPresent()) {
            listeners.plain(config.http().get(), exchange -> route(exchange, content, isAdmin));
        }
        if (setup.tls().isPresent()) {
            listeners.tls(
                    config.tls().orElseThrow().address(),
                    setup.tls().get(),
                    exchange -> route(exchange, content, isAdmin));
        }
        if (config.admin().isPresent()) {
            listeners.plain(config.admin().get(), exchange -> route(exchange, content, true));
        }
        long often = Math.max(1, Math.min(1000, config.serving().idleTime().toMillis() / 4));
        Future<?> unusedSweeps = timer.scheduleWithFixedDelay(connections::sweep, often, often, TimeUnit.MILLISECONDS);
        Future<?> unusedTidyings = timer.scheduleWithFixedDelay(this::tidy, 0, TIDY_MINUTES, TimeUnit.MINUTES);
    }

    /** Keeps the limits of the cache also where nothing is added to it. */
    void tidy() {
        try {
            store.cleanUp();
            proxy.withListener(new ProxyHandler.Observers(metrics, history, log)::event)
                    .evict();
        } catch (IOException | RuntimeException e) {
            log.say("the limits of the cache cannot be kept: " + e);
        }
    }

    /** {@return the address of a listener: HTTP, then HTTPS, then that of the metrics, as configured} */
    InetSocketAddress address(int index) {
        return listeners.addresses().get(index);
    }

    private String places() {
        List<String> protocols = new ArrayList<>();
        config.http().ifPresent(any -> protocols.add("http"));
        config.tls().ifPresent(any -> protocols.add("https"));
        config.admin().ifPresent(any -> protocols.add("http"));
        return IntStream.range(0, protocols.size())
                .mapToObj(i -> protocols.get(i) + ":/" + address(i))
                .collect(Collectors.joining(" and "));
    }

    private void route(HttpServerExchange exchange, HttpHandler content, boolean hasAdmin) throws Exception {
        String path = exchange.getRequestURI();
        boolean isRead = exchange.getRequestMethod().equals(Methods.GET)
                || exchange.getRequestMethod().equals(Methods.HEAD);
        switch (isRead ? path : "") {
            case "/healthz" -> {
                connections.begin(exchange).run();
                send(exchange, 200, "text/plain", "ok\n");
            }
            case "/readyz" -> ask(exchange);
            case "/metrics", "/status" -> {
                if (hasAdmin) {
                    ask(exchange);
                } else {
                    content.handleRequest(exchange); // as any other path that there is not
                }
            }
            default -> content.handleRequest(exchange);
        }
    }

    /** Answers with what may need the disk, so not on the thread of the connection, and not for many at a time. */
    private void ask(HttpServerExchange exchange) {
        connections.begin(exchange).run();
        if (!asking.tryAcquire()) {
            send(exchange, 503, "text/plain", "too many ask at a time\n");
            return;
        }
        exchange.dispatch(
                task -> {
                    try {
                        answers.execute(task);
                    } catch (RejectedExecutionException | OutOfMemoryError e) {
                        asking.release();
                        send(exchange, 503, "text/plain", "there is no thread for the answer\n");
                    }
                },
                this::tell);
    }

    private void tell(HttpServerExchange exchange) {
        try {
            switch (exchange.getRequestURI()) {
                case "/readyz" -> ready(exchange);
                case "/metrics" -> send(exchange, 200, Metrics.TYPE, metrics.text(gauges()));
                default -> status(exchange);
            }
        } finally {
            asking.release();
        }
    }

    private void status(HttpServerExchange exchange) {
        exchange.getResponseHeaders()
                .put(HttpString.tryFromString("Content-Security-Policy"), StatusPage.CONTENT_POLICY)
                .put(Headers.CACHE_CONTROL, "no-store");
        List<String> problems = problems();
        StatusPage.Now now =
                new StatusPage.Now(clock.instant(), started, problems.isEmpty(), problems, cached(), names);
        send(exchange, 200, StatusPage.TYPE, StatusPage.of(now, history.repositories(), history.refusals()));
    }

    private Map<String, Long> gauges() {
        Map<String, Long> gauges = new LinkedHashMap<>();
        gauges.put("tallyclerk_proxy_running_requests", (long) requests.running());
        gauges.put("tallyclerk_proxy_open_connections", connections());
        gauges.put("tallyclerk_proxy_cache_bytes", cached());
        gauges.put("tallyclerk_proxy_log_lines_waiting", log.waiting());
        gauges.put(
                "tallyclerk_proxy_policy_problems", (long) policies.problems().size());
        gauges.put("process_start_time_seconds", started.getEpochSecond());
        return gauges;
    }

    /** {@return how many connections of clients are open} */
    long connections() {
        return connections.count();
    }

    /** {@return how many requests are being answered} */
    int running() {
        return requests.running();
    }

    /** {@return how many lines of the log are not written yet} */
    long unwritten() {
        return log.waiting();
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

    /** Says what is wrong without the names of files, which are for the log and the page. */
    private void ready(HttpServerExchange exchange) {
        List<String> problems = new ArrayList<>();
        if (!policies.problems().isEmpty()) {
            problems.add("a policy that was changed cannot be read");
        }
        if (!Files.isWritable(config.folder())) {
            problems.add("the cache cannot be written");
        }
        if (requests.isStopping()) {
            problems.add("the proxy is being stopped");
        }
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
        end();
        log.say(cut == 0 ? "stopped" : "stopped; " + cut + " answers were cut off");
        log.close();
    }

    /** Each part ends in a short time or not at all, so that the program keeps to its own. */
    private void end() {
        timer.shutdownNow();
        listeners.close();
        answers.shutdownNow();
        fetches.shutdownNow();
    }
}
