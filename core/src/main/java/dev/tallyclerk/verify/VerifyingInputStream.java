package dev.tallyclerk.verify;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.stream.SomeBytes;
import dev.tallyclerk.verify.ContentVerifier.State;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads content, and returns its last bytes only if all of it matches.
 *
 * <p>Bytes before the last ones, which are the <i>hold-back</i>, are returned as they are read. They are not
 * trustworthy before {@link #state} is {@link State#VERIFIED}, but a program that passes them on to a reader who knows
 * the size can never complete a wrong body. The read that reaches the hold-back waits for the rest of the content and
 * reads at most one more byte to see that the content has ended, so the source must report its end. A hold-back of 0 is
 * weaker: every byte is returned before the digest is known, and only the end of the stream is withheld.
 *
 * <p>A client that does not know the size takes the close of a chunked or HTTP/1.0 body for its end, and a server's
 * {@code try}-with-resources statement closes the body after a failure too: announce {@link #remaining} as its
 * Content-Length, or abort the response. {@link dev.tallyclerk.verify.http.BodySender} does one or the other.
 *
 * <p>After a failure, every read throws with the same {@link VerificationException#reason reason}, so that a failure is
 * not taken for the end. An exception of the source is passed on, says nothing about the content, and leaves the state
 * at {@link State#NOT_FINISHED}; so does closing early. {@code skip} verifies the bytes that it skips; {@code mark} is
 * not supported. The source is trusted not to keep the arrays that it reads into: one that changes them later changes
 * verified content. Closing closes the source; if {@code of} throws, the source stays open, and the caller closes it.
 * Memory use is the hold-back and that of a {@link ContentVerifier}; reading allocates nothing else except the buffers
 * of {@link #transferTo} and {@link #skip}. Not safe for use by several threads.
 */
public final class VerifyingInputStream extends InputStream {
    private static final int TRANSFER_BUFFER = 64 * 1024;
    private static final int SKIP_BUFFER = 8 * 1024;

    private final InputStream source;
    private final HoldBack gate;
    private final byte[] single = new byte[1];
    private byte @Nullable [] skipped;
    private boolean closed;

    private VerifyingInputStream(InputStream source, HoldBack gate) {
        this.source = source;
        this.gate = gate;
    }

    /**
     * {@return a stream over {@code source} with the {@linkplain ContentVerifier#DEFAULT_HOLD_BACK default hold-back}}
     *
     * @param source the untrusted bytes
     * @param expected the digest that they must have
     * @param size the size that they must have, in bytes
     * @throws VerificationException if the digest's algorithm is not supported
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public static VerifyingInputStream of(InputStream source, Digest expected, long size) throws VerificationException {
        return of(source, ContentVerifier.of(expected, size), ContentVerifier.DEFAULT_HOLD_BACK);
    }

    /**
     * {@return a stream over {@code source} that uses the caller's verifier}
     *
     * @param source the untrusted bytes, from the verifier's {@link ContentVerifier#count} on
     * @param verifier the promise; the stream {@linkplain ContentVerifier#handOver takes it over}
     * @param holdBack how many bytes at the end are held back; 0 is weaker, and the only choice without a promised size
     * @throws IllegalArgumentException if {@code holdBack} is negative, or positive without a promised size
     * @throws IllegalStateException if the verification is over, or was handed over before
     */
    public static VerifyingInputStream of(InputStream source, ContentVerifier verifier, int holdBack) {
        Objects.requireNonNull(source, "source");
        return new VerifyingInputStream(source, HoldBack.of(verifier, holdBack));
    }

    /**
     * {@inheritDoc}
     *
     * @throws VerificationException if the content does not match, instead of its last bytes and its end
     * @throws IOException if the source throws it, or this is closed
     */
    @Override
    public int read() throws IOException {
        int n = read(single, 0, 1);
        return n < 0 ? -1 : single[0] & 0xff;
    }

    /**
     * {@inheritDoc}
     *
     * @throws VerificationException if the content does not match, instead of its last bytes and its end
     * @throws IOException if the source throws it, or this is closed
     */
    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        requireReadable();
        if (length == 0) {
            return 0;
        }
        long passing = gate.passing();
        if (passing > 0) {
            int n = SomeBytes.read(source, buffer, offset, (int) Math.min(length, passing));
            if (n > 0) {
                gate.pass(buffer, offset, n);
                return n;
            }
            gate.end(); // returns only without a promised size
        } else if (gate.isOpen()) {
            gather();
        }
        ByteBuffer held = gate.held();
        if (!held.hasRemaining()) {
            return -1;
        }
        int n = Math.min(length, held.remaining());
        held.get(buffer, offset, n);
        return n;
    }

    /**
     * Reads bytes as {@link #read(byte[], int, int)} does and drops them.
     *
     * <p>Uses a buffer of 8 KiB, allocated once.
     *
     * @return the number of bytes, less than {@code count} only at the end
     */
    @Override
    public long skip(long count) throws IOException {
        requireReadable();
        byte[] buffer = skipped == null ? new byte[SKIP_BUFFER] : skipped;
        skipped = buffer;
        long left = Math.max(0, count);
        while (left > 0) {
            int n = read(buffer, 0, (int) Math.min(left, buffer.length));
            if (n < 0) {
                break;
            }
            left -= n;
        }
        return Math.max(0, count) - left;
    }

    /**
     * {@inheritDoc}
     *
     * <p>Uses a buffer of 64 KiB.
     */
    @Override
    public long transferTo(OutputStream out) throws IOException {
        Objects.requireNonNull(out, "out");
        byte[] buffer = new byte[TRANSFER_BUFFER];
        long total = 0;
        for (int n = read(buffer, 0, buffer.length); n >= 0; n = read(buffer, 0, buffer.length)) {
            out.write(buffer, 0, n);
            total += n;
        }
        return total;
    }

    /**
     * {@return how many bytes can be read without waiting for the source or the digest}
     *
     * @throws IOException if the stream is closed or has failed, or if the source throws it
     */
    @Override
    public int available() throws IOException {
        requireReadable();
        return gate.isOpen()
                ? (int) Math.min(source.available(), gate.passing())
                : gate.held().remaining();
    }

    /** {@return the progress of the verification; when it is over, held bytes may still be unread} */
    public State state() {
        return gate.state();
    }

    /**
     * {@return how many bytes reads will still return if the content matches; empty if its size is not promised}
     *
     * <p>Before the first read it is the Content-Length to announce.
     */
    public OptionalLong remaining() {
        return gate.remaining();
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

    private void gather() throws IOException {
        ByteBuffer tail = gate.tail();
        while (tail.hasRemaining()) {
            int from = tail.position();
            int n = SomeBytes.read(source, tail.array(), tail.arrayOffset() + from, tail.remaining());
            if (n < 0) {
                gate.end();
                throw new IllegalStateException("content that is too short was accepted");
            }
            tail.position(from + n);
            gate.pass(tail, from, n);
        }
        if (source.read() >= 0) {
            gate.requireRoom(1);
        }
        gate.end();
    }

    private void requireReadable() throws IOException {
        gate.requireNoFailure();
        if (closed) {
            throw new IOException("the stream is closed");
        }
    }
}
