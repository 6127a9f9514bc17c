package dev.tallyclerk.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Stands between a client and a real server, and breaks connections after so many bytes. */
public final class FaultyProxy implements Closeable {
    /** What happens to a connection. */
    public enum Fault {
        /** Both sides see a reset. */
        RESET,
        /** Both sides see the end. */
        END,
        /** Nothing more passes in that direction. */
        STALL
    }

    private final ServerSocket listening;
    private final int target;
    private final boolean toServer;
    private final long after;
    private final Fault fault;
    private final AtomicInteger times;
    private final boolean together;

    /** How many of all connections have passed, if they are counted together. */
    private final AtomicLong all = new AtomicLong();

    private final CompletableFuture<Void> accepting;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "faulty proxy");
        thread.setDaemon(true);
        return thread;
    });

    private FaultyProxy(int target, boolean toServer, long after, Fault fault, int times, boolean together)
            throws IOException {
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.target = target;
        this.toServer = toServer;
        this.after = after;
        this.fault = fault;
        this.times = new AtomicInteger(times);
        this.together = together;
        this.accepting = CompletableFuture.runAsync(this::accept, threads);
    }

    /**
     * {@return a proxy, started}
     *
     * @param target the server's port on loopback
     * @param toServer whether bytes to the server are counted, or those from it
     * @param after how many of one connection pass
     * @param times how often it happens; later connections are left alone
     */
    public static FaultyProxy start(int target, boolean toServer, long after, Fault fault, int times)
            throws IOException {
        return new FaultyProxy(target, toServer, after, fault, times, false);
    }

    /**
     * {@return a proxy, started, that breaks one connection}
     *
     * @param target the server's port on loopback
     * @param toServer whether bytes to the server are counted, or those from it
     * @param after how many of all connections together pass
     */
    public static FaultyProxy startCountingAll(int target, boolean toServer, long after, Fault fault)
            throws IOException {
        return new FaultyProxy(target, toServer, after, fault, 1, true);
    }

    /** {@return host and port, as an image's name begins with them} */
    public String host() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    /** {@return how often it may still happen} */
    public int left() {
        return Math.max(0, times.get());
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                open.add(client);
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                open.add(server);
                threads.execute(() -> pass(client, server, toServer));
                threads.execute(() -> pass(server, client, !toServer));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void pass(Socket from, Socket to, boolean counted) {
        byte[] buffer = new byte[8192];
        AtomicLong count = together && counted ? all : new AtomicLong();
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            while (true) {
                boolean armed = counted && times.get() > 0;
                long passed = count.get();
                if (armed && passed >= after && times.getAndDecrement() > 0) {
                    happen(from, to);
                    return;
                }
                int most = armed && passed < after ? (int) Math.min(buffer.length, after - passed) : buffer.length;
                int n = in.read(buffer, 0, most);
                if (n < 0) {
                    return;
                }
                out.write(buffer, 0, n);
                count.addAndGet(n);
            }
        } catch (IOException e) {
            // One of the two has gone, and so does the other.
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private void happen(Socket from, Socket to) throws IOException {
        switch (fault) {
            case RESET -> {
                from.setSoLinger(true, 0);
                to.setSoLinger(true, 0);
            }
            case END -> {}
            case STALL -> {
                try {
                    closed.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        listening.close();
        // A connection may still be accepted at the last moment.
        accepting.join();
        for (Socket socket : open) {
            socket.close();
        }
        threads.shutdownNow();
    }
}
