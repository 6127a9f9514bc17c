package dev.tallyclerk.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.HashEngine;
import dev.tallyclerk.verify.ContentVerifier.State;
import dev.tallyclerk.verify.VerificationException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.ProviderException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The rules of Reactive Streams 1.0.4 by their numbers, as far as they bind what stands between two others. */
@Timeout(60)
class VerifyingSubscriberTest {
    private static final String CONTENT = "0123456789";

    private final Probe probe = new Probe();

    @Test
    void passesOnWhatMayPassAndTheHoldBackAtTheEnd() throws IOException {
        var verifying = subscribe(publisher("012", "3456", "789"), 4);
        probe.request(Long.MAX_VALUE);
        assertEquals(List.of("012", "345", "6789"), probe.items);
        assertEquals(1, probe.completions);
        assertEquals(State.VERIFIED, verifying.state());
    }

    @ParameterizedTest
    @EnumSource
    void rule1_1_neverSignalsMoreThanWasAskedFor(Form form) throws IOException {
        var publisher = publisher("012", "3456", "789");
        subscribe(form, publisher, 4);
        assertEquals(List.of(), probe.items);
        probe.request(1);
        assertEquals(List.of("012"), probe.items);
        probe.request(1);
        assertEquals(List.of("012", "345"), probe.items);
        assertEquals(1, publisher.left());
        probe.request(1);
        assertEquals(List.of("012", "345", "6789"), probe.items);
        assertEquals(1, probe.completions);
    }

    @ParameterizedTest
    @EnumSource
    void rule1_1_theHoldBackWaitsForDemandAfterThePublisherHasCompleted(Form form) throws IOException {
        var publisher = publisher("0123456789");
        subscribe(form, publisher, 4);
        probe.request(1);
        assertEquals(0, publisher.left());
        assertEquals(List.of("012345"), probe.items);
        assertEquals(0, probe.completions);
        probe.request(5);
        assertEquals(List.of("012345", "6789"), probe.items);
        assertEquals(1, probe.completions);
        assertEquals(List.of(1L), publisher.requests);
    }

    @Test
    void anItemThatIsHeldBackIsReplacedByAnother() throws IOException {
        var publisher = publisher("012345", "6", "7", "", "8", "9");
        subscribe(publisher, 4);
        probe.request(2);
        assertEquals(List.of("012345", "6789"), probe.items);
        assertEquals(List.of(2L, 1L, 1L, 1L, 1L, 1L), publisher.requests);
        assertEquals(1, probe.completions);
    }

    @Test
    void emptyContentCompletesWithoutDemand() throws IOException {
        var verifier = ContentVerifier.of(Digest.sha256Of(new byte[0]), 0);
        new ItemPublisher<ByteBuffer>(List.of()).subscribe(VerifyingSubscriber.of(probe, verifier, 4));
        assertEquals(1, probe.completions);
        assertEquals(List.of(), probe.items);
    }

    @ParameterizedTest
    @EnumSource
    void rule1_4_wrongContentIsAnErrorInsteadOfTheHoldBack(Form form) throws IOException {
        var publisher = publisher("X12", "3456", "789");
        var verifying = subscribe(form, publisher, 4);
        probe.request(Long.MAX_VALUE);
        assertEquals(List.of("X12", "345"), probe.items);
        assertEquals(Reason.DIGEST_MISMATCH, probe.reason());
        assertEquals(State.FAILED, verifying.state());
        assertEquals(0, publisher.cancellations);
    }

    @Test
    void anEngineThatThrowsIsAnErrorAndCancels() throws IOException {
        // More than what is gathered before it is hashed.
        var publisher = publisher("0123456789".repeat(1000));
        var verifying = subscribe(publisher, BrokenHash.whileItTakesBytes(), 10_000);
        probe.request(Long.MAX_VALUE);
        assertEquals(1, probe.errors.size());
        assertInstanceOf(ProviderException.class, probe.errors.get(0));
        assertEquals(1, publisher.cancellations);
        assertEquals(State.FAILED, verifying.state());
        verifying.onComplete();
        assertEquals(List.of(), probe.items);
        assertEquals(0, probe.completions);
    }

    @Test
    void anEngineThatThrowsAtTheEndIsAnErrorInsteadOfTheHoldBack() throws IOException {
        var verifying = subscribe(publisher("0123456789"), BrokenHash.atTheEnd(), 10);
        probe.request(Long.MAX_VALUE);
        assertEquals(1, probe.errors.size());
        assertInstanceOf(ProviderException.class, probe.errors.get(0));
        assertEquals(List.of("012345"), probe.items);
        assertEquals(0, probe.completions);
        assertEquals(State.FAILED, verifying.state());
    }

    private VerifyingSubscriber<ByteBuffer> subscribe(ItemPublisher<ByteBuffer> publisher, HashEngine engine, int size)
            throws IOException {
        var verifier = ContentVerifier.of(List.of(Digest.sha256Of(new byte[0])), size, engine);
        var verifying = VerifyingSubscriber.of(probe, verifier, 4);
        publisher.subscribe(verifying);
        return verifying;
    }

    @ParameterizedTest
    @EnumSource
    void rule1_7_nothingFollowsAnError(Form form) throws IOException {
        var verifying = subscribe(form, new ItemPublisher<>(List.of(buffer("0123456789a"), buffer("b"))), 4);
        probe.request(5);
        assertEquals(Reason.TOO_LONG, probe.reason());
        verifying.onNext(buffer("c"));
        verifying.onError(new IOException("late"));
        verifying.onComplete();
        probe.request(1);
        assertEquals(Reason.TOO_LONG, probe.reason());
        assertEquals(0, probe.completions);
        assertEquals(List.of(), probe.items);
    }

    @Test
    void oneByteTooManyCancelsTheSubscriptionAtOnce() throws IOException {
        var publisher = publisher("012345", "6789", "a", "b", "c");
        subscribe(publisher, 4);
        probe.request(Long.MAX_VALUE);
        assertEquals(Reason.TOO_LONG, probe.reason());
        assertEquals(List.of("012345"), probe.items);
        assertEquals(1, publisher.cancellations);
        assertEquals(2, publisher.left());
    }

    @Test
    void contentThatEndsEarlyIsAnErrorWithoutDemand() throws IOException {
        subscribe(publisher(), 4);
        assertEquals(Reason.TOO_SHORT, probe.reason());
    }

    @Test
    void anErrorOfThePublisherIsPassedOnAndIsNoVerdict() throws IOException {
        var verifying = verifying(4);
        verifying.onSubscribe(new ItemPublisher<>(List.of()));
        verifying.onNext(buffer("01234567"));
        var error = new IOException("the connection broke");
        verifying.onError(error);
        verifying.onError(error);
        verifying.onComplete();
        assertEquals(List.of(error), probe.errors);
        assertEquals(List.of("012345"), probe.items);
        assertEquals(0, probe.completions);
        assertEquals(State.NOT_FINISHED, verifying.state());
    }

    @ParameterizedTest
    @EnumSource
    void rule1_8_cancellingEndsTheSignals(Form form) throws IOException {
        var publisher = publisher("01", "23", "45", "6789");
        var verifying = subscribe(form, publisher, 4);
        probe.request(1);
        probe.cancel();
        probe.cancel(); // 3.7
        assertEquals(1, publisher.cancellations);
        probe.request(5); // 3.6
        verifying.onNext(buffer("23")); // 2.8
        verifying.onComplete();
        assertEquals(List.of("01"), probe.items);
        assertEquals(0, probe.completions);
        assertEquals(List.of(), probe.errors);
        assertEquals(State.NOT_FINISHED, verifying.state());
    }

    @ParameterizedTest
    @EnumSource
    void rule1_8_cancellingAlsoKeepsTheHoldBackBack(Form form) throws IOException {
        var publisher = publisher("0123456789");
        subscribe(form, publisher, 4);
        probe.request(1);
        probe.cancel();
        probe.request(1);
        assertEquals(List.of("012345"), probe.items);
        assertEquals(0, probe.completions);
    }

    @Test
    void cancellingOnTheHoldBackKeepsTheCompletionBack() throws IOException {
        probe.cancelAfter = 2;
        subscribe(publisher("0123456789"), 4);
        probe.request(3);
        assertEquals(List.of("012345", "6789"), probe.items);
        assertEquals(0, probe.completions);
    }

    @ParameterizedTest
    @EnumSource
    void rule2_5_aSecondSubscriptionIsCancelled(Form form) throws IOException {
        var publisher = publisher("0123456789");
        var verifying = subscribe(form, publisher, 4);
        var second = publisher();
        verifying.onSubscribe(second);
        assertEquals(1, second.cancellations);
        assertEquals(0, publisher.cancellations);
        assertEquals(1, probe.subscriptions);
    }

    @ParameterizedTest
    @EnumSource
    void rule2_13_refusesNullAndTakesAThrowingSubscriberForCancelled(Form form) throws IOException {
        var verifying = form.over(probe, verifier(), 4);
        assertThrows(NullPointerException.class, () -> verifying.onSubscribe(missing()));
        assertThrows(NullPointerException.class, () -> verifying.onNext(missing()));
        assertThrows(NullPointerException.class, () -> verifying.onError(missing()));
        var publisher = new ItemPublisher<ByteBuffer>(List.of());
        verifying.onSubscribe(publisher);
        probe.throwing = true;
        assertThrows(IllegalStateException.class, () -> verifying.onNext(buffer("01")));
        assertEquals(1, publisher.cancellations);
        verifying.onNext(buffer("23"));
        verifying.onComplete();
        assertEquals(List.of(), probe.errors);
        assertEquals(0, probe.completions);
    }

    @Test
    void rule3_3_asManyItemsAsWantedDoNotDeepenTheStack() throws IOException {
        int count = 100_000;
        byte[] content = new byte[count];
        ItemPublisher<ByteBuffer> publisher = new ItemPublisher<>(
                IntStream.range(0, count).mapToObj(i -> buffer("\0")).toList());
        probe.requestEach = true;
        publisher.subscribe(
                VerifyingSubscriber.of(probe, ContentVerifier.of(Digest.sha256Of(content), count), count / 2));
        assertEquals(count / 2 + 1, probe.items.size());
        assertEquals(1, probe.completions);
    }

    @ParameterizedTest
    @EnumSource
    void rule3_9_demandThatIsNotPositiveIsAnError(Form form) throws IOException {
        for (long n : new long[] {0, -1, Long.MIN_VALUE}) {
            var streaming = new Probe();
            publisher("0123456789").subscribe(form.over(streaming, verifier(), 4));
            streaming.request(n);
            streaming.request(1);
            assertInstanceOf(IllegalArgumentException.class, streaming.errors.get(0));
            var waiting = new Probe();
            publisher("0123456789").subscribe(form.over(waiting, verifier(), 4));
            waiting.request(1);
            waiting.request(n);
            waiting.request(1);
            assertInstanceOf(IllegalArgumentException.class, waiting.errors.get(0));
            assertEquals(1, waiting.errors.size());
            assertEquals(List.of("012345"), waiting.items);
            assertEquals(0, waiting.completions);
        }
    }

    @ParameterizedTest
    @EnumSource
    void rule3_9_demandThatIsNotPositiveIsAnErrorAlsoWhileTheHoldBackIsPassedOn(Form form) throws IOException {
        for (long n : new long[] {0, -1, Long.MIN_VALUE}) {
            var releasing = new Probe();
            publisher("0123456789").subscribe(form.over(releasing, verifier(), 4));
            releasing.observer = item -> {
                if (item.remaining() == 4) {
                    releasing.request(n);
                    releasing.request(1);
                    assertEquals(List.of(), releasing.errors, "no signal within another");
                }
            };
            releasing.request(2);
            assertEquals(List.of("012345", "6789"), releasing.items);
            assertEquals(1, releasing.errors.size());
            assertInstanceOf(IllegalArgumentException.class, releasing.errors.get(0));
            assertEquals(0, releasing.completions);
        }
    }

    @Test
    void rule3_5_aSubscriberThatCancelsAfterDemandThatIsNotPositiveGetsNoSignal() throws IOException {
        publisher("0123456789").subscribe(VerifyingSubscriber.of(probe, verifier(), 4));
        probe.cancelAfter = 2;
        probe.observer = item -> {
            if (item.remaining() == 4) {
                probe.request(0);
            }
        };
        probe.request(2);
        assertEquals(List.of("012345", "6789"), probe.items);
        assertEquals(List.of(), probe.errors);
        assertEquals(0, probe.completions);
    }

    @Test
    void rule3_17_demandMayAddUpToMoreThanALong() throws IOException {
        subscribe(publisher("012345", "6789"), 4);
        probe.request(Long.MAX_VALUE - 1);
        probe.request(Long.MAX_VALUE);
        assertEquals(List.of("012345", "6789"), probe.items);
        assertEquals(1, probe.completions);
    }

    @Test
    void theItemsThatPassAreThePublishersOwn() throws IOException {
        var verifying = verifying(4);
        List<ByteBuffer> seen = new ArrayList<>();
        probe.observer = seen::add;
        verifying.onSubscribe(new ItemPublisher<>(List.of()));
        ByteBuffer item = buffer("012");
        verifying.onNext(item);
        assertSame(item, seen.get(0));
    }

    @Test
    void aListThatPassesWholeIsThePublishersOwn() throws IOException {
        List<List<ByteBuffer>> seen = new ArrayList<>();
        var lists = new Flow.Subscriber<List<ByteBuffer>>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(List<ByteBuffer> item) {
                seen.add(item);
            }

            @Override
            public void onError(Throwable error) {
                throw new AssertionError(error);
            }

            @Override
            public void onComplete() {}
        };
        List<ByteBuffer> first = List.of(buffer("01"), buffer(""), buffer("2"));
        List<ByteBuffer> second = List.of(buffer("3"), buffer("4567"), buffer("89"));
        new ItemPublisher<>(List.of(first, second)).subscribe(VerifyingSubscriber.ofLists(lists, verifier(), 4));
        assertSame(first, seen.get(0));
        assertEquals(List.of(buffer("3"), buffer("45")), seen.get(1));
        assertEquals(List.of(buffer("6789")), seen.get(2));
    }

    @Test
    void signalsStaySerialAndCompleteAcrossThreads() throws Exception {
        String text = new Random(1)
                .ints(200_000, 'a', 'z' + 1)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
        byte[] content = text.getBytes(StandardCharsets.US_ASCII);
        var done = new CountDownLatch(1);
        var requester = Executors.newSingleThreadExecutor();
        var publishing = Executors.newSingleThreadExecutor();
        var publisher = new SubmissionPublisher<ByteBuffer>(publishing, 16);
        try {
            probe.requester = requester::execute;
            probe.requestEach = true;
            probe.atEnd = done::countDown;
            publisher.subscribe(
                    VerifyingSubscriber.of(probe, ContentVerifier.of(Digest.sha256Of(content), content.length), 777));
            for (int at = 0; at < content.length; at += 100) {
                publisher.submit(ByteBuffer.wrap(content, at, 100));
            }
            publisher.close();
            done.await();
        } finally {
            requester.shutdown();
            publishing.shutdown();
        }
        assertEquals(List.of(), probe.errors);
        assertEquals(text, String.join("", probe.items));
        assertEquals(1, probe.completions);
        assertFalse(probe.overlapping.get());
    }

    @ParameterizedTest
    @EnumSource
    void theHoldBackComesOnceWhoeverIsFirst(Form form) throws Exception {
        race(form, 1, probe -> probe.request(1), raced -> {
            assertEquals(List.of("012345", "6789"), raced.items);
            assertEquals(1, raced.completions);
            assertEquals(List.of(), raced.errors);
        });
    }

    @ParameterizedTest
    @EnumSource
    void demandThatIsNotPositiveEndsAtMostOnceWhoeverIsFirst(Form form) throws Exception {
        race(form, 1, probe -> probe.request(0), raced -> {
            assertEquals(0, raced.completions);
            raced.request(1); // the publisher, who may have been told, says nothing here
            assertEquals(1, raced.completions + raced.errors.size());
            assertEquals(1 + raced.completions, raced.items.size());
        });
    }

    @ParameterizedTest
    @EnumSource
    void aCancellationIsFollowedByNoSecondEndWhoeverIsFirst(Form form) throws Exception {
        race(form, 2, Probe::cancel, raced -> {
            int before = raced.items.size();
            raced.request(1);
            assertEquals(before, raced.items.size());
            assertTrue(raced.completions <= 1 && raced.completions < before, raced.completions + " completions");
            assertEquals(List.of(), raced.errors);
        });
    }

    /** Lets the publisher's end meet a call of the subscriber, often. */
    private static void race(Form form, long demand, Consumer<Probe> call, Consumer<Probe> check) throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        CyclicBarrier together = new CyclicBarrier(2);
        try {
            for (int round = 0; round < 1000; round++) {
                AtomicInteger ready = new AtomicInteger();
                Probe probe = new Probe();
                Verifying verifying = form.over(probe, verifier(), 4);
                verifying.onSubscribe(new Unasked());
                probe.request(demand);
                verifying.onNext(buffer(CONTENT));
                Future<?> calling = other.submit(() -> {
                    together.await();
                    meet(ready);
                    call.accept(probe);
                    return null;
                });
                together.await();
                meet(ready);
                verifying.onComplete();
                calling.get();
                check.accept(probe);
                assertFalse(probe.overlapping.get());
            }
        } finally {
            other.shutdownNow();
        }
    }

    /** Waits a moment longer for the thread that was woken up last: what is raced for is over in no time. */
    private static void meet(AtomicInteger ready) {
        ready.incrementAndGet();
        for (int i = 0; i < 1000 && ready.get() < 2; i++) {
            Thread.onSpinWait();
        }
    }

    /** The subscription of a publisher that publishes when the test does. */
    private static final class Unasked implements Flow.Subscription {
        @Override
        public void request(long count) {}

        @Override
        public void cancel() {}
    }

    /** What carries the bytes: the rules are the same. */
    private enum Form {
        BUFFERS {
            @Override
            Verifying over(Probe probe, ContentVerifier verifier, int holdBack) {
                var verifying = VerifyingSubscriber.of(probe, verifier, holdBack);
                return new Verifying(verifying, verifying::state);
            }
        },
        LISTS {
            @Override
            Verifying over(Probe probe, ContentVerifier verifier, int holdBack) {
                var verifying = VerifyingSubscriber.ofLists(new Joining(probe), verifier, holdBack);
                return new Verifying(new Halving(verifying), verifying::state);
            }
        };

        abstract Verifying over(Probe probe, ContentVerifier verifier, int holdBack);
    }

    /** A subscriber of either form, as one of buffers. */
    private static final class Verifying implements Flow.Subscriber<ByteBuffer> {
        private final Flow.Subscriber<ByteBuffer> subscriber;
        private final Supplier<State> state;

        Verifying(Flow.Subscriber<ByteBuffer> subscriber, Supplier<State> state) {
            this.subscriber = subscriber;
            this.state = state;
        }

        State state() {
            return state.get();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscriber.onSubscribe(subscription);
        }

        @Override
        public void onNext(ByteBuffer item) {
            subscriber.onNext(item);
        }

        @Override
        public void onError(Throwable error) {
            subscriber.onError(error);
        }

        @Override
        public void onComplete() {
            subscriber.onComplete();
        }
    }

    /** Makes a list of each buffer, of its two halves. */
    private static final class Halving implements Flow.Subscriber<ByteBuffer> {
        private final Flow.Subscriber<List<ByteBuffer>> lists;

        Halving(Flow.Subscriber<List<ByteBuffer>> lists) {
            this.lists = lists;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            lists.onSubscribe(subscription);
        }

        @Override
        public void onNext(ByteBuffer item) {
            lists.onNext(item == null ? missing() : halves(item));
        }

        private static List<ByteBuffer> halves(ByteBuffer item) {
            int half = item.remaining() / 2;
            return List.of(item.slice(0, half), item.slice(half, item.remaining() - half));
        }

        @Override
        public void onError(Throwable error) {
            lists.onError(error);
        }

        @Override
        public void onComplete() {
            lists.onComplete();
        }
    }

    /** Makes one buffer of each list. */
    private static final class Joining implements Flow.Subscriber<List<ByteBuffer>> {
        private final Flow.Subscriber<ByteBuffer> buffers;

        Joining(Flow.Subscriber<ByteBuffer> buffers) {
            this.buffers = buffers;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            buffers.onSubscribe(subscription);
        }

        @Override
        public void onNext(List<ByteBuffer> item) {
            ByteBuffer all = ByteBuffer.allocate(CONTENT.length());
            item.forEach(all::put);
            buffers.onNext(all.flip());
        }

        @Override
        public void onError(Throwable error) {
            buffers.onError(error);
        }

        @Override
        public void onComplete() {
            buffers.onComplete();
        }
    }

    private Verifying subscribe(Form form, ItemPublisher<ByteBuffer> publisher, int holdBack)
            throws VerificationException {
        var verifying = form.over(probe, verifier(), holdBack);
        publisher.subscribe(verifying);
        return verifying;
    }

    private VerifyingSubscriber<ByteBuffer> subscribe(ItemPublisher<ByteBuffer> publisher, int holdBack)
            throws VerificationException {
        var verifying = verifying(holdBack);
        publisher.subscribe(verifying);
        return verifying;
    }

    private VerifyingSubscriber<ByteBuffer> verifying(int holdBack) throws VerificationException {
        return VerifyingSubscriber.of(probe, verifier(), holdBack);
    }

    private static ContentVerifier verifier() throws VerificationException {
        return ContentVerifier.of(Digest.sha256Of(CONTENT.getBytes(StandardCharsets.US_ASCII)), CONTENT.length());
    }

    private static ItemPublisher<ByteBuffer> publisher(String... items) {
        return new ItemPublisher<>(
                Arrays.stream(items).map(VerifyingSubscriberTest::buffer).toList());
    }

    private static ByteBuffer buffer(String text) {
        return StandardCharsets.US_ASCII.encode(text);
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // what a caller without null checks would pass
    private static <T> T missing() {
        return null;
    }

    /** A subscriber that notes all signals. */
    private static final class Probe implements Flow.Subscriber<ByteBuffer> {
        final List<String> items = new ArrayList<>();
        final List<Throwable> errors = new ArrayList<>();
        int completions;
        int subscriptions;
        int cancelAfter = -1;
        boolean throwing;
        boolean requestEach;
        final AtomicBoolean overlapping = new AtomicBoolean();
        Consumer<ByteBuffer> observer = item -> {};
        Consumer<Runnable> requester = Runnable::run;
        Runnable atEnd = () -> {};
        private final AtomicInteger inside = new AtomicInteger();
        private volatile Flow.@Nullable Subscription subscription;

        void request(long n) {
            Objects.requireNonNull(subscription).request(n);
        }

        void cancel() {
            Objects.requireNonNull(subscription).cancel();
        }

        Reason reason() {
            assertEquals(1, errors.size());
            return assertInstanceOf(VerificationException.class, errors.get(0)).reason();
        }

        @Override
        public void onSubscribe(Flow.Subscription newSubscription) {
            subscriptions++;
            subscription = newSubscription;
            if (requestEach) {
                requester.accept(() -> request(1));
            }
        }

        @Override
        public void onNext(ByteBuffer item) {
            if (inside.getAndIncrement() != 0) {
                overlapping.set(true);
            }
            if (throwing) {
                throw new IllegalStateException("broken");
            }
            observer.accept(item);
            items.add(StandardCharsets.US_ASCII.decode(item.duplicate()).toString());
            if (items.size() == cancelAfter) {
                cancel();
            }
            inside.decrementAndGet();
            if (requestEach) {
                requester.accept(() -> request(1));
            }
        }

        @Override
        public void onError(Throwable error) {
            endsOutside();
            errors.add(error);
            atEnd.run();
        }

        @Override
        public void onComplete() {
            endsOutside();
            completions++;
            atEnd.run();
        }

        private void endsOutside() {
            if (inside.get() != 0) {
                overlapping.set(true);
            }
        }
    }

    @Test
    void anItemThatPassesHasNothingOfWhatIsHeldBehindIt() throws VerificationException {
        byte[] content = new byte[100];
        List<Integer> capacities = new ArrayList<>();
        var subscriber = new Flow.Subscriber<ByteBuffer>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(1);
            }

            @Override
            public void onNext(ByteBuffer item) {
                capacities.add(item.clear().remaining());
            }

            @Override
            public void onError(Throwable error) {}

            @Override
            public void onComplete() {}
        };
        var verifying = VerifyingSubscriber.of(subscriber, ContentVerifier.of(Digest.sha256Of(content), 100), 40);
        new ItemPublisher<>(List.of(ByteBuffer.wrap(content))).subscribe(verifying);
        assertEquals(List.of(60), capacities);
    }
}
