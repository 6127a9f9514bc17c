package dev.tallyclerk.verify;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.ContentVerifier.State;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Writes content on to a sink, and its last bytes only if all bytes were the ones promised.
 *
 * <p>What comes before the last bytes, which are the <i>hold-back</i>, is written on at once and is not trustworthy
 * before {@link #state} is {@link State#VERIFIED}. The rest follows when {@link #finish} or {@link #close} says that
 * the content has ended, and never if the content is not what was promised. So a reader that knows the size never gets
 * a complete wrong body. Where the end of a body is told by closing the sink, as in a file or a chunked response, the
 * reader cannot tell a part from the whole, and the owner of the sink has to discard it. A hold-back of 0 is weaker:
 * every byte is written on before the digest is known.
 *
 * <p>A write that goes beyond the promised size fails at once and writes nothing on, also after {@link #finish}. Once
 * this stream has failed, every further call but {@link #close} says so with the same
 * {@link VerificationException#reason reason}. An exception of the sink says nothing about the content; nothing is
 * written on after it. If {@code of} throws, the sink stays open and is the caller's to close, who alone knows whether
 * that would pass for the end of a body. Memory use is the hold-back and what a {@link ContentVerifier} has, and
 * writing allocates nothing else. Not safe for use by several threads.
 */
public final class VerifyingOutputStream extends OutputStream {
    private final OutputStream sink;
    private final HoldBack gate;
    private final byte[] single = new byte[1];
    private boolean closed;
    private boolean broken;

    private VerifyingOutputStream(OutputStream sink, HoldBack gate) {
        this.sink = sink;
        this.gate = gate;
    }

    /**
     * {@return a stream to {@code sink} that holds back {@link ContentVerifier#DEFAULT_HOLD_BACK} bytes}
     *
     * @param sink what the bytes are for
     * @param expected the digest that they must have
     * @param size the size that they must have, in bytes
     * @throws VerificationException if the digest's algorithm is not supported
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public static VerifyingOutputStream of(OutputStream sink, Digest expected, long size) throws VerificationException {
        return of(sink, ContentVerifier.of(expected, size), ContentVerifier.DEFAULT_HOLD_BACK);
    }

    /**
     * {@return a stream to {@code sink} that is checked with a verifier of the caller's making}
     *
     * @param sink what the bytes are for, from where {@code verifier} stands
     * @param verifier what is promised; the stream {@linkplain ContentVerifier#handOver takes it over}
     * @param holdBack how many bytes at the end are held back; 0 is weaker, and the only choice where no size is
     *     promised
     * @throws IllegalArgumentException if {@code holdBack} is negative, or positive without a promised size
     * @throws IllegalStateException if the verification is over, or was handed over before
     */
    public static VerifyingOutputStream of(OutputStream sink, ContentVerifier verifier, int holdBack) {
        Objects.requireNonNull(sink, "sink");
        return new VerifyingOutputStream(sink, HoldBack.of(verifier, holdBack));
    }

    /**
     * {@inheritDoc}
     *
     * @throws VerificationException if there are more bytes than promised or allowed; none of these is written on
     * @throws IOException if the sink throws it or has thrown before, or this is closed
     */
    @Override
    public void write(int value) throws IOException {
        single[0] = (byte) value;
        write(single, 0, 1);
    }

    /**
     * {@inheritDoc}
     *
     * @throws VerificationException if there are more bytes than promised or allowed; none of these is written on
     * @throws IOException if the sink throws it or has thrown before, or this is closed
     */
    @Override
    public void write(byte[] content, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, content.length);
        requireWritable();
        gate.requireRoom(length);
        int passing = (int) Math.min(length, gate.passing());
        if (passing > 0) {
            gate.pass(content, offset, passing);
            send(content, offset, passing);
        }
        if (length > passing) {
            gate.hold(content, offset + passing, length - passing);
        }
    }

    /**
     * Flushes the sink; what is held back stays so.
     *
     * @throws IOException if the stream is closed or has failed, or if the sink throws it or has thrown before
     */
    @Override
    public void flush() throws IOException {
        requireWritable();
        // A buffered sink that fails still has the bytes of which a part went out, and would send them once more.
        broken = true;
        sink.flush();
        broken = false;
    }

    /**
     * Ends the content and writes on what was held back, without closing the sink. Does nothing the second time.
     *
     * @throws VerificationException if the content was not the one promised
     * @throws IOException if the stream is closed, or if the sink throws it or has thrown before
     */
    public void finish() throws IOException {
        requireWritable();
        release();
    }

    /**
     * Ends the content as {@link #finish} does, unless that or a failure has ended it already, and closes the sink in
     * any case.
     *
     * @throws VerificationException if the content was not the one promised and no call before has said so
     * @throws IOException if the sink throws it
     */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (sink) {
            if (gate.isOpen() && !broken) {
                release();
            }
        }
    }

    /** {@return how far the verification has come} */
    public State state() {
        return gate.state();
    }

    private void release() throws IOException {
        if (gate.isOpen()) {
            gate.end();
            ByteBuffer held = gate.held();
            if (held.hasRemaining()) {
                send(held.array(), held.arrayOffset() + held.position(), held.remaining());
            }
            gate.discard();
        }
    }

    private void send(byte[] content, int offset, int length) throws IOException {
        broken = true;
        sink.write(content, offset, length);
        broken = false;
    }

    private void requireWritable() throws IOException {
        gate.requireNoFailure();
        if (closed) {
            throw new IOException("the stream is closed");
        }
        if (broken) {
            throw new IOException("the sink has failed before");
        }
    }
}
