package dev.tallyclerk.verify.http;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Handles a response body with another handler, which gets the last bytes only if all bytes were the ones promised.
 *
 * <p>Every body is checked, whatever the status: that of an error response is as good as never the promised one, so the
 * request fails. With a body that comes whole, {@code send} throws an {@link java.io.IOException} and {@code sendAsync}
 * completes with a failure that has the {@link VerificationException} among its causes; with one that is a stream,
 * {@code send} may return, and reading it fails so. Over HTTP/2 the client may say of content that goes on for too long
 * only that its stream was cancelled. A caller that wants to see the status looks at it first, in a handler that
 * chooses between this one and another.
 *
 * <p>A {@code Content-Length} that is not the promised size, or is above the most that is allowed, ends the request at
 * once, before a byte of the body: over HTTP/1.1 the other handler's subscriber gets the error and the subscription is
 * cancelled; over other versions the request fails without one. It is not looked at where there is a
 * {@code Content-Encoding} or a {@code Transfer-Encoding}, which make it another length than the content's, nor where
 * nothing is left to come, as a response without a body may say how long it would be, nor if it stands several times or
 * has 19 digits or more. No other header is looked at.
 *
 * <p>Immutable, so it may be used for several requests and by several threads if the other handler may.
 *
 * @param <T> the type of the body
 * @see VerifyingBodySubscriber
 */
@SuppressWarnings("exports") // whoever uses it requires java.net.http too: see module-info
public final class VerifyingBodyHandler<T> implements BodyHandler<T> {
    /** A number of so many digits may be more than a long has. */
    private static final int MOST_DIGITS = 19;

    private final BodyHandler<T> handler;
    private final ContentVerifier.Checkpoint start;
    private final int holdBack;

    private VerifyingBodyHandler(BodyHandler<T> handler, ContentVerifier.Checkpoint start, int holdBack) {
        this.handler = Objects.requireNonNull(handler, "handler");
        this.start = start;
        this.holdBack = holdBack;
    }

    /**
     * {@return a handler around {@code handler} that holds back {@link ContentVerifier#DEFAULT_HOLD_BACK} bytes}
     *
     * @param handler what the body is for
     * @param expected the digest that it must have
     * @param size the size that it must have, in bytes
     * @throws VerificationException if the digest's algorithm is not supported
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public static <T> VerifyingBodyHandler<T> of(BodyHandler<T> handler, Digest expected, long size)
            throws VerificationException {
        return of(handler, ContentVerifier.of(expected, size).checkpoint(), ContentVerifier.DEFAULT_HOLD_BACK);
    }

    /**
     * {@return a handler around {@code handler} that checks each body as the rest of content that has begun before}
     *
     * @param handler what the body is for
     * @param start what is promised, and how far the content has come: the checkpoint of a new verifier for a body that
     *     is the whole content; where a range is asked for, that of one which has hashed what is kept of the content,
     *     and nothing that was not kept
     * @param holdBack how many bytes at the end are held back; 0 is weaker, and the only choice where no size is
     *     promised
     * @throws IllegalArgumentException if {@code holdBack} is negative, or positive without a promised size
     */
    public static <T> VerifyingBodyHandler<T> of(
            BodyHandler<T> handler, ContentVerifier.Checkpoint start, int holdBack) {
        // The first body would be late for finding out that no body can be handled.
        VerifyingBodySubscriber.of(BodySubscribers.discarding(), start.resume(), holdBack);
        return new VerifyingBodyHandler<>(handler, start, holdBack);
    }

    @Override
    public BodySubscriber<T> apply(ResponseInfo response) {
        ContentVerifier verifier = start.resume();
        BodySubscriber<T> body = handler.apply(response);
        try {
            requireLength(verifier, response.headers());
        } catch (VerificationException e) {
            if (response.version() != HttpClient.Version.HTTP_1_1) {
                // There the client says of a stream that was cancelled only that, and ends one whose handler throws.
                throw new UncheckedIOException(e);
            }
            return new RefusedBody<>(body, e);
        }
        return VerifyingBodySubscriber.of(body, verifier, holdBack);
    }

    /** Fails if the length that is announced cannot be that of the content, of which a part may have come before. */
    private static void requireLength(ContentVerifier verifier, HttpHeaders headers) throws VerificationException {
        List<String> lengths = headers.allValues("Content-Length");
        boolean encoded = headers.firstValue("Content-Encoding").isPresent()
                || headers.firstValue("Transfer-Encoding").isPresent();
        if (encoded || verifier.remaining() == 0 || lengths.size() != 1 || !isLength(lengths.get(0))) {
            return;
        }
        long length = Long.parseLong(lengths.get(0));
        if (verifier.sizePromised() || length > verifier.remaining()) {
            long before = verifier.count();
            long whole = length > Long.MAX_VALUE - before ? Long.MAX_VALUE : before + length;
            ContentVerifier.requireSize(verifier.expected().get(0), before + verifier.remaining(), whole);
        }
    }

    /** {@return whether it is a number that fits, of those that the client lets pass} */
    private static boolean isLength(String text) {
        return !text.isEmpty() && text.length() < MOST_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** A body that is not asked for. */
    private static final class RefusedBody<T> implements BodySubscriber<T> {
        private final BodySubscriber<T> subscriber;
        private final VerificationException refusal;

        RefusedBody(BodySubscriber<T> subscriber, VerificationException refusal) {
            this.subscriber = subscriber;
            this.refusal = refusal;
        }

        @Override
        public CompletionStage<T> getBody() {
            return subscriber.getBody();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            AtomicBoolean cancelled = new AtomicBoolean();
            // Reactive Streams 1.9: no error comes before a subscription.
            subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long count) {}

                @Override
                public void cancel() {
                    cancelled.set(true);
                }
            });
            subscription.cancel();
            if (!cancelled.get()) {
                subscriber.onError(refusal);
            }
        }

        @Override
        public void onNext(List<ByteBuffer> item) {}

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onComplete() {}
    }
}
