package dev.tallyclerk.verify;

import dev.tallyclerk.digest.Digest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Objects;

/**
 * Checks content against a promised digest while it is pushed through: {@code update} as often as there are bytes, then
 * {@link #finish} once.
 *
 * <p>The size is checked first and all the time, so one byte too many fails at once and is never hashed. Nothing that
 * was pushed may be trusted before {@link #finish} has returned. A verifier that has failed stays failed. Memory use is
 * constant, and no update allocates. Not safe for use by several threads at a time.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#verification">OCI image-spec
 *     v1.1.1, Verification</a>
 */
public final class ContentVerifier {
    /** Larger updates keep the JDK's multi-block intrinsic from being used; smaller ones pay for the call. */
    private static final int SLICE = 16 * 1024;

    /** How far the verification has come. */
    public enum State {
        /** Bytes are still expected; nothing is known. */
        NOT_FINISHED,
        /** The content was complete and is what was promised. */
        VERIFIED,
        /** The content is not what was promised. */
        FAILED
    }

    private final Digest expected;
    private final long maxSize;
    private final boolean sizePromised;
    private final MessageDigest hash;
    private State state = State.NOT_FINISHED;
    private long count;

    private ContentVerifier(Digest expected, long maxSize, boolean sizePromised) throws VerificationException {
        if (maxSize < 0) {
            throw new IllegalArgumentException("size is negative: " + maxSize);
        }
        this.expected = expected;
        this.maxSize = maxSize;
        this.sizePromised = sizePromised;
        this.hash =
                expected.algorithm().newMessageDigest().orElseThrow(() -> VerificationException.unsupported(expected));
    }

    /**
     * {@return a verifier of content whose digest and size are promised, as a descriptor does}
     *
     * @param size the promised size in bytes
     * @throws VerificationException if the digest's algorithm is not supported
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public static ContentVerifier of(Digest expected, long size) throws VerificationException {
        return new ContentVerifier(expected, size, true);
    }

    /**
     * {@return a verifier of content whose digest alone is promised, as a diffID does}
     *
     * @param maxSize the largest size that is accepted, in bytes
     * @throws VerificationException if the digest's algorithm is not supported
     * @throws IllegalArgumentException if {@code maxSize} is negative
     */
    public static ContentVerifier ofAtMost(Digest expected, long maxSize) throws VerificationException {
        return new ContentVerifier(expected, maxSize, false);
    }

    /**
     * Takes the next bytes.
     *
     * @throws VerificationException if there are more bytes than promised or allowed
     * @throws IllegalStateException if the verification is over
     */
    public void update(byte[] content, int offset, int length) throws VerificationException {
        Objects.checkFromIndexSize(offset, length, content.length);
        admit(length);
        int end = offset + length;
        for (int at = offset; at < end; at += SLICE) {
            hash.update(content, at, Math.min(SLICE, end - at));
        }
    }

    /**
     * Takes the next bytes, all that remain in {@code content}.
     *
     * @param content left with nothing remaining, unless this throws
     * @throws VerificationException if there are more bytes than promised or allowed
     * @throws IllegalStateException if the verification is over
     */
    public void update(ByteBuffer content) throws VerificationException {
        admit(content.remaining());
        int end = content.limit();
        while (content.position() < end) {
            content.limit(Math.min(end, content.position() + SLICE));
            hash.update(content);
        }
        content.limit(end);
    }

    /**
     * Ends the content.
     *
     * @throws VerificationException if the content was not the one promised
     * @throws IllegalStateException if the verification is over
     */
    public void finish() throws VerificationException {
        requireNotFinished();
        state = State.FAILED;
        if (sizePromised && count < maxSize) {
            throw VerificationException.tooShort(expected, maxSize, count);
        }
        Digest actual = Digest.ofHash(expected.algorithm(), hash.digest());
        if (!actual.equals(expected)) {
            throw VerificationException.mismatch(expected, actual, count);
        }
        state = State.VERIFIED;
    }

    /** {@return how far the verification has come} */
    public State state() {
        return state;
    }

    /** {@return how many bytes were accepted so far} */
    public long count() {
        return count;
    }

    /** {@return how many more bytes would be accepted} */
    public long remaining() {
        return maxSize - count;
    }

    /** {@return the digest that the content must have} */
    public Digest expected() {
        return expected;
    }

    private void admit(int length) throws VerificationException {
        requireNotFinished();
        if (length > maxSize - count) {
            state = State.FAILED;
            throw VerificationException.tooLong(expected, maxSize, count + length);
        }
        count += length;
    }

    private void requireNotFinished() {
        if (state != State.NOT_FINISHED) {
            throw new IllegalStateException("the verification of " + expected + " is over: " + state);
        }
    }
}
