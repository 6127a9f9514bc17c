package dev.tallyclerk.verify;

import dev.tallyclerk.verify.ContentVerifier.State;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What all streaming shapes share: which bytes may pass at once, the last ones that are kept until the digest holds,
 * and the failure that repeats.
 *
 * <p>Content goes through three phases. While {@link #passing} is positive, that many bytes may go to the consumer and
 * are only hashed. Then the rest is gathered. {@link #end} judges it all, and what {@link #held} gives is for the
 * consumer. Memory use is the hold-back, and none before the first byte that is kept.
 */
final class HoldBack {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ContentVerifier verifier;
    private final int length;
    private @Nullable ByteBuffer tail;
    private @Nullable Throwable failure;

    private HoldBack(ContentVerifier verifier, int length) {
        this.verifier = verifier;
        this.length = length;
    }

    static HoldBack of(ContentVerifier verifier, int length) {
        if (length < 0) {
            throw new IllegalArgumentException("hold-back is negative: " + length);
        }
        if (length > 0 && !verifier.sizePromised()) {
            throw new IllegalArgumentException("without a promised size no byte is known to be one of the last");
        }
        return new HoldBack(verifier.handOver(), length);
    }

    State state() {
        return verifier.state();
    }

    boolean isOpen() {
        return verifier.state() == State.NOT_FINISHED;
    }

    /** {@return how many of the next bytes may pass at once} */
    long passing() {
        return isOpen() ? Math.max(0, verifier.remaining() - length) : 0;
    }

    /** A new exception each time: who closes after a failure may add the second one to the first. */
    void requireNoFailure() throws IOException {
        if (failure != null) {
            throw again(failure);
        }
    }

    private static IOException again(Throwable failure) {
        return failure instanceof VerificationException e
                ? e.again()
                : new IOException("the content cannot be verified, because its hash failed before", failure);
    }

    /** Fails if so many more bytes were too many, and hashes nothing. */
    void requireRoom(long bytes) throws VerificationException {
        try {
            verifier.requireRoom(bytes);
        } catch (VerificationException e) {
            failed(e);
            throw e;
        }
    }

    /** Hashes bytes that pass. */
    void pass(byte[] content, int offset, int count) throws VerificationException {
        try {
            verifier.update(content, offset, count);
        } catch (VerificationException | RuntimeException | Error e) {
            failed(e);
            throw e;
        }
    }

    /** Hashes bytes that pass or have passed, from index {@code from} on, and leaves the position behind them. */
    void pass(ByteBuffer content, int from, int count) throws VerificationException {
        int limit = content.limit();
        content.limit(from + count).position(from);
        try {
            verifier.update(content);
        } catch (VerificationException | RuntimeException | Error e) {
            failed(e);
            throw e;
        } finally {
            content.limit(limit);
        }
    }

    /** Hashes and keeps bytes; only once none may pass any more. */
    void hold(byte[] content, int offset, int count) throws VerificationException {
        ByteBuffer kept = tail();
        pass(content, offset, count);
        kept.put(content, offset, count);
    }

    /** Hashes and keeps all that remains in {@code content}; only once none may pass any more. */
    void hold(ByteBuffer content) throws VerificationException {
        ByteBuffer kept = tail();
        int from = content.position();
        pass(content, from, content.remaining());
        content.position(from);
        kept.put(content);
    }

    /**
     * {@return the array-backed room for exactly the bytes that are still to be kept, for a source to write to}
     *
     * <p>Only once no byte may pass any more. Each write is followed by {@link #pass(ByteBuffer, int, int)}.
     */
    ByteBuffer tail() {
        ByteBuffer kept = tail;
        if (kept == null) {
            kept = ByteBuffer.allocate((int) Math.min(length, verifier.remaining()));
            tail = kept;
        }
        return kept;
    }

    /** Judges the content; if this returns, all of it is what was promised. */
    void end() throws VerificationException {
        try {
            verifier.finish();
        } catch (VerificationException | RuntimeException | Error e) {
            failed(e);
            throw e;
        }
        tail = tail == null ? NOTHING : tail.flip();
    }

    /** {@return the bytes that were kept and that the consumer has not got yet; only of verified content} */
    ByteBuffer held() {
        ByteBuffer kept = tail;
        return verifier.state() != State.VERIFIED || kept == null ? NOTHING : kept;
    }

    /** Gives up what was kept. */
    void discard() {
        tail = NOTHING;
    }

    /** Keeps what the verifier has failed by, which the engine may have thrown; a caller's mistake is none of that. */
    private void failed(Throwable e) {
        if (failure == null && verifier.state() == State.FAILED) {
            discard();
            failure = e;
        }
    }
}
