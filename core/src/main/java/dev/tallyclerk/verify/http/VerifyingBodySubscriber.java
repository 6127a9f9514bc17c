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
 * Passes a response body on to another body subscriber, and its last bytes only if all bytes were the ones promised.
 *
 * <p>It is what {@link VerifyingSubscriber} says, for the HTTP client. The body is the other subscriber's, which learns
 * of wrong content by {@code onError} with a {@link VerificationException}: one that gives its body at the end then
 * gives none, and one that gives a stream at once fails while it is read, with an {@link java.io.IOException} of its
 * own that has it as a cause. What a subscriber has already put elsewhere, such as a file, stays there and is its
 * owner's to discard. For one response only, whose signals come one at a time.
 *
 * @param <T> the type of the body
 */
@SuppressWarnings("exports") // whoever uses it requires java.net.http too: see module-info
public final class VerifyingBodySubscriber<T> implements BodySubscriber<T> {
    private final BodySubscriber<T> subscriber;
    private final VerifyingSubscriber<List<ByteBuffer>> verifying;

    private VerifyingBodySubscriber(BodySubscriber<T> subscriber, ContentVerifier verifier, int holdBack) {
        this.subscriber = subscriber;
        this.verifying = VerifyingSubscriber.ofLists(subscriber, verifier, holdBack);
    }

    /**
     * {@return a body subscriber in front of {@code subscriber} that holds back
     * {@link ContentVerifier#DEFAULT_HOLD_BACK} bytes}
     *
     * @param subscriber what the body is for
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
     * {@return a body subscriber in front of {@code subscriber} that checks with a verifier of the caller's making}
     *
     * @param subscriber what the body is for, from where {@code verifier} stands
     * @param verifier what is promised; the returned subscriber {@linkplain ContentVerifier#handOver takes it over}
     * @param holdBack how many bytes at the end are held back; 0 is weaker, and the only choice where no size is
     *     promised
     * @throws IllegalArgumentException if {@code holdBack} is negative, or positive without a promised size
     * @throws IllegalStateException if the verification is over, or was handed over before
     */
    public static <T> VerifyingBodySubscriber<T> of(
            BodySubscriber<T> subscriber, ContentVerifier verifier, int holdBack) {
        return new VerifyingBodySubscriber<>(subscriber, verifier, holdBack);
    }

    /** {@return the body as the other subscriber gives it} */
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

    /** {@return how far the verification has come; for the thread that has got the body's end} */
    public State state() {
        return verifying.state();
    }
}
