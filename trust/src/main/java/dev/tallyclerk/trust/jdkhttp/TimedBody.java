package dev.tallyclerk.trust.jdkhttp;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
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
 * A body as a stream that waits only so long, which the client does not do once there are headers. It is filled by the
 * client's threads and read by one.
 */
final class TimedBody extends InputStream implements BodySubscriber<TimedBody> {
    /** Stands for a closed stream where a subscription would be. */
    private static final Flow.Subscription CLOSED = new Flow.Subscription() {
        @Override
        public void request(long count) {}

        @Override
        public void cancel() {}
    };

    private final long start;
    private final Duration whole;
    private final Duration each;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final AtomicReference<Flow.@Nullable Subscription> subscription = new AtomicReference<>();
    private final Deque<ByteBuffer> received = new ArrayDeque<>();
    private @Nullable Event last;

    /**
     * Makes a body.
     *
     * @param start when the exchange began, in nanoseconds
     * @param whole how long it may take
     * @param each how long the next bytes may take
     */
    TimedBody(long start, Duration whole, Duration each) {
        this.start = start;
        this.whole = whole;
        this.each = each;
    }

    /** Bytes, or the end, or with a failure a bad one. */
    private record Event(
            List<ByteBuffer> bytes, boolean end, @Nullable Throwable failure) {}

    @Override
    public CompletionStage<TimedBody> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        if (subscription.compareAndSet(null, given)) {
            given.request(1);
        } else {
            given.cancel();
        }
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {
        events.add(new Event(bytes, false, null));
    }

    @Override
    public void onError(Throwable failure) {
        events.add(new Event(List.of(), true, failure));
    }

    @Override
    public void onComplete() {
        events.add(new Event(List.of(), true, null));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (received.isEmpty()) {
            if (last == null) {
                take(next());
            } else if (last.failure() != null) {
                throw new IOException("the body broke off: " + last.failure().getMessage(), last.failure());
            } else {
                return -1;
            }
        }
        ByteBuffer first = received.element();
        int count = Math.min(length, first.remaining());
        first.get(buffer, offset, count);
        if (!first.hasRemaining()) {
            received.remove();
        }
        return count;
    }

    private void take(Event event) {
        if (event.end()) {
            last = event;
            return;
        }
        for (ByteBuffer bytes : event.bytes()) {
            if (bytes.hasRemaining()) {
                received.add(bytes);
            }
        }
        // One ahead of what is read, so that an endless body fills no memory.
        Flow.Subscription from = subscription.get();
        if (from != null) {
            from.request(1);
        }
    }

    private Event next() throws IOException {
        long left = whole.toNanos() - (System.nanoTime() - start);
        Event event;
        try {
            event = events.poll(Math.min(left, each.toNanos()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
        if (event == null) {
            close();
            throw new SocketTimeoutException("the next bytes took too long");
        }
        return event;
    }

    /** Ends the exchange, which does nothing where the body has ended. */
    @Override
    public void close() {
        Flow.Subscription from = subscription.getAndSet(CLOSED);
        if (from != null) {
            from.cancel();
        }
    }
}
