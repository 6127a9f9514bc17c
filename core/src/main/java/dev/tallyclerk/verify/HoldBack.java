package dev.tallyclerk.verify;

import dev.tallyclerk.verify.ContentVerifier.State;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The part that all streaming classes share: which bytes may pass, the bytes held back until the digest holds, and the
 * failure that repeats.
 *
 * <p>Content goes through three phases. While {@link #passing} is positive, that many bytes may go to the consumer, and
 * are only hashed. Then the rest is collected. {@link #end} verifies all of it, after which {@link #held} returns the
 * collected bytes. Memory use is the hold-back, allocated with the first byte that is held.
 */
final class HoldBack {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ContentVerifier verifier;
    private final int length;
    private @Nullable ByteBuffer tail;

    private HoldBack(ContentVerifier verifier, int length) {
        this.verifier = verifier;
        this.length = length;
    }

    static HoldBack of(ContentVerifier verifier, int length) {
        if (length < 0) {
            throw new IllegalArgumentException("hold-back is negative: " + length);
        }
        if (length > 0 && !verifier.sizePromised()) {
            throw new IllegalArgumentException("a hold-back needs a promised size");
        }
        return new HoldBack(verifier.handOver(), length);
    }

    State state() {
        return verifier.state();
    }

    boolean isOpen() {
        return verifier.state() == State.NOT_FINISHED;
    }

    /** {@return how many of the next bytes may pass} */
    long passing() {
        return isOpen() ? Math.max(0, verifier.remaining() - length) : 0;
    }

    /**
     * Throws a new exception each time: a caller that closes after a failure may add the second one to the first as
     * suppressed.
     */
    void requireNoFailure() throws IOException {
        Throwable failure = verifier.failure();
        if (failure != null) {
            discard();
            throw again(failure);
        }
    }

    private static IOException again(Throwable failure) {
        return failure instanceof VerificationException e
                ? e.again()
                : new IOException("the content cannot be verified: its hash failed earlier", failure);
    }

    /** Fails if {@code bytes} more bytes would be too many; hashes nothing. */
    void requireRoom(long bytes) throws VerificationException {
        verifier.requireRoom(bytes);
    }

    /** Hashes bytes that pass. */
    void pass(byte[] content, int offset, int count) throws VerificationException {
        verifier.update(content, offset, count);
    }

    /** Hashes bytes that pass or have passed, starting at index {@code from}, and leaves the position behind them. */
    void pass(ByteBuffer content, int from, int count) throws VerificationException {
        int limit = content.limit();
        content.limit(from + count).position(from);
        try {
            verifier.update(content);
        } finally {
            content.limit(limit);
        }
    }

    /** Hashes and holds bytes; only once none may pass. */
    void hold(byte[] content, int offset, int count) throws VerificationException {
        ByteBuffer kept = tail();
        pass(content, offset, count);
        kept.put(content, offset, count);
    }

    /** Hashes and holds all that remains in {@code content}; only once none may pass. */
    void hold(ByteBuffer content) throws VerificationException {
        ByteBuffer kept = tail();
        int from = content.position();
        pass(content, from, content.remaining());
        content.position(from);
        kept.put(content);
    }

    /**
     * {@return an array-backed buffer with room for exactly the bytes still to be held, for a source to write into}
     *
     * <p>Only once no byte may pass. Call {@link #pass(ByteBuffer, int, int)} after each write.
     */
    ByteBuffer tail() {
        ByteBuffer kept = tail;
        if (kept == null) {
            kept = ByteBuffer.allocate((int) Math.min(length, verifier.remaining()));
            tail = kept;
        }
        return kept;
    }

    /** Verifies the content: returns only if all of it matches. */
    void end() throws VerificationException {
        verifier.finish();
        tail = tail == null ? NOTHING : tail.flip();
    }

    /** {@return the held bytes that the consumer has not taken yet; empty unless the content is verified} */
    ByteBuffer held() {
        ByteBuffer kept = tail;
        return verifier.state() != State.VERIFIED || kept == null ? NOTHING : kept;
    }

    /** {@return how many bytes the consumer has not got yet, if the size is promised} */
    OptionalLong remaining() {
        if (!verifier.sizePromised()) {
            return OptionalLong.empty();
        }
        ByteBuffer kept = tail;
        boolean verified = verifier.state() == State.VERIFIED;
        long collected = kept == null ? 0 : verified ? kept.remaining() : kept.position();
        return OptionalLong.of((verified ? 0 : verifier.remaining()) + collected);
    }

    /** Drops the held bytes. */
    void discard() {
        tail = NOTHING;
    }
}
