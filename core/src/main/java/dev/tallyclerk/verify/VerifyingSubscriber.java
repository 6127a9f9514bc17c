package dev.tallyclerk.verify;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.ContentVerifier.State;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Passes a flow of bytes on to another subscriber, and its last bytes only if all bytes were the ones promised.
 *
 * <p>What comes before the last bytes, which are the <i>hold-back</i>, is passed on as it comes, in the publisher's own
 * items, and is not trustworthy before {@code onComplete}. The hold-back follows as one item when the publisher has
 * completed and the subscriber has asked for an item. Content that is not what was promised ends in {@code onError}
 * with a {@link VerificationException}, once and instead of {@code onComplete}; one byte too many cancels the
 * subscription at once, and so does an engine that throws. An error of the publisher is passed on and says nothing
 * about the content. A hold-back of 0 is weaker: every byte is passed on before the digest is known.
 *
 * <p>Demand and cancellation are passed on to the publisher, and one more item is asked for in place of each that was
 * held back whole or was empty. The rules are those of Reactive Streams. Hashing happens on the thread that calls
 * {@code onNext}, and no thread is started. Memory use is the hold-back and what a {@link ContentVerifier} has. For one
 * subscription only. {@link #state} is for the thread that has seen the subscriber's last signal.
 *
 * @param <T> what carries the bytes
 * @see <a href="https://github.com/reactive-streams/reactive-streams-jvm/blob/v1.0.4/README.md#specification">Reactive
 *     Streams 1.0.4, Specification</a>
 */
public final class VerifyingSubscriber<T> implements Flow.Subscriber<T> {
    private enum Phase {
        /** The publisher is at work. */
        STREAMING,
        /** The content is verified, and the hold-back waits for demand. */
        WAITING,
        /** The hold-back is being passed on. */
        RELEASING,
        /** The same, and the subscriber has asked for something that nobody can give: an error comes next. */
        REFUSING,
        /** The subscriber has had its last signal or wants none. */
        OVER
    }

    private final Flow.Subscriber<? super T> subscriber;
    private final FlowItems<T> items;
    private final HoldBack gate;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.STREAMING);
    private final AtomicLong demand = new AtomicLong();
    private Flow.@Nullable Subscription upstream;
    private volatile long refused;

    private VerifyingSubscriber(Flow.Subscriber<? super T> subscriber, FlowItems<T> items, HoldBack gate) {
        this.subscriber = subscriber;
        this.items = items;
        this.gate = gate;
    }

    /**
     * {@return a subscriber in front of {@code subscriber} that holds back {@link ContentVerifier#DEFAULT_HOLD_BACK}
     * bytes}
     *
     * @param subscriber what the bytes are for
     * @param expected the digest that they must have
     * @param size the size that they must have, in bytes
     * @throws VerificationException if the digest's algorithm is not supported
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public static VerifyingSubscriber<ByteBuffer> of(
            Flow.Subscriber<? super ByteBuffer> subscriber, Digest expected, long size) throws VerificationException {
        return of(subscriber, ContentVerifier.of(expected, size), ContentVerifier.DEFAULT_HOLD_BACK);
    }

    /**
     * {@return a subscriber in front of {@code subscriber} that checks with a verifier of the caller's making}
     *
     * @param subscriber what the bytes are for, from where {@code verifier} stands
     * @param verifier what is promised; the returned subscriber {@linkplain ContentVerifier#handOver takes it over}
     * @param holdBack how many bytes at the end are held back; 0 is weaker, and the only choice where no size is
     *     promised
     * @throws IllegalArgumentException if {@code holdBack} is negative, or positive without a promised size
     * @throws IllegalStateException if the verification is over, or was handed over before
     */
    public static VerifyingSubscriber<ByteBuffer> of(
            Flow.Subscriber<? super ByteBuffer> subscriber, ContentVerifier verifier, int holdBack) {
        Objects.requireNonNull(subscriber, "subscriber");
        return new VerifyingSubscriber<>(subscriber, FlowItems.BUFFERS, HoldBack.of(verifier, holdBack));
    }

    /**
     * {@return a subscriber in front of one that takes lists of buffers, as those of the Java runtime's HTTP client do}
     *
     * @param subscriber what the bytes are for, from where {@code verifier} stands
     * @param verifier what is promised; the returned subscriber {@linkplain ContentVerifier#handOver takes it over}
     * @param holdBack how many bytes at the end are held back; 0 is weaker, and the only choice where no size is
     *     promised
     * @throws IllegalArgumentException if {@code holdBack} is negative, or positive without a promised size
     * @throws IllegalStateException if the verification is over, or was handed over before
     */
    public static VerifyingSubscriber<List<ByteBuffer>> ofLists(
            Flow.Subscriber<? super List<ByteBuffer>> subscriber, ContentVerifier verifier, int holdBack) {
        Objects.requireNonNull(subscriber, "subscriber");
        return new VerifyingSubscriber<>(subscriber, FlowItems.LISTS, HoldBack.of(verifier, holdBack));
    }

    /** Passes a subscription on; a second one is cancelled. */
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        Objects.requireNonNull(subscription, "subscription");
        if (upstream != null) {
            subscription.cancel(); // Reactive Streams 2.5
            return;
        }
        upstream = subscription;
        subscriber.onSubscribe(new Demand(subscription));
    }

    @Override
    public void onNext(T item) {
        Objects.requireNonNull(item, "item");
        if (phase.get() != Phase.STREAMING) {
            return; // Reactive Streams 2.8: items may still come after a cancellation
        }
        T passing;
        try {
            passing = items.admit(gate, item);
        } catch (VerificationException | RuntimeException | Error e) {
            if (phase.compareAndSet(Phase.STREAMING, Phase.OVER)) {
                upstream().cancel();
                subscriber.onError(e);
            }
            return;
        }
        if (passing != null) {
            demand.updateAndGet(n -> n == Long.MAX_VALUE ? n : Math.max(0, n - 1));
            pass(passing);
        } else {
            upstream().request(1);
        }
    }

    @Override
    public void onError(Throwable error) {
        Objects.requireNonNull(error, "error");
        if (phase.compareAndSet(Phase.STREAMING, Phase.OVER)) {
            gate.discard();
            subscriber.onError(error);
        }
    }

    @Override
    public void onComplete() {
        if (phase.get() != Phase.STREAMING) {
            return;
        }
        try {
            gate.end();
        } catch (VerificationException | RuntimeException | Error e) {
            if (phase.compareAndSet(Phase.STREAMING, Phase.OVER)) {
                subscriber.onError(e);
            }
            return;
        }
        if (!gate.held().hasRemaining()) {
            if (phase.compareAndSet(Phase.STREAMING, Phase.OVER)) {
                subscriber.onComplete();
            }
        } else if (phase.compareAndSet(Phase.STREAMING, Phase.WAITING) && demand.get() > 0) {
            release();
        }
    }

    /** {@return how far the verification has come} */
    public State state() {
        return gate.state();
    }

    /** Only one of the threads that may get here at a time passes the hold-back on. */
    private void release() {
        if (phase.compareAndSet(Phase.WAITING, Phase.RELEASING)) {
            subscriber.onNext(items.of(gate.held()));
            if (phase.compareAndSet(Phase.RELEASING, Phase.OVER)) {
                subscriber.onComplete();
            } else if (phase.compareAndSet(Phase.REFUSING, Phase.OVER)) {
                subscriber.onError(notPositive(refused));
            }
        }
    }

    private static IllegalArgumentException notPositive(long demand) {
        return new IllegalArgumentException("demand is not positive: " + demand);
    }

    /** Reactive Streams 2.13: a subscriber that throws has cancelled. */
    private void pass(T passing) {
        boolean taken = false;
        try {
            subscriber.onNext(passing);
            taken = true;
        } finally {
            if (!taken && phase.getAndSet(Phase.OVER) != Phase.OVER) {
                upstream().cancel();
            }
        }
    }

    private Flow.Subscription upstream() {
        return Objects.requireNonNull(upstream, "onSubscribe has to come first");
    }

    /** What the subscriber sees of its publisher. */
    private final class Demand implements Flow.Subscription {
        private final Flow.Subscription publisher;

        Demand(Flow.Subscription publisher) {
            this.publisher = publisher;
        }

        @Override
        public void request(long n) {
            if (n <= 0) {
                refuse(n);
                return;
            }
            demand.accumulateAndGet(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
            if (phase.get() == Phase.STREAMING) {
                publisher.request(n);
            }
            // Also if the publisher has completed just now: onComplete may not have seen this demand.
            if (demand.get() > 0) {
                release();
            }
        }

        @Override
        public void cancel() {
            Phase before = phase.getAndSet(Phase.OVER);
            if (before == Phase.STREAMING) {
                publisher.cancel();
            }
        }

        /** Reactive Streams 3.9: the publisher says so in its turn, or this does where there is none any more. */
        private void refuse(long n) {
            if (phase.get() == Phase.STREAMING) {
                publisher.request(n);
            }
            refused = n;
            if (phase.compareAndSet(Phase.WAITING, Phase.OVER)) {
                subscriber.onError(notPositive(n));
            } else {
                // 1.3: the subscriber is in its onNext, and whoever called that has the next signal.
                phase.compareAndSet(Phase.RELEASING, Phase.REFUSING);
            }
        }
    }
}
