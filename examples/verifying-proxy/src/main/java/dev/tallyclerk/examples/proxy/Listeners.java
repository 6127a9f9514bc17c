package dev.tallyclerk.examples.proxy;

import io.undertow.UndertowOptions;
import io.undertow.connector.ByteBufferPool;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.protocol.http.AlpnOpenListener;
import io.undertow.server.protocol.http.HttpOpenListener;
import io.undertow.server.protocol.http2.Http2OpenListener;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.xnio.ChannelListener;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

/**
 * The addresses that are listened at. Made of the parts of Undertow's own server, which hands nobody a connection
 * before it has sent a request, and which takes {@code Upgrade: h2c}, where it cannot break off an answer.
 */
final class Listeners implements Closeable {
    private static final int BUFFER = 16 * 1024 - 20;
    private static final int KEPT_BUFFERS = 4;
    private static final int BACKLOG = 1000;
    private static final int MOST_CONNECTIONS = 1_000_000;
    private static final int TASK_THREADS = 16;
    private static final int STOP_SECONDS = 5;

    private final Xnio xnio = Xnio.getInstance(Listeners.class.getClassLoader());
    private final ByteBufferPool buffers = new DefaultByteBufferPool(true, BUFFER, -1, KEPT_BUFFERS);
    private final OptionMap options;
    private final Connections connections;
    private final XnioWorker worker;
    private final List<AcceptingChannel<? extends StreamConnection>> places = new ArrayList<>();

    Listeners(OptionMap options, Connections connections) throws IOException {
        this.options = options;
        this.connections = connections;
        this.worker = xnio.createWorker(OptionMap.builder()
                .set(Options.WORKER_IO_THREADS, ioThreads())
                .set(Options.WORKER_TASK_CORE_THREADS, TASK_THREADS)
                .set(Options.WORKER_TASK_MAX_THREADS, TASK_THREADS)
                .set(Options.CONNECTION_HIGH_WATER, MOST_CONNECTIONS)
                .set(Options.CONNECTION_LOW_WATER, MOST_CONNECTIONS)
                .set(Options.TCP_NODELAY, true)
                .set(Options.CORK, true)
                .getMap());
    }

    private static int ioThreads() {
        return Math.max(2, Runtime.getRuntime().availableProcessors());
    }

    private static OptionMap sockets() {
        return OptionMap.builder()
                .set(Options.WORKER_IO_THREADS, ioThreads())
                .set(Options.TCP_NODELAY, true)
                .set(Options.REUSE_ADDRESSES, true)
                .set(Options.BALANCING_TOKENS, 1)
                .set(Options.BALANCING_CONNECTIONS, 2)
                .set(Options.BACKLOG, BACKLOG)
                .getMap();
    }

    private HttpOpenListener http(HttpHandler handler) {
        HttpOpenListener listener = new HttpOpenListener(
                buffers,
                OptionMap.builder()
                        .set(UndertowOptions.BUFFER_PIPELINED_DATA, true)
                        .addAll(options)
                        .getMap());
        listener.setRootHandler(handler);
        return listener;
    }

    private ChannelListener<StreamConnection> watched(ChannelListener<StreamConnection> listener) {
        return connection -> {
            connections.opened(connection);
            listener.handleEvent(connection);
        };
    }

    /** Listens for HTTP/1.1, and HTTP/2 of clients that know of it. */
    void plain(InetSocketAddress address, HttpHandler handler) throws IOException {
        try {
            add(worker.createStreamConnectionServer(
                    address, ChannelListeners.openListenerAdapter(watched(http(handler))), sockets()));
        } catch (IOException e) {
            throw cannotListen(address, e);
        }
    }

    /** Listens for HTTPS, with HTTP/1.1 or HTTP/2. */
    void tls(InetSocketAddress address, SSLContext context, HttpHandler handler) throws IOException {
        Http2OpenListener http2 = new Http2OpenListener(buffers, options);
        http2.setRootHandler(handler);
        AlpnOpenListener either =
                new AlpnOpenListener(buffers, options, http(handler)).addProtocol(Http2OpenListener.HTTP2, http2, 1);
        try {
            add(new UndertowXnioSsl(xnio, OptionMap.create(Options.USE_DIRECT_BUFFERS, true), context)
                    .createSslConnectionServer(
                            worker, address, ChannelListeners.openListenerAdapter(watched(either)), sockets()));
        } catch (IOException e) {
            throw cannotListen(address, e);
        }
    }

    private void add(AcceptingChannel<? extends StreamConnection> place) {
        places.add(place);
        place.resumeAccepts();
    }

    private static IOException cannotListen(InetSocketAddress address, IOException failure) {
        return new IOException("cannot listen at " + address + ": " + failure.getMessage(), failure);
    }

    /** {@return where is listened, in the order of the calls} */
    List<InetSocketAddress> addresses() {
        return places.stream()
                .map(place -> place.getLocalAddress(InetSocketAddress.class))
                .toList();
    }

    /** Closes everything, and waits a short while at most. */
    @Override
    public void close() {
        places.forEach(IoUtils::safeClose);
        worker.shutdown();
        try {
            if (!worker.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                worker.shutdownNow();
            }
        } catch (InterruptedException e) {
            worker.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
