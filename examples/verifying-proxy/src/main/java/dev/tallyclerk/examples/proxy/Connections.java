package dev.tallyclerk.examples.proxy;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.ServerConnection;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;

/**
 * The open connections, from before their first byte, and an end to those without a request. Undertow has no timer for
 * a TLS handshake or a new HTTP/2 connection, and its timer for silent ones ends HTTP/2 connections that wait for an
 * answer. Safe for several threads.
 */
final class Connections {
    private final long idle;
    private final Map<Ends, Connection> open = new ConcurrentHashMap<>();

    Connections(Duration idle) {
        this.idle = idle.toNanos();
    }

    /** By these a request is told to be of a connection, whatever its protocol has made of that. */
    private record Ends(
            @Nullable SocketAddress here, @Nullable SocketAddress there) {}

    private static final class Connection {
        private final StreamConnection stream;
        private final AtomicInteger running = new AtomicInteger();
        private volatile long used = System.nanoTime();

        Connection(StreamConnection stream) {
            this.stream = stream;
        }
    }

    void opened(StreamConnection stream) {
        open.put(new Ends(stream.getLocalAddress(), stream.getPeerAddress()), new Connection(stream));
    }

    /** {@return what is to be run once when the answer has ended} Until then the connection is in use. */
    Runnable begin(HttpServerExchange exchange) {
        ServerConnection connection = exchange.getConnection();
        Connection used = open.get(new Ends(connection.getLocalAddress(), connection.getPeerAddress()));
        if (used == null) {
            return () -> {}; // it has just been closed
        }
        used.running.incrementAndGet();
        return () -> {
            used.used = System.nanoTime();
            used.running.decrementAndGet();
        };
    }

    /** {@return how many are open} */
    long count() {
        return open.values().stream().filter(each -> each.stream.isOpen()).count();
    }

    /** Closes those that were not used for long, and forgets those that are closed. */
    void sweep() {
        open.values().removeIf(each -> !each.stream.isOpen());
        for (Connection each : open.values()) {
            if (isIdle(each)) {
                each.stream.getIoThread().execute(() -> close(each));
            }
        }
    }

    private boolean isIdle(Connection connection) {
        return connection.running.get() == 0 && System.nanoTime() - connection.used > idle;
    }

    /** Runs on the thread of the connection, which may have begun with a request in the meantime. */
    private void close(Connection connection) {
        if (isIdle(connection)) {
            IoUtils.safeClose(connection.stream);
        }
    }
}
