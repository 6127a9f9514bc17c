package dev.tallyclerk.testing;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;

/**
 * An HTTP server on a free loopback port that breaks the protocol wherever a test wants it to. It remembers what it was
 * asked and counts what it could send.
 */
public final class HostileServer implements Closeable {
    private static final int MAX_HEAD = 256 * 1024;

    /** Less than the kernel's own choice, so that what was sent says more about what was read. */
    private static final int SEND_BUFFER = 16 * 1024;

    /** What a test does about a request. */
    @FunctionalInterface
    public interface Handler {
        /** Answers, or does anything else. A connection that it leaves without a whole answer is closed. */
        void handle(Exchange exchange) throws IOException;
    }

    private final ServerSocket listening;
    private final String scheme;
    private final Handler handler;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "hostile server");
        thread.setDaemon(true);
        return thread;
    });
    private final CompletableFuture<Void> accepting;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<SeenRequest> requests = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicInteger connections = new AtomicInteger();

    private HostileServer(ServerSocket listening, String scheme, Handler handler) {
        this.listening = listening;
        this.scheme = scheme;
        this.handler = handler;
        this.accepting = CompletableFuture.runAsync(this::accept, threads);
    }

    /** {@return a server of plain http, started} */
    public static HostileServer start(Handler handler) throws IOException {
        return start(ServerSocketFactory.getDefault(), "http", handler);
    }

    /** {@return a server of https, started} */
    public static HostileServer startTls(SSLContext context, Handler handler) throws IOException {
        return start(context.getServerSocketFactory(), "https", handler);
    }

    private static HostileServer start(ServerSocketFactory sockets, String scheme, Handler handler)
            throws IOException {
        return new HostileServer(sockets.createServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1})), scheme, handler);
    }

    /** {@return host and port, as an image's name begins with them} */
    public String host() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    /** {@return the port} */
    public int port() {
        return listening.getLocalPort();
    }

    /** {@return an address at this server} */
    public URI uri(String target) {
        return URI.create(scheme + "://" + host() + target);
    }

    /** {@return all requests so far, in order} */
    public List<SeenRequest> requests() {
        return List.copyOf(requests);
    }

    /** {@return method and target of all requests so far, in order} */
    public List<String> log() {
        return requests.stream()
                .map(request -> request.method() + " " + request.target())
                .toList();
    }

    /** {@return how many bytes the kernel has taken for clients: what they read, and what fits into two buffers} */
    public long bytesSent() {
        return sent.get();
    }

    /** {@return how many connections there were} */
    public int connections() {
        return connections.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                connections.incrementAndGet();
                open.add(socket);
                threads.execute(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            socket.setSendBufferSize(SEND_BUFFER);
            handleAll(socket);
        } catch (IOException e) {
            // The client has gone, or does not like our certificate.
        } finally {
            open.remove(socket);
        }
    }

    private void handleAll(Socket socket) throws IOException {
        try {
            boolean again = true;
            while (again) {
                Optional<SeenRequest> request = read(socket.getInputStream());
                if (request.isEmpty()) {
                    return;
                }
                requests.add(request.get());
                Exchange exchange = new Exchange(socket, request.get(), sent);
                handler.handle(exchange);
                again = exchange.isKeptAlive();
            }
        } catch (RuntimeException | Error e) {
            // An assertion of a handler is an Error. Kept before the client sees the end of the connection.
            failures.add(e);
        }
    }

    private static Optional<SeenRequest> read(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        for (int ended = 0; ended < 4; ) {
            int next = in.read();
            if (next < 0 || head.size() > MAX_HEAD) {
                return Optional.empty();
            }
            head.write(next);
            boolean expected = next == (ended % 2 == 0 ? '\r' : '\n');
            ended = expected ? ended + 1 : next == '\r' ? 1 : 0;
        }
        SeenRequest request = SeenRequest.of(head.toByteArray(), new byte[0]);
        byte[] body = request.header("Transfer-Encoding").isPresent()
                ? readChunks(in)
                : in.readNBytes(Integer.parseInt(request.header("Content-Length").orElse("0")));
        return Optional.of(SeenRequest.of(head.toByteArray(), body));
    }

    private static byte[] readChunks(InputStream in) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int size = -1; size != 0; ) {
            size = Integer.parseInt(readLine(in), 16);
            out.write(in.readNBytes(size));
            readLine(in);
        }
        return out.toByteArray();
    }

    private static String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.append((char) next);
        }
        return line.toString().strip();
    }

    /** Stops, and throws what a handler has thrown that was no broken connection. */
    @Override
    public void close() throws IOException {
        listening.close();
        // A connection may still be accepted at the last moment.
        accepting.join();
        for (Socket socket : open) {
            socket.close();
        }
        threads.shutdownNow();
        if (!failures.isEmpty()) {
            AssertionError failed = new AssertionError("a handler failed", failures.get(0));
            failures.stream().skip(1).forEach(failed::addSuppressed);
            throw failed;
        }
    }
}
