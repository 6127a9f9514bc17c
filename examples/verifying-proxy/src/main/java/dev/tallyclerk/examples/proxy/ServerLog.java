package dev.tallyclerk.examples.proxy;

import dev.tallyclerk.registry.proxy.ProxyEvent;
import java.io.Closeable;
import java.io.PrintStream;
import java.time.Clock;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lines of JSON: one for each request, and one for each thing that somebody should know. A thread of its own writes
 * them, so that an output which takes nothing stops no answer; then lines are left out, and counted. Safe for several
 * threads.
 */
final class ServerLog implements Closeable {
    private static final int MOST_WAITING = 4096;
    private static final int LAST_SECONDS = 2;

    private final PrintStream out;
    private final Clock clock;
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicLong left = new AtomicLong();
    private final ThreadPoolExecutor writer = new ThreadPoolExecutor(
            1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), ServerLog::daemon);

    ServerLog(PrintStream out, Clock clock) {
        this.out = out;
        this.clock = clock;
        writer.prestartCoreThread();
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "log");
        thread.setDaemon(true);
        return thread;
    }

    private JsonLine line(String kind) {
        return new JsonLine().add("time", clock.instant().toString()).add("log", kind);
    }

    private void write(JsonLine line) {
        String text = line.toString();
        waiting.incrementAndGet();
        try {
            writer.execute(() -> print(text));
        } catch (RejectedExecutionException e) {
            waiting.decrementAndGet();
            left.incrementAndGet();
        }
    }

    private void print(String text) {
        long missing = left.getAndSet(0);
        if (missing > 0) {
            out.println(line("server").add("message", missing + " lines were left out: the output took none"));
        }
        out.println(text);
        waiting.decrementAndGet();
    }

    void say(String message) {
        write(line("server").add("message", message));
    }

    /** Writes about an event, unless it is of the usual course of things. */
    void event(ProxyEvent event) {
        switch (event.kind()) {
            case STALE, DENIED, OBSERVED, REFUSED, DAMAGED, STORE_FAILED, EVICTED ->
                write(line("event")
                        .add("kind", event.kind().name().toLowerCase(Locale.ROOT))
                        .add("upstream", event.upstream())
                        .add("subject", event.subject())
                        .add("bytes", event.bytes())
                        .add("message", event.message()));
            default -> {}
        }
    }

    void request(Served served) {
        write(line("access")
                .add("client", served.client())
                .add("protocol", served.protocol())
                .add("method", served.method())
                .add("path", served.path())
                .add("status", served.status())
                .add("bytes", served.sent())
                .add("complete", served.isComplete())
                .add("milliseconds", served.milliseconds())
                .add("upstream", served.upstream())
                .add("message", served.message())
                .add("agent", served.agent()));
    }

    /** {@return how many lines are not written yet} */
    long waiting() {
        return waiting.get();
    }

    /** Takes no more lines, and waits a short while at most for the last ones. */
    @Override
    public void close() {
        writer.shutdown();
        try {
            if (!writer.awaitTermination(LAST_SECONDS, TimeUnit.SECONDS)) {
                writer.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
