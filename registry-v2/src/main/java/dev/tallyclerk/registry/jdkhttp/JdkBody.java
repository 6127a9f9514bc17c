package dev.tallyclerk.registry.jdkhttp;

import dev.tallyclerk.registry.transport.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
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
import org.jspecify.annotations.Nullable;

/**
 * A response's body as a stream that waits no longer than the request's time, which the client's own does not keep to
 * once there are headers. It belongs to one thread, apart from what fills it.
 */
final class JdkBody extends InputStream {
    private final Time time;
    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<ByteBuffer> received = new ArrayDeque<>();
    private Flow.@Nullable Subscription subscription;
    private @Nullable IOException failure;
    private boolean awaited = true; // the subscriber asks for the first ones
    private boolean complete;
    private boolean closed;
    private Cancellation.@Nullable Registration registration;

    private JdkBody(Time time) {
        this.time = time;
    }

    /** How long a request may take. */
    record Time(long start, Duration whole) {
        /** Some decades: more does not fit into nanoseconds. */
        private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 4);

        /** {@return the nanoseconds that are left; zero or less if there are none} */
        long left() {
            return bounded(whole).toNanos() - (System.nanoTime() - start);
        }

        /** {@return {@code time}, or what is as good as for ever where it is longer} */
        static Duration bounded(Duration time) {
            return time.compareTo(LONGEST) < 0 ? time : LONGEST;
        }
    }

    /** Asks for more bytes only when those before were read. */
    static final class Subscriber implements BodySubscriber<JdkBody> {
        private final JdkBody body;

        Subscriber(Time time) {
            this.body = new JdkBody(time);
        }

        @Override
        public CompletionStage<JdkBody> getBody() {
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
            body.change(() -> body.failure =
                    cause instanceof IOException typed ? typed : new IOException("the body broke off", cause));
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

    void cancelWith(Cancellation cancellation) {
        registration = cancellation.onCancel(() -> fail(new IOException("cancelled")));
    }

    /** Ends it, whatever comes after. */
    private IOException fail(IOException cause) {
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
                    changed.await(Math.max(0, time.left()), TimeUnit.NANOSECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw fail(new InterruptedIOException("interrupted"));
            } finally {
                lock.unlock();
            }
            // Not under the lock: the client may call back at once, or wait for another thread that does.
            if (willing != null) {
                willing.request(1);
            } else if (time.left() <= 0) {
                throw fail(new HttpTimeoutException("no whole body within " + time.whole()));
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

    @Override
    public void close() {
        Flow.Subscription given;
        lock.lock();
        try {
            closed = true;
            received.clear();
            given = complete ? null : subscription;
        } finally {
            lock.unlock();
        }
        if (given != null) {
            given.cancel();
        }
        if (registration != null) {
            registration.close();
        }
    }
}
