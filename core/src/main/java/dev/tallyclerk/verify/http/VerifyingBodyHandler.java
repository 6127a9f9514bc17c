package dev.tallyclerk.verify.http;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.util.Objects;

/**
 * Handles a response body with another handler, which gets the last bytes only if all bytes were the ones promised.
 *
 * <p>Every body is checked, whatever the status: that of an error response is as good as never the promised one, so the
 * request fails with a {@link VerificationException}. A caller that wants to see the status looks at it first, in a
 * handler that chooses between this one and another. Headers are not looked at. Immutable, so it may be used for
 * several requests and by several threads if the other handler may.
 *
 * @param <T> the type of the body
 * @see VerifyingBodySubscriber
 */
@SuppressWarnings("exports") // whoever uses it requires java.net.http too: see module-info
public final class VerifyingBodyHandler<T> implements BodyHandler<T> {
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
        return VerifyingBodySubscriber.of(handler.apply(response), start.resume(), holdBack);
    }
}
