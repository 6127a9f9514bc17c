package dev.tallyclerk.verify;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.ContentVerifier.State;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.util.Objects;

/**
 * Reads content from a channel, and returns its last bytes only if all of it matches.
 *
 * <p>The counterpart of {@link VerifyingInputStream} for channels: the same hold-back, failures and states, and the
 * same trust that the source does not change bytes that it has delivered. When the source throws, bytes that it
 * delivered before are in the buffer, whose position has moved; they are hashed, and reading can continue. The number
 * of bytes read is how far the source has moved the position: a read fails if the source reports another number, and
 * clears bytes behind the position. The source may be in non-blocking mode; a read then returns 0 while the source has
 * no byte that may pass, or not all bytes that the digest needs. Closing closes the source; if {@code of} throws, the
 * source stays open, and the caller closes it. Memory use is the hold-back and that of a {@link ContentVerifier};
 * reading allocates nothing else. Not safe for use by several threads; whether another thread may close it depends on
 * the source.
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
     * {@return a channel over {@code source} with the {@linkplain ContentVerifier#DEFAULT_HOLD_BACK default hold-back}}
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
     * {@return a channel over {@code source} that uses the caller's verifier}
     *
     * @param source the untrusted bytes, from the verifier's {@link ContentVerifier#count} on
     * @param verifier the promise; the channel {@linkplain ContentVerifier#handOver takes it over}
     * @param holdBack how many bytes at the end are held back; 0 is weaker, and the only choice without a promised size
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
     * @throws VerificationException if the content does not match, instead of its last bytes and its end
     * @throws IOException if the source throws it or reports a wrong number of bytes, or this is closed
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
            gate.end(); // returns only without a promised size
        } else if (gate.isOpen() && !gather()) {
            return 0;
        }
        return take(target);
    }

    /** {@return the progress of the verification; when it is over, held bytes may still be unread} */
    public State state() {
        return gate.state();
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    /**
     * Closes the source. Reads then fail; the state stays.
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

    /** {@return whether the content is verified; false if the source has no more bytes yet} */
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
        gate.end(); // a surplus byte fails when it is hashed
        return true;
    }

    /**
     * Reads, and hashes the delivered bytes even if the source then throws: the stream channel of the runtime does that
     * when it waits for more, and the caller who continues has those bytes.
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
            throw new IOException("the source reports " + said + " bytes but delivered " + given);
        }
        if (said < 0) {
            clear(into);
        }
        return given > 0 ? given : said; // if the end came with bytes, the source reports it again
    }

    /** {@return how many bytes the source delivered, by the position}; restores the buffer's limit. */
    private int hash(ByteBuffer into, int from, int room, int limit) throws IOException {
        int given = into.position() - from;
        into.limit(limit);
        if (given < 0 || given > room) {
            clear(into.position(from));
            throw new IOException(
                    "the source moved the position by " + given + ", but only " + room + " bytes were requested");
        }
        gate.pass(into, from, given);
        return given;
    }

    /** Clears the bytes that a source put behind the position: they are neither counted nor hashed. */
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
