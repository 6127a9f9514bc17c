package dev.tallyclerk.http.jdk;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A response's body as a stream that waits only so long, which the client's own does not keep to once there are
 * headers. It belongs to one thread, apart from what fills it, {@link #fail} and {@link #close}.
 */
@SuppressWarnings("exports") // whoever uses it requires java.net.http too: see module-info
public final class ClientBody extends InputStream {
    private final Patience patience;
    private final Supplier<? extends IOException> tooLate;
    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<ByteBuffer> received = new ArrayDeque<>();
    private Flow.@Nullable Subscription subscription;
    private @Nullable IOException failure;
    private boolean awaited = true; // the subscriber asks for the first ones
    private boolean complete;
    private boolean closed;

    private ClientBody(Patience patience, Supplier<? extends IOException> tooLate) {
        this.patience = patience;
        this.tooLate = tooLate;
    }

    /** Asks for more bytes only when those before were read, so that an endless body fills no memory. */
    @SuppressWarnings("exports") // as above
    public static final class Subscriber implements BodySubscriber<ClientBody> {
        private final ClientBody body;

        /**
         * Takes one body.
         *
         * @param patience how long its reader waits
         * @param tooLate what is thrown where that was not long enough
         */
        public Subscriber(Patience patience, Supplier<? extends IOException> tooLate) {
            this.body = new ClientBody(patience, tooLate);
        }

        @Override
        public CompletionStage<ClientBody> getBody() {
            return CompletableFuture.completedStage(body);
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            if (body.subscribed(given)) {
                given.request(1);
            } else {
                given.cancel();
            }
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            body.change(() -> {
                body.awaited = false;
                if (!body.closed && body.failure == null) {
                    body.received.addAll(buffers);
                }
            });
        }

        @Override
        public void onError(Throwable cause) {
            body.change(() -> {
                // After a cancellation the client says something too, and why it was cancelled is what matters.
                if (body.failure == null) {
                    body.failure =
                            cause instanceof IOException typed ? typed : new IOException("the body broke off", cause);
                }
            });
        }

        @Override
        public void onComplete() {
            body.change(() -> body.complete = true);
        }
    }

    private void change(Runnable action) {
        lock.lock();
        try {
            action.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** {@return whether somebody still wants the body} */
    private boolean subscribed(Flow.Subscription given) {
        lock.lock();
        try {
            if (closed || subscription != null) {
                return false;
            }
            subscription = given;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends it, whatever comes after: a read that waits throws, and so does each later one. Any thread may do so.
     *
     * @param cause why; the first one counts
     */
    public void fail(IOException cause) {
        Flow.Subscription given;
        lock.lock();
        try {
            if (failure == null) {
                failure = cause;
            }
            received.clear();
            given = subscription;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (given != null) {
            given.cancel();
        }
    }

    private IOException failed(IOException cause) {
        fail(cause);
        return cause;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        ByteBuffer next = next();
        if (next == null) {
            return -1;
        }
        int n = Math.min(length, next.remaining());
        next.get(bytes, offset, n);
        return n;
    }

    /** {@return bytes, at least one of them; nothing at the end} */
    private @Nullable ByteBuffer next() throws IOException {
        try {
            return nextWithin(System.nanoTime());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(new InterruptedIOException("interrupted"));
        }
    }

    private @Nullable ByteBuffer nextWithin(long begun) throws IOException, InterruptedException {
        while (true) {
            Flow.Subscription willing;
            lock.lock();
            try {
                ByteBuffer first = firstReceived();
                if (first != null || complete) {
                    return first;
                }
                willing = awaited ? null : subscription;
                awaited = true;
                if (willing == null) {
                    changed.await(Math.max(0, patience.leftForNext(begun)), TimeUnit.NANOSECONDS);
                }
            } finally {
                lock.unlock();
            }
            // Not under the lock: the client may call back at once, or wait for another thread that does.
            if (willing != null) {
                willing.request(1);
            } else if (patience.leftForNext(begun) <= 0) {
                throw failed(tooLate.get());
            }
        }
    }

    private @Nullable ByteBuffer firstReceived() throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        while (!received.isEmpty() && !received.peek().hasRemaining()) {
            received.poll();
        }
        if (received.isEmpty() && failure != null) {
            throw new IOException("the body ends early: " + failure.getMessage(), failure);
        }
        return received.peek();
    }

    /**
     * Ends an exchange whose response nobody waits for any more.
     *
     * @param exchange an exchange that may end at any moment
     */
    public static void abandon(CompletableFuture<HttpResponse<ClientBody>> exchange) {
        if (!exchange.cancel(true)) {
            // It was answered at the last moment, and its connection is held until the body is done with.
            CompletionStage<HttpResponse<ClientBody>> answered = exchange;
            answered.thenAccept(response -> response.body().close());
        }
    }

    /**
     * Ends the exchange, which does nothing where the body has ended; a read that waits throws. Any thread may do so.
     */
    @Override
    public void close() {
        Flow.Subscription given;
        lock.lock();
        try {
            closed = true;
            received.clear();
            given = complete ? null : subscription;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (given != null) {
            given.cancel();
        }
    }
}
