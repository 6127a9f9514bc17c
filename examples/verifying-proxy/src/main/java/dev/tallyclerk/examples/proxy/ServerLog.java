package dev.tallyclerk.examples.proxy;

import dev.tallyclerk.registry.proxy.ProxyEvent;
import java.io.PrintStream;
import java.time.Clock;
import java.util.Locale;

/** Lines of JSON: one for each request, and one for each thing that somebody should know. Safe for several threads. */
final class ServerLog {
    private final PrintStream out;
    private final Clock clock;

    ServerLog(PrintStream out, Clock clock) {
        this.out = out;
        this.clock = clock;
    }

    private JsonLine line(String kind) {
        return new JsonLine().add("time", clock.instant().toString()).add("log", kind);
    }

    private void write(JsonLine line) {
        out.println(line);
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
}
