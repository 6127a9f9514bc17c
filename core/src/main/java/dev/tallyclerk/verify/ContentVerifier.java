package dev.tallyclerk.verify;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.HashEngine;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Verifies content that is pushed through it: {@code update} with each piece, then {@link #finish} once.
 *
 * <p>A byte beyond the promised size fails at once and is never hashed. Content may not be trusted before
 * {@link #finish} has returned. A verifier that has failed stays failed, even if its {@link HashEngine} threw. Memory
 * use is constant: the hashes, and a buffer of 8 KiB allocated by the first small update or the first update outside
 * the heap. Not safe for use by several threads at a time.
 *
 * <p>It runs at the speed of the Java runtime's own digest, the fastest for a single stream: it hashes large updates in
 * slices, because the runtime is slower on large arrays, and collects small ones in a buffer.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#verification">OCI image-spec
 *     v1.1.1, Verification</a>
 */
public final class ContentVerifier {
    /**
     * The default hold-back of the streaming classes: how many bytes at the end of the content they release only once
     * its digest holds.
     */
    public static final int DEFAULT_HOLD_BACK = 64 * 1024;

    /** The progress of a verification. */
    public enum State {
        /** More bytes are expected; nothing is known. */
        NOT_FINISHED,
        /** The content is complete and matches. */
        VERIFIED,
        /** The content does not match, or could not be hashed. */
        FAILED
    }

    private final List<Digest> expected;
    private final long maxSize;
    private final boolean sizePromised;
    private HashState hash;
    private State state = State.NOT_FINISHED;
    private @Nullable Throwable failure;

    /** The verifier that took this one over, if one did; then this one accepts nothing. */
    private @Nullable ContentVerifier heir;

    private ContentVerifier(List<Digest> expected, long maxSize, boolean sizePromised, HashState hash) {
        this.expected = expected;
        this.maxSize = maxSize;
        this.sizePromised = sizePromised;
        this.hash = hash;
    }

    /**
     * {@return a verifier of content with a promised digest and size, such as those of a descriptor}
     *
     * @param size the promised size in bytes
     * @throws VerificationException if the digest's algorithm is not supported
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public static ContentVerifier of(Digest expected, long size) throws VerificationException {
        return of(List.of(Objects.requireNonNull(expected, "expected")), size);
    }

    /**
     * {@return a verifier of content with several promised digests, computed in one pass}
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
     * {@return a verifier of content with several promised digests, computed in one pass}
     *
     * @param expected the digests, all of which must hold; at least one
     * @param size the promised size in bytes
     * @param engine the source of the hash functions
     * @throws VerificationException if {@code engine} does not have the algorithm of one of the digests
     * @throws IllegalArgumentException if {@code expected} is empty or {@code size} is negative
     */
    public static ContentVerifier of(Collection<Digest> expected, long size, HashEngine engine)
            throws VerificationException {
        return start(List.copyOf(Objects.requireNonNull(expected, "expected")), size, true, engine);
    }

    /**
     * {@return a verifier of content with a promised digest but no size, such as a diffID}
     *
     * @param maxSize the largest size that is accepted, in bytes
     * @throws VerificationException if the digest's algorithm is not supported
     * @throws IllegalArgumentException if {@code maxSize} is negative
     */
    public static ContentVerifier ofAtMost(Digest expected, long maxSize) throws VerificationException {
        return ofAtMost(expected, maxSize, HashEngine.runtime());
    }

    /**
     * {@return a verifier of content with a promised digest but no size, such as a diffID}
     *
     * @param maxSize the largest size that is accepted, in bytes
     * @param engine the source of the hash function
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
     * Compares a size that is known before the content is read, such as that of a file or a Content-Length.
     *
     * @param size the promised size in bytes
     * @param actual the announced size in bytes
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
     * Adds the next byte.
     *
     * @param value the byte; the upper 24 bits are ignored
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
            fail(e);
            throw e;
        }
    }

    /**
     * Adds the next bytes.
     *
     * @throws VerificationException if there are more bytes than promised or allowed
     * @throws IllegalStateException if the verification is over
     * @throws IndexOutOfBoundsException if {@code content} does not have such a range
     */
    public void update(byte[] content, int offset, int length) throws VerificationException {
        if (!hash.gather(content, offset, length)) {
            updateWhole(content, offset, length);
        }
    }

    /** A method of its own, so that the path of small updates is small enough for the compiler to inline. */
    private void updateWhole(byte[] content, int offset, int length) throws VerificationException {
        Objects.checkFromIndexSize(offset, length, content.length);
        admit(length);
        hash(content, offset, length);
    }

    /** Fails if the engine throws: it may have hashed a part, so its result would be wrong. */
    private void hash(byte[] content, int offset, int length) {
        try {
            hash.update(content, offset, length);
        } catch (RuntimeException | Error e) {
            fail(e);
            throw e;
        }
    }

    /**
     * Adds the next bytes: all that remain in {@code content}.
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
            fail(e);
            throw e;
        }
    }

    /**
     * Ends the content and compares its size and digests.
     *
     * @throws VerificationException if they differ from those promised
     * @throws IllegalStateException if the verification is over
     */
    public void finish() throws VerificationException {
        requireNotFinished();
        try {
            verify(hash.count());
        } catch (VerificationException | RuntimeException | Error e) {
            fail(e);
            throw e;
        }
        state = State.VERIFIED;
    }

    private void verify(long count) throws VerificationException {
        if (sizePromised && count < maxSize) {
            throw VerificationException.tooShort(expected.get(0), maxSize, count);
        }
        // Each update has checked this already; checked again because a digest cannot reveal it.
        if (count > maxSize) {
            throw VerificationException.tooLong(expected.get(0), maxSize, count);
        }
        List<Digest> actual = hash.finish();
        for (int i = 0; i < expected.size(); i++) {
            if (!actual.get(i).equals(expected.get(i))) {
                throw VerificationException.mismatch(expected.get(i), actual.get(i), maxSize, count);
            }
        }
    }

    /**
     * {@return the current state of the verification, to resume from later}
     *
     * <p>For a download that breaks and is resumed in the same process. Across processes, hash the stored prefix again:
     * that is several times faster than any digest whose state can be serialised.
     *
     * <p>Not available for a verifier that a streaming class has {@linkplain #handOver taken over}, because that has
     * hashed more than it has released. To resume from released bytes, hash them with a new verifier.
     *
     * @throws IllegalStateException if the verification is over, or handed over
     * @throws UnsupportedOperationException if a hash of the given {@link HashEngine} cannot be cloned; the runtime's
     *     own can
     */
    public Checkpoint checkpoint() {
        requireNotFinished();
        return new Checkpoint(copy());
    }

    private ContentVerifier copy() {
        return new ContentVerifier(expected, maxSize, sizePromised, hash.copy());
    }

    /**
     * {@return a verifier that continues this verification and replaces this verifier}
     *
     * <p>Each streaming class takes over the verifier that it is given. It hashes bytes before it releases them, and
     * may never release some, so no one else may add bytes, end the content or take a {@link #checkpoint}. This
     * verifier still reports the progress; its other methods throw as if the verification were over.
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

    /** {@return the progress of the verification} */
    public State state() {
        return heir == null ? state : heir.state();
    }

    /** {@return how many bytes were accepted} */
    public long count() {
        return heir == null ? hash.count() : heir.count();
    }

    /** {@return how many more bytes would be accepted} */
    public long remaining() {
        return maxSize - count();
    }

    /** {@return the digests that the content must have; at least one} */
    public List<Digest> expected() {
        return expected;
    }

    /** {@return whether the exact size is promised, and not only a maximum} */
    public boolean sizePromised() {
        return sizePromised;
    }

    /**
     * Fails if {@code length} more bytes would be too many. After the end of the verification any byte is, so that
     * trailing bytes are not taken for content.
     */
    void requireRoom(long length) throws VerificationException {
        long count = hash.count();
        long allowed = state == State.NOT_FINISHED ? maxSize : count;
        if (length > allowed - count) {
            throw failed(VerificationException.tooLong(expected.get(0), allowed, count + length));
        }
    }

    /** Compares a total size that is known before the rest of the content is read. */
    void requireSize(long size) throws VerificationException {
        requireNotFinished();
        long least = sizePromised ? maxSize : hash.count();
        if (size < least || size > maxSize) {
            throw failed(
                    size < least
                            ? VerificationException.tooShort(expected.get(0), least, size)
                            : VerificationException.tooLong(expected.get(0), maxSize, size));
        }
    }

    private void admit(int length) throws VerificationException {
        if (state != State.NOT_FINISHED) {
            requireNotFinished();
        }
        long count = hash.count();
        if (length > maxSize - count) {
            throw failed(VerificationException.tooLong(expected.get(0), maxSize, count + length));
        }
    }

    /** {@return the first exception by which this verifier failed, or null} */
    @Nullable Throwable failure() {
        return failure;
    }

    private VerificationException failed(VerificationException e) {
        fail(e);
        return e;
    }

    private void fail(Throwable e) {
        state = State.FAILED;
        hash.stop();
        failure = failure == null ? e : failure;
    }

    private void requireNotFinished() {
        if (heir != null) {
            throw new IllegalStateException("the verification of " + expected
                    + " was handed over; only the stream, channel or subscriber that took it can continue it");
        }
        if (state != State.NOT_FINISHED) {
            throw new IllegalStateException("the verification of " + expected + " is over: " + state);
        }
    }

    /**
     * A snapshot of a verification in progress. Immutable, and safe for use by several threads; each {@link #resume}
     * returns a verifier of its own.
     */
    public static final class Checkpoint {
        private final ContentVerifier verifier;

        private Checkpoint(ContentVerifier verifier) {
            this.verifier = verifier;
        }

        /** {@return how many bytes were accepted, which is the offset to resume the content at} */
        public long count() {
            return verifier.count();
        }

        /** {@return a verifier that continues from this snapshot} */
        public ContentVerifier resume() {
            return verifier.copy();
        }
    }
}
