package dev.tallyclerk.verify.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/** Gives a subscriber the bytes of a stream as it requests them, one buffer at a time. */
final class PartSubscription implements Flow.Subscription {
    private static final int BUFFER = 64 * 1024;

    private final InputStream content;
    private final Executor executor;
    private final Flow.Subscriber<? super ByteBuffer> subscriber;

    /** Requested and not given yet; the call that raises it from 0 starts the reads. */
    private final AtomicLong wanted = new AtomicLong();

    private volatile boolean over;
    private volatile boolean badRequest;

    private PartSubscription(InputStream content, Executor executor, Flow.Subscriber<? super ByteBuffer> subscriber) {
        this.content = content;
        this.executor = executor;
        this.subscriber = subscriber;
    }

    static void start(InputStream content, Executor executor, Flow.Subscriber<? super ByteBuffer> subscriber) {
        PartSubscription subscription =
                new PartSubscription(content, executor, Objects.requireNonNull(subscriber, "subscriber"));
        subscriber.onSubscribe(subscription);
    }

    @Override
    public void request(long count) {
        if (count <= 0) {
            badRequest = true;
        }
        long more = Math.max(1, count);
        long before = wanted.getAndUpdate(now -> now + more < 0 ? Long.MAX_VALUE : now + more);
        if (before == 0 && !over) {
            try {
                executor.execute(this::give);
            } catch (RejectedExecutionException e) {
                fail(e);
            }
        }
    }

    @Override
    public void cancel() {
        over = true;
    }

    private void give() {
        long given = 0;
        long target = wanted.get();
        while (!over) {
            while (given < target && !over) {
                if (badRequest) {
                    fail(new IllegalArgumentException("a subscriber requests at least one buffer"));
                    return;
                }
                if (!giveOne()) {
                    return;
                }
                given++;
            }
            target = wanted.addAndGet(-given);
            given = 0;
            if (target == 0) {
                return;
            }
        }
    }

    /** {@return whether there may be more} */
    private boolean giveOne() {
        try {
            byte[] bytes = new byte[BUFFER];
            int n = content.readNBytes(bytes, 0, bytes.length);
            if (n > 0) {
                subscriber.onNext(ByteBuffer.wrap(n == BUFFER ? bytes : Arrays.copyOf(bytes, n)));
            }
            if (n < BUFFER && !over) {
                over = true;
                subscriber.onComplete();
                return false;
            }
            return true;
        } catch (IOException | RuntimeException e) {
            fail(e);
            return false;
        }
    }

    private void fail(Throwable failure) {
        if (!over) {
            over = true;
            subscriber.onError(failure);
        }
    }
}
