package dev.tallyclerk.verify;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.HashEngine;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Checks content against promised digests while it is pushed through: {@code update} as often as there are bytes, then
 * {@link #finish} once.
 *
 * <p>The size is checked first and all the time, so one byte too many fails at once and is never hashed. Nothing that
 * was pushed may be trusted before {@link #finish} has returned. A verifier that has failed stays failed, also where it
 * was its {@link HashEngine} that threw. Memory use is constant: the hashes, and 8 KiB that the first small update
 * allocates, or the first with memory outside the heap; no other update does. Not safe for use by several threads at a
 * time.
 *
 * <p>It costs what the Java runtime's own digest costs, which is the fastest engine for one stream: large updates are
 * handed on in slices, because the runtime is slower with whole large arrays, and small ones are gathered first.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#verification">OCI image-spec
 *     v1.1.1, Verification</a>
 */
public final class ContentVerifier {
    /**
     * How many bytes at the end of the content the streaming shapes keep back until its digest holds, unless they are
     * told otherwise.
     */
    public static final int DEFAULT_HOLD_BACK = 64 * 1024;

    /** How far the verification has come. */
    public enum State {
        /** Bytes are still expected; nothing is known. */
        NOT_FINISHED,
        /** The content was complete and is what was promised. */
        VERIFIED,
        /** The content is not what was promised, or could not be hashed. */
        FAILED
    }

    private final List<Digest> expected;
    private final long maxSize;
    private final boolean sizePromised;
    private HashState hash;
    private State state = State.NOT_FINISHED;

    /** Who has the verification now, where it was handed over; then this one's own state is that it takes nothing. */
    private @Nullable ContentVerifier heir;

    private ContentVerifier(List<Digest> expected, long maxSize, boolean sizePromised, HashState hash) {
        this.expected = expected;
        this.maxSize = maxSize;
        this.sizePromised = sizePromised;
        this.hash = hash;
    }

    /**
     * {@return a verifier of content whose digest and size are promised, as a descriptor does}
     *
     * @param size the promised size in bytes
     * @throws VerificationException if the digest's algorithm is not supported
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public static ContentVerifier of(Digest expected, long size) throws VerificationException {
        return of(List.of(Objects.requireNonNull(expected, "expected")), size);
    }

    /**
     * {@return a verifier of content of which several digests are promised, all computed in one pass}
     *
     * @param expected the digests, all of which must hold; at least one
     * @param size the promised size in bytes
     * @throws VerificationException if the algorithm of one of the digests is not supported
     * @throws IllegalArgumentException if {@code expected} is empty or {@code size} is negative
     */
    public static ContentVerifier of(Collection<Digest> expected, long size) throws VerificationException {
        return of(expected, size, HashEngine.runtime());
    }

    /**
     * {@return a verifier of content of which several digests are promised, all computed in one pass}
     *
     * @param expected the digests, all of which must hold; at least one
     * @param size the promised size in bytes
     * @param engine what computes the hashes
     * @throws VerificationException if {@code engine} does not have the algorithm of one of the digests
     * @throws IllegalArgumentException if {@code expected} is empty or {@code size} is negative
     */
    public static ContentVerifier of(Collection<Digest> expected, long size, HashEngine engine)
            throws VerificationException {
        return start(List.copyOf(Objects.requireNonNull(expected, "expected")), size, true, engine);
    }

    /**
     * {@return a verifier of content whose digest alone is promised, as a diffID does}
     *
     * @param maxSize the largest size that is accepted, in bytes
     * @throws VerificationException if the digest's algorithm is not supported
     * @throws IllegalArgumentException if {@code maxSize} is negative
     */
    public static ContentVerifier ofAtMost(Digest expected, long maxSize) throws VerificationException {
        return ofAtMost(expected, maxSize, HashEngine.runtime());
    }

    /**
     * {@return a verifier of content whose digest alone is promised, as a diffID does}
     *
     * @param maxSize the largest size that is accepted, in bytes
     * @param engine what computes the hash
     * @throws VerificationException if {@code engine} does not have the digest's algorithm
     * @throws IllegalArgumentException if {@code maxSize} is negative
     */
    public static ContentVerifier ofAtMost(Digest expected, long maxSize, HashEngine engine)
            throws VerificationException {
        return start(List.of(Objects.requireNonNull(expected, "expected")), maxSize, false, engine);
    }

    private static ContentVerifier start(List<Digest> expected, long maxSize, boolean sizePromised, HashEngine engine)
            throws VerificationException {
        Objects.requireNonNull(engine, "engine");
        if (maxSize < 0) {
            throw new IllegalArgumentException("size is negative: " + maxSize);
        }
        return new ContentVerifier(expected, maxSize, sizePromised, HashState.start(expected, maxSize, engine));
    }

    /**
     * Checks a size alone, where it is known before the content is, as with a file or a Content-Length.
     *
     * @param size the promised size in bytes
     * @param actual the size in bytes that the content is said to have
     * @throws VerificationException if they differ
     */
    public static void requireSize(Digest expected, long size, long actual) throws VerificationException {
        Objects.requireNonNull(expected, "expected");
        if (actual < size) {
            throw VerificationException.tooShort(expected, size, actual);
        }
        if (actual > size) {
            throw VerificationException.tooLong(expected, size, actual);
        }
    }

    /**
     * Takes the next byte.
     *
     * @param value the byte; the upper 24 bits are not looked at
     * @throws VerificationException if there are more bytes than promised or allowed
     * @throws IllegalStateException if the verification is over
     */
    public void update(int value) throws VerificationException {
        if (!hash.gather((byte) value)) {
            updateWhole((byte) value);
        }
    }

    private void updateWhole(byte value) throws VerificationException {
        admit(1);
        try {
            hash.update(value);
        } catch (RuntimeException | Error e) {
            fail();
            throw e;
        }
    }

    /**
     * Takes the next bytes.
     *
     * @throws VerificationException if there are more bytes than promised or allowed
     * @throws IllegalStateException if the verification is over
     * @throws IndexOutOfBoundsException if {@code content} has no such part
     */
    public void update(byte[] content, int offset, int length) throws VerificationException {
        if (!hash.gather(content, offset, length)) {
            updateWhole(content, offset, length);
        }
    }

    /** Apart from {@link #update(byte[], int, int)}, so that what small updates take is small enough to be inlined. */
    private void updateWhole(byte[] content, int offset, int length) throws VerificationException {
        Objects.checkFromIndexSize(offset, length, content.length);
        admit(length);
        hash(content, offset, length);
    }

    /** An engine that throws may have hashed a part, or nothing: what it says later is not to be believed. */
    private void hash(byte[] content, int offset, int length) {
        try {
            hash.update(content, offset, length);
        } catch (RuntimeException | Error e) {
            fail();
            throw e;
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
        try {
            hash.update(content);
        } catch (RuntimeException | Error e) {
            fail();
            throw e;
        }
    }

    /**
     * Ends the content.
     *
     * @throws VerificationException if the content was not the one promised
     * @throws IllegalStateException if the verification is over
     */
    public void finish() throws VerificationException {
        requireNotFinished();
        long count = hash.count();
        fail();
        if (sizePromised && count < maxSize) {
            throw VerificationException.tooShort(expected.get(0), maxSize, count);
        }
        // Each update has seen to this. It is asked again because no digest would tell.
        if (count > maxSize) {
            throw VerificationException.tooLong(expected.get(0), maxSize, count);
        }
        List<Digest> actual = hash.finish();
        for (int i = 0; i < expected.size(); i++) {
            if (!actual.get(i).equals(expected.get(i))) {
                throw VerificationException.mismatch(expected.get(i), actual.get(i), maxSize, count);
            }
        }
        state = State.VERIFIED;
    }

    /**
     * {@return the verification as it is now, to go on from later}
     *
     * <p>It is for a download that breaks and goes on within this process. Across processes, hash what was kept again:
     * that is several times faster than any digest whose state can be written down.
     *
     * <p>There is none of a verifier that a streaming shape has {@linkplain #handOver taken over}: what the shape has
     * hashed is more than what it has given. To go on with what came out of a shape, hash that with a new verifier.
     *
     * @throws IllegalStateException if the verification is over, or handed over
     * @throws UnsupportedOperationException if a hash of the given {@link HashEngine} cannot be cloned; those of the
     *     runtime can
     */
    public Checkpoint checkpoint() {
        requireNotFinished();
        return new Checkpoint(this);
    }

    /**
     * {@return a verifier that goes on from here in place of this one}
     *
     * <p>Each streaming shape does this with the verifier that it is given. A shape hashes bytes before it gives them,
     * and some it never gives; so nobody else may add any, end the content or take a {@link #checkpoint} that counts
     * them. This verifier still tells how far the other has come, and refuses the rest as one that is over does.
     *
     * @throws IllegalStateException if the verification is over, or handed over already
     */
    public ContentVerifier handOver() {
        requireNotFinished();
        ContentVerifier next = new ContentVerifier(expected, maxSize, sizePromised, hash);
        heir = next;
        state = State.FAILED;
        hash = HashState.none();
        return next;
    }

    /** {@return how far the verification has come} */
    public State state() {
        return heir == null ? state : heir.state();
    }

    /** {@return how many bytes were accepted so far} */
    public long count() {
        return heir == null ? hash.count() : heir.count();
    }

    /** {@return how many more bytes would be accepted} */
    public long remaining() {
        return maxSize - count();
    }

    /** {@return the digests that the content must have, at least one} */
    public List<Digest> expected() {
        return expected;
    }

    /** {@return whether the content must have a certain size, and not only one at most} */
    public boolean sizePromised() {
        return sizePromised;
    }

    /**
     * Fails if {@code length} bytes more would be too many. That also goes for a verification that is over, so that
     * bytes after the end cannot pass for part of it.
     */
    void requireRoom(long length) throws VerificationException {
        long count = hash.count();
        long allowed = state == State.NOT_FINISHED ? maxSize : count;
        if (length > allowed - count) {
            fail();
            throw VerificationException.tooLong(expected.get(0), allowed, count + length);
        }
    }

    /** Compares a size that is known before the rest of the content is read. */
    void requireSize(long size) throws VerificationException {
        requireNotFinished();
        long least = sizePromised ? maxSize : hash.count();
        if (size < least || size > maxSize) {
            fail();
            throw size < least
                    ? VerificationException.tooShort(expected.get(0), least, size)
                    : VerificationException.tooLong(expected.get(0), maxSize, size);
        }
    }

    private void admit(int length) throws VerificationException {
        if (state != State.NOT_FINISHED) {
            requireNotFinished();
        }
        long count = hash.count();
        if (length > maxSize - count) {
            fail();
            throw VerificationException.tooLong(expected.get(0), maxSize, count + length);
        }
    }

    private void fail() {
        state = State.FAILED;
        hash.stop();
    }

    private void requireNotFinished() {
        if (heir != null) {
            throw new IllegalStateException("the verification of " + expected
                    + " was handed over: only the stream, channel or subscriber that has it can go on with it");
        }
        if (state != State.NOT_FINISHED) {
            throw new IllegalStateException("the verification of " + expected + " is over: " + state);
        }
    }

    /**
     * A verification that was under way, as it was. Immutable, and safe for use by several threads; each
     * {@link #resume} gives a verifier of its own.
     */
    public static final class Checkpoint {
        private final List<Digest> expected;
        private final long maxSize;
        private final boolean sizePromised;
        private final HashState hash;

        private Checkpoint(ContentVerifier verifier) {
            this.expected = verifier.expected;
            this.maxSize = verifier.maxSize;
            this.sizePromised = verifier.sizePromised;
            this.hash = verifier.hash.copy();
        }

        /** {@return how many bytes had been accepted, which is where the content has to go on} */
        public long count() {
            return hash.count();
        }

        /** {@return a verifier that goes on from here} */
        public ContentVerifier resume() {
            return new ContentVerifier(expected, maxSize, sizePromised, hash.copy());
        }
    }
}
