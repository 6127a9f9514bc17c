package dev.tallyclerk.testing;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A UNIX-domain socket that passes each connection on to a port of this machine. */
public final class UnixServer implements Closeable {
    private static final int BUFFER = 16 * 1024;

    private final ServerSocketChannel listening;
    private final Path socket;
    private final int port;
    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "unix server");
        thread.setDaemon(true);
        return thread;
    });
    private final CompletableFuture<Void> accepting;

    private UnixServer(ServerSocketChannel listening, Path socket, int port) {
        this.listening = listening;
        this.socket = socket;
        this.port = port;
        this.accepting = CompletableFuture.runAsync(this::accept, threads);
    }

    /** {@return a socket in a folder with a short path, in front of a port} */
    public static UnixServer before(int port, Path folder) throws IOException {
        Path socket = folder.resolve("e.sock");
        ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(socket));
        return new UnixServer(listening, socket, port);
    }

    /** {@return the path} */
    public Path socket() {
        return socket;
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = listening.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
                open.add(client);
                open.add(server);
                threads.execute(() -> pass(client, server));
                threads.execute(() -> passBack(server, client));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    /** By buffers, because the streams of a channel cannot read and write at the same time. */
    private static void pass(SocketChannel client, Socket server) {
        try (client;
                server) {
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
            while (client.read(buffer) >= 0) {
                server.getOutputStream().write(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
        } catch (IOException e) {
            // One of them has gone.
        }
    }

    private static void passBack(Socket server, SocketChannel client) {
        try (server;
                client) {
            byte[] buffer = new byte[BUFFER];
            for (int n = server.getInputStream().read(buffer);
                    n >= 0;
                    n = server.getInputStream().read(buffer)) {
                ByteBuffer piece = ByteBuffer.wrap(buffer, 0, n);
                while (piece.hasRemaining()) {
                    client.write(piece);
                }
            }
        } catch (IOException e) {
            // One of them has gone.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        accepting.join();
        for (Closeable each : open) {
            each.close();
        }
        threads.shutdownNow();
    }
}
