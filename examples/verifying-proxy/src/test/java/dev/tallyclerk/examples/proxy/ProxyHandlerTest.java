package dev.tallyclerk.examples.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.proxy.PullThrough;
import dev.tallyclerk.verify.store.ContentStore;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xnio.OptionMap;

class ProxyHandlerTest {
    @TempDir
    Path folder;

    private final AtomicBoolean hasThreads = new AtomicBoolean();

    private Thread thread(Runnable work) {
        if (!hasThreads.get()) {
            throw new OutOfMemoryError("unable to create native thread"); // as Thread.start does
        }
        return new Thread(work);
    }

    @Test
    void aRequestWithoutAThreadIsRefusedAndCountedAndLeavesItsPlace() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool(this::thread);
        Clock clock = Clock.systemUTC();
        PullThrough proxy = PullThrough.of(
                ContentStore.of(folder.resolve("content"), clock), folder.resolve("index"), threads, clock);
        Metrics metrics = new Metrics();
        Requests requests = new Requests();
        Connections connections = new Connections(Duration.ofMinutes(1));
        ProxyConfig.Serving oneAtATime = new ProxyConfig.Serving(
                1, Duration.ZERO, Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(30));
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        try (ServerLog lines = new ServerLog(new PrintStream(log, true, StandardCharsets.UTF_8), clock);
                Listeners listeners = new Listeners(OptionMap.EMPTY, connections)) {
            ProxyHandler.Observers observers = new ProxyHandler.Observers(metrics, new History(clock), lines);
            listeners.plain(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    new ProxyHandler(proxy, threads, oneAtATime, requests, connections, observers));
            InetSocketAddress address = listeners.addresses().get(0);
            for (int i = 0; i < 3; i++) {
                String refused = RawRequest.send(address, RawRequest.get("/v2/"));
                assertTrue(refused.startsWith("HTTP/1.1 503 ") && refused.contains("has no thread"), refused);
            }
            assertEquals(0, requests.running());
            hasThreads.set(true);
            String given = RawRequest.send(address, RawRequest.get("/v2/"));
            assertTrue(given.startsWith("HTTP/1.1 200 "), given);
            assertTrue(
                    metrics.text(Map.of())
                            .contains(
                                    "tallyclerk_proxy_answers_total{type=\"other\",upstream=\"\",status=\"503\"} 3\n"),
                    metrics.text(Map.of()));
        } finally {
            threads.shutdownNow();
        }
    }
}
