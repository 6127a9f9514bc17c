package dev.tallyclerk.verify;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.ContentVerifier.State;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.util.Objects;

/**
 * Reads content from a channel and gives its last bytes only if all bytes were the ones promised.
 *
 * <p>It is to a channel what {@link VerifyingInputStream} is to a stream: the same hold-back, the same failures, the
 * same states, the same trust that the source changes nothing which it has given. A read that throws what the source
 * throws may have given bytes before, by which the buffer's position has moved; they are hashed, and reading can go on.
 * What counts is how far the source has moved the position: a read fails where that is not what the source says, and
 * clears what may lie behind it. The source may be in non-blocking mode; a read then returns 0 for as long as the
 * source has no byte that may pass, or not yet all that the digest needs. Closing closes the source; if {@code of}
 * throws, that stays open and is the caller's to close. Memory use is the hold-back and what a {@link ContentVerifier}
 * has, and reading allocates nothing else. Not safe for use by several threads, so closing it from another thread than
 * the reading one is the source's business.
 */
public final class VerifyingReadableByteChannel implements ReadableByteChannel {
    private final ReadableByteChannel source;
    private final HoldBack gate;
    private final ByteBuffer surplus = ByteBuffer.allocate(1);
    private boolean closed;

    private VerifyingReadableByteChannel(ReadableByteChannel source, HoldBack gate) {
        this.source = source;
        this.gate = gate;
    }

    /**
     * {@return a channel over {@code source} that holds back {@link ContentVerifier#DEFAULT_HOLD_BACK} bytes}
     *
     * @param source the untrusted bytes
     * @param expected the digest that they must have
     * @param size the size that they must have, in bytes
     * @throws VerificationException if the digest's algorithm is not supported
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public static VerifyingReadableByteChannel of(ReadableByteChannel source, Digest expected, long size)
            throws VerificationException {
        return of(source, ContentVerifier.of(expected, size), ContentVerifier.DEFAULT_HOLD_BACK);
    }

    /**
     * {@return a channel over {@code source} that is checked with a verifier of the caller's making}
     *
     * @param source the untrusted bytes, from where {@code verifier} stands
     * @param verifier what is promised; the channel {@linkplain ContentVerifier#handOver takes it over}
     * @param holdBack how many bytes at the end are held back; 0 is weaker, and the only choice where no size is
     *     promised
     * @throws IllegalArgumentException if {@code holdBack} is negative, or positive without a promised size
     * @throws IllegalStateException if the verification is over, or was handed over before
     */
    public static VerifyingReadableByteChannel of(ReadableByteChannel source, ContentVerifier verifier, int holdBack) {
        Objects.requireNonNull(source, "source");
        return new VerifyingReadableByteChannel(source, HoldBack.of(verifier, holdBack));
    }

    /**
     * {@inheritDoc}
     *
     * @throws VerificationException if the content is not what was promised, in place of its last bytes and of its end
     * @throws IOException if the source throws it or does not say what it does, or this is closed
     */
    @Override
    public int read(ByteBuffer target) throws IOException {
        gate.requireNoFailure();
        if (closed) {
            throw new ClosedChannelException();
        }
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("the buffer is read-only");
        }
        if (!target.hasRemaining()) {
            return 0;
        }
        long passing = gate.passing();
        if (passing > 0) {
            int n = readAndHash(target, passing);
            if (n >= 0) {
                return n;
            }
            gate.end(); // returns only where no size is promised
        } else if (gate.isOpen() && !gather()) {
            return 0;
        }
        return take(target);
    }

    /** {@return how far the verification has come; the bytes held back may still be unread when it is over} */
    public State state() {
        return gate.state();
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    /**
     * Closes the source. Reading is then over, and the state stays as it is.
     *
     * @throws IOException if the source throws it
     */
    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            gate.discard();
            source.close();
        }
    }

    /** {@return whether the content is complete and verified, and not only as far as the source has given it} */
    private boolean gather() throws IOException {
        ByteBuffer tail = gate.tail();
        while (tail.hasRemaining()) {
            int n = readAndHash(tail, tail.remaining());
            if (n < 0) {
                gate.end();
                throw new IllegalStateException("content that is too short was accepted");
            }
            if (n == 0) {
                return false;
            }
        }
        if (readAndHash(surplus, 1) == 0) {
            return false;
        }
        gate.end(); // a surplus byte was one too many when it was hashed
        return true;
    }

    /**
     * Reads, and hashes what came, whatever the source says: one may give bytes and then throw, as that of a stream
     * does which waits for more, and who reads on has them.
     */
    private int readAndHash(ByteBuffer into, long most) throws IOException {
        int from = into.position();
        int limit = into.limit();
        int room = (int) Math.min(limit - from, most);
        into.limit(from + room);
        int said;
        try {
            said = source.read(into);
        } catch (Throwable e) {
            try {
                hash(into, from, room, limit);
                clear(into);
            } catch (Throwable refusal) {
                refusal.addSuppressed(e);
                throw refusal;
            }
            throw e;
        }
        int given = hash(into, from, room, limit);
        if (said >= 0 && said != given) {
            clear(into);
            throw new IOException("the source says that it gave " + said + " bytes, and gave " + given);
        }
        if (said < 0) {
            clear(into);
        }
        return given > 0 ? given : said; // if with the end, then the source says that again
    }

    /** {@return how many bytes the source gave, by the buffer's position}, and gives the buffer its own limit back. */
    private int hash(ByteBuffer into, int from, int room, int limit) throws IOException {
        int given = into.position() - from;
        into.limit(limit);
        if (given < 0 || given > room) {
            clear(into.position(from));
            throw new IOException("the source moved the position by " + given + " where there was room for " + room);
        }
        gate.pass(into, from, given);
        return given;
    }

    /** For the eyes of nobody: bytes that a source put behind the position are neither counted nor hashed. */
    private static void clear(ByteBuffer into) {
        ByteBuffer rest = into.slice();
        while (rest.hasRemaining()) {
            rest.put((byte) 0);
        }
    }

    private int take(ByteBuffer target) {
        ByteBuffer held = gate.held();
        if (!held.hasRemaining()) {
            return -1;
        }
        int n = Math.min(held.remaining(), target.remaining());
        int limit = held.limit();
        target.put(held.limit(held.position() + n));
        held.limit(limit);
        return n;
    }
}
