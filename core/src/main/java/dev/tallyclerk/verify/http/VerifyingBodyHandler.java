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
 * Handles a response body with another handler, which gets the last bytes only if all of it matches.
 *
 * <p>Verifies every body, whatever the status: the body of an error response practically never matches, so the request
 * fails. For a body that is delivered whole, {@code send} throws an {@link java.io.IOException} and {@code sendAsync}
 * completes with a failure that has the {@link VerificationException} among its causes. For a body that is a stream,
 * {@code send} may return, and reading fails that way. Over HTTP/2, the client may report only a cancelled stream for
 * content that is too long. Callers that need the status check it first, in a handler that chooses between this one and
 * another.
 *
 * <p>A {@code Content-Length} that differs from the promised size, or exceeds the largest allowed, ends the request
 * before a byte of the body: over HTTP/1.1 the other handler's subscriber gets the error and the subscription is
 * cancelled; over other versions the request fails without one. It is ignored with a {@code Content-Encoding} or a
 * {@code Transfer-Encoding}, which change the length; if no byte is missing, because a response without a body may
 * announce the length that it would have; and if it is repeated or has 19 digits or more. No other header is read.
 *
 * <p>Immutable. Usable for several requests and by several threads if the other handler is.
 *
 * @param <T> the type of the body
 * @see VerifyingBodySubscriber
 */
@SuppressWarnings("exports") // users require java.net.http too: see module-info
public final class VerifyingBodyHandler<T> implements BodyHandler<T> {
    /** A number of this many digits may exceed a long. */
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
     * {@return a handler around {@code handler} with the {@linkplain ContentVerifier#DEFAULT_HOLD_BACK default
     * hold-back}}
     *
     * @param handler the receiver of the body
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
     * {@return a handler around {@code handler} that verifies each body as the rest of content that began earlier}
     *
     * @param handler the receiver of the body
     * @param start the promise and the bytes so far: the checkpoint of a new verifier if the body is the whole content;
     *     for a range request, the checkpoint of a verifier that has hashed exactly the stored prefix
     * @param holdBack how many bytes at the end are held back; 0 is weaker, and the only choice without a promised size
     * @throws IllegalArgumentException if {@code holdBack} is negative, or positive without a promised size
     */
    public static <T> VerifyingBodyHandler<T> of(
            BodyHandler<T> handler, ContentVerifier.Checkpoint start, int holdBack) {
        // Checks the arguments now and not at the first body.
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
                // There the client reports only that a stream was cancelled, but ends the stream if its handler throws.
                throw new UncheckedIOException(e);
            }
            return new RefusedBody<>(body, e);
        }
        return VerifyingBodySubscriber.of(body, verifier, holdBack);
    }

    /** Fails if the announced length cannot be that of the content, some of which may have come before. */
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

    /** {@return whether {@code text}, which the client has accepted, is a number that fits a long} */
    private static boolean isLength(String text) {
        return !text.isEmpty() && text.length() < MOST_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** Reports a refusal instead of a body, without requesting it. */
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
