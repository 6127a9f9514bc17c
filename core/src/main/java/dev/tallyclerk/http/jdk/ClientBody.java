package dev.tallyclerk.http.jdk;

import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.internal.stream.BulkInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The body of a response as a stream with a time limit, which the client itself does not apply after the headers.
 *
 * <p>It asks for more bytes only when those before were read, so an endless body fills no memory. One thread reads it;
 * any thread may {@link #fail} or {@link #close} it.
 */
final class ClientBody extends BulkInputStream implements BodySubscriber<ClientBody> {
    /** Makes a reader that waits look again. */
    private static final List<ByteBuffer> WAKE = List.of(ByteBuffer.allocate(0));

    private final Waiting waiting;
    private final BlockingQueue<List<ByteBuffer>> received = new LinkedBlockingQueue<>();
    private final AtomicReference<Flow.@Nullable Subscription> subscription = new AtomicReference<>();
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();

    /** How the body ended at the client: read after the bytes that came before. */
    private volatile @Nullable IOException broken;

    private volatile boolean complete;
    private volatile boolean closed;

    /** The next two belong to the reader. */
    private final Deque<ByteBuffer> current = new ArrayDeque<>();

    private boolean requested = true; // by the subscription

    private Cancellation.@Nullable Registration registration;

    ClientBody(Waiting waiting) {
        this.waiting = waiting;
    }

    /** Fails the body when {@code cancellation} is cancelled, until it is closed. */
    void failOn(Cancellation cancellation) {
        registration = cancellation.onCancel(() -> fail(new IOException("cancelled")));
    }

    @Override
    public CompletionStage<ClientBody> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        if (subscription.compareAndSet(null, given) && !closed) {
            given.request(1);
        } else {
            given.cancel();
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        received.add(buffers);
    }

    @Override
    public void onError(Throwable cause) {
        broken = cause instanceof IOException typed ? typed : new IOException("the body broke off", cause);
        received.add(WAKE);
    }

    @Override
    public void onComplete() {
        complete = true;
        received.add(WAKE);
    }

    /**
     * Ends the body, whatever comes after: a read that waits throws, and so does each later one. Any thread may do so.
     *
     * @param cause why; the first one counts
     */
    void fail(IOException cause) {
        failure.compareAndSet(null, cause);
        end();
    }

    private void end() {
        received.clear();
        received.add(WAKE);
        Flow.Subscription given = subscription.get();
        if (given != null && !complete) {
            given.cancel();
        }
    }

    private IOException failed(IOException cause) {
        fail(cause);
        return cause;
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

    /** {@return a buffer with at least one byte, or null at the end} */
    private @Nullable ByteBuffer next() throws IOException {
        while (true) {
            requireReadable(failure.get());
            while (!current.isEmpty() && !current.peek().hasRemaining()) {
                current.poll();
            }
            if (!current.isEmpty()) {
                return current.peek();
            }
            // Looked at first: what came before the end is in the queue by then.
            IOException brokenBefore = broken;
            boolean completeBefore = complete;
            List<ByteBuffer> more = received.poll();
            if (more == null) {
                requireReadable(brokenBefore);
                if (completeBefore) {
                    return null;
                }
                more = await();
            }
            requested &= more == WAKE;
            current.addAll(more);
        }
    }

    private void requireReadable(@Nullable IOException cause) throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        if (cause != null) {
            throw new IOException("the body ends early: " + cause.getMessage(), cause);
        }
    }

    private List<ByteBuffer> await() throws IOException {
        Flow.Subscription given = subscription.get();
        if (!requested && given != null) {
            requested = true;
            given.request(1);
        }
        try {
            List<ByteBuffer> more = received.poll(Math.max(0, waiting.left()), TimeUnit.NANOSECONDS);
            if (more == null) {
                throw failed(waiting.tooLate());
            }
            return more;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(new InterruptedIOException("interrupted"));
        }
    }

    /**
     * Ends an exchange whose response nobody waits for any more.
     *
     * @param exchange an exchange that may end at any moment
     */
    static void abandon(CompletableFuture<HttpResponse<ClientBody>> exchange) {
        if (!exchange.cancel(true)) {
            // It was answered at the last moment, and its connection is held until the body is closed.
            CompletionStage<HttpResponse<ClientBody>> answered = exchange;
            answered.thenAccept(response -> response.body().close());
        }
    }

    /** Ends the exchange, unless the body has ended; a read that waits throws. Any thread may do so. */
    @Override
    public void close() {
        closed = true;
        end();
        if (registration != null) {
            registration.close();
        }
    }
}
