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
 * Passes a flow of bytes on to another subscriber, and its last bytes only if all of it matches.
 *
 * <p>Bytes before the last ones, which are the <i>hold-back</i>, are passed on as they come, in the publisher's own
 * items, and are not trustworthy before {@code onComplete}. The hold-back follows as one item when the publisher has
 * completed and the subscriber has requested an item. Content that does not match ends in {@code onError} with a
 * {@link VerificationException}, once and instead of {@code onComplete}; a surplus byte cancels the subscription at
 * once, and so does an engine that throws. An error of the publisher is passed on and says nothing about the content. A
 * hold-back of 0 is weaker: every byte is passed on before the digest is known.
 *
 * <p>Demand and cancellation are passed on to the publisher; for each item that is held back whole or is empty, another
 * is requested. Follows Reactive Streams. Hashes on the thread that calls {@code onNext}, and starts no thread. Memory
 * use is the hold-back and that of a {@link ContentVerifier}. For one subscription only. {@link #state} may be read by
 * the thread that has seen the subscriber's last signal.
 *
 * @param <T> the items that carry the bytes
 * @see <a href="https://github.com/reactive-streams/reactive-streams-jvm/blob/v1.0.4/README.md#specification">Reactive
 *     Streams 1.0.4, Specification</a>
 */
public final class VerifyingSubscriber<T> implements Flow.Subscriber<T> {
    private enum Phase {
        /** The publisher has not completed. */
        STREAMING,
        /** The content is verified, and the held bytes wait for demand. */
        WAITING,
        /** The held bytes are being passed on. */
        RELEASING,
        /** As RELEASING, but the subscriber has requested an invalid number of items: an error follows. */
        REFUSING,
        /** The subscriber has had its last signal, or has cancelled. */
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
     * {@return a subscriber in front of {@code subscriber} with the {@linkplain ContentVerifier#DEFAULT_HOLD_BACK
     * default hold-back}}
     *
     * @param subscriber the receiver of the bytes
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
     * {@return a subscriber in front of {@code subscriber} that uses the caller's verifier}
     *
     * @param subscriber the receiver of the bytes, from the verifier's {@link ContentVerifier#count} on
     * @param verifier the promise; the returned subscriber {@linkplain ContentVerifier#handOver takes it over}
     * @param holdBack how many bytes at the end are held back; 0 is weaker, and the only choice without a promised size
     * @throws IllegalArgumentException if {@code holdBack} is negative, or positive without a promised size
     * @throws IllegalStateException if the verification is over, or was handed over before
     */
    public static VerifyingSubscriber<ByteBuffer> of(
            Flow.Subscriber<? super ByteBuffer> subscriber, ContentVerifier verifier, int holdBack) {
        Objects.requireNonNull(subscriber, "subscriber");
        return new VerifyingSubscriber<>(subscriber, FlowItems.BUFFERS, HoldBack.of(verifier, holdBack));
    }

    /**
     * {@return a subscriber in front of one of lists of buffers, such as those of the Java runtime's HTTP client}
     *
     * @param subscriber the receiver of the bytes, from the verifier's {@link ContentVerifier#count} on
     * @param verifier the promise; the returned subscriber {@linkplain ContentVerifier#handOver takes it over}
     * @param holdBack how many bytes at the end are held back; 0 is weaker, and the only choice without a promised size
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

    /** {@return the progress of the verification} */
    public State state() {
        return gate.state();
    }

    /** Passes the held bytes on; of several threads that call this at a time, only one does. */
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

    /** The subscription that the subscriber gets. */
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
            // Also if the publisher has just completed: onComplete may not have seen this demand.
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

        /**
         * Reactive Streams 3.9: the publisher reports the invalid demand, or this class does after the publisher has
         * completed.
         */
        private void refuse(long n) {
            if (phase.get() == Phase.STREAMING) {
                publisher.request(n);
            }
            refused = n;
            if (phase.compareAndSet(Phase.WAITING, Phase.OVER)) {
                subscriber.onError(notPositive(n));
            } else {
                // Reactive Streams 1.3: the subscriber is in its onNext, so the thread that called that sends the next
                // signal.
                phase.compareAndSet(Phase.RELEASING, Phase.REFUSING);
            }
        }
    }
}
