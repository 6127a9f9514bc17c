package dev.tallyclerk.verify.http;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.ContentVerifier.State;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerifyingSubscriber;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * Passes a response body on to another body subscriber, and its last bytes only if all of it matches.
 *
 * <p>Behaves as {@link VerifyingSubscriber} does, for the HTTP client. The other subscriber, which makes the body, is
 * told of wrong content by {@code onError} with a {@link VerificationException}: a subscriber that returns its body at
 * the end then returns none; the stream of one that returns it at once fails while it is read, with an
 * {@link java.io.IOException} that has the exception as a cause. Data that a subscriber has stored already, for example
 * in a file, stays there, and its owner must discard it. For one response only, whose signals come one at a time.
 *
 * @param <T> the type of the body
 */
@SuppressWarnings("exports") // users require java.net.http too: see module-info
public final class VerifyingBodySubscriber<T> implements BodySubscriber<T> {
    private final BodySubscriber<T> subscriber;
    private final VerifyingSubscriber<List<ByteBuffer>> verifying;

    private VerifyingBodySubscriber(BodySubscriber<T> subscriber, ContentVerifier verifier, int holdBack) {
        this.subscriber = subscriber;
        this.verifying = VerifyingSubscriber.ofLists(subscriber, verifier, holdBack);
    }

    /**
     * {@return a body subscriber in front of {@code subscriber} with the {@linkplain ContentVerifier#DEFAULT_HOLD_BACK
     * default hold-back}}
     *
     * @param subscriber the receiver of the body
     * @param expected the digest that it must have
     * @param size the size that it must have, in bytes
     * @throws VerificationException if the digest's algorithm is not supported
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public static <T> VerifyingBodySubscriber<T> of(BodySubscriber<T> subscriber, Digest expected, long size)
            throws VerificationException {
        return of(subscriber, ContentVerifier.of(expected, size), ContentVerifier.DEFAULT_HOLD_BACK);
    }

    /**
     * {@return a body subscriber in front of {@code subscriber} that uses the caller's verifier}
     *
     * @param subscriber the receiver of the body, from the verifier's {@link ContentVerifier#count} on
     * @param verifier the promise; the returned subscriber {@linkplain ContentVerifier#handOver takes it over}
     * @param holdBack how many bytes at the end are held back; 0 is weaker, and the only choice without a promised size
     * @throws IllegalArgumentException if {@code holdBack} is negative, or positive without a promised size
     * @throws IllegalStateException if the verification is over, or was handed over before
     */
    public static <T> VerifyingBodySubscriber<T> of(
            BodySubscriber<T> subscriber, ContentVerifier verifier, int holdBack) {
        return new VerifyingBodySubscriber<>(subscriber, verifier, holdBack);
    }

    /** {@return the other subscriber's body} */
    @Override
    public CompletionStage<T> getBody() {
        return subscriber.getBody();
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        verifying.onSubscribe(subscription);
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        verifying.onNext(item);
    }

    @Override
    public void onError(Throwable error) {
        verifying.onError(error);
    }

    @Override
    public void onComplete() {
        verifying.onComplete();
    }

    /** {@return the progress of the verification; for the thread that has seen the body's end} */
    public State state() {
        return verifying.state();
    }
}
