package dev.tallyclerk.verify;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.ContentVerifier.State;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Passes content on to a sink, and its last bytes only if all of it matches.
 *
 * <p>Bytes before the last ones, which are the <i>hold-back</i>, are written at once and are not trustworthy before
 * {@link #state} is {@link State#VERIFIED}. The rest follows when {@link #finish} or {@link #close} ends the content,
 * and never if the content does not match. So a reader who knows the size never gets a complete wrong body. Where
 * closing the sink marks the end of a body, as in a file or a chunked response, a reader cannot tell a part from the
 * whole, and the owner of the sink must discard it. A hold-back of 0 is weaker: every byte is written before the digest
 * is known.
 *
 * <p>A write beyond the promised size fails at once and writes nothing, also after {@link #finish}. After a failure,
 * every call except {@link #close} throws with the same {@link VerificationException#reason reason}. An exception of
 * the sink says nothing about the content; nothing is written after it. If {@code of} throws, the sink stays open: only
 * the caller knows whether closing it would end the body. Memory use is the hold-back and that of a
 * {@link ContentVerifier}; writing allocates nothing else. Not safe for use by several threads.
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
     * {@return a stream to {@code sink} with the {@linkplain ContentVerifier#DEFAULT_HOLD_BACK default hold-back}}
     *
     * @param sink the receiver of the bytes
     * @param expected the digest that they must have
     * @param size the size that they must have, in bytes
     * @throws VerificationException if the digest's algorithm is not supported
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public static VerifyingOutputStream of(OutputStream sink, Digest expected, long size) throws VerificationException {
        return of(sink, ContentVerifier.of(expected, size), ContentVerifier.DEFAULT_HOLD_BACK);
    }

    /**
     * {@return a stream to {@code sink} that uses the caller's verifier}
     *
     * @param sink the receiver of the bytes, from the verifier's {@link ContentVerifier#count} on
     * @param verifier the promise; the stream {@linkplain ContentVerifier#handOver takes it over}
     * @param holdBack how many bytes at the end are held back; 0 is weaker, and the only choice without a promised size
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
     * @throws VerificationException if there are more bytes than promised or allowed; none of these is written
     * @throws IOException if the sink throws it or has failed before, or this is closed
     */
    @Override
    public void write(int value) throws IOException {
        single[0] = (byte) value;
        write(single, 0, 1);
    }

    /**
     * {@inheritDoc}
     *
     * @throws VerificationException if there are more bytes than promised or allowed; none of these is written
     * @throws IOException if the sink throws it or has failed before, or this is closed
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
     * Flushes the sink; held bytes stay held.
     *
     * @throws IOException if the stream is closed or has failed, or if the sink throws it or has failed before
     */
    @Override
    public void flush() throws IOException {
        requireWritable();
        // A buffered sink that fails may have sent a part of its buffer, and would send that again.
        broken = true;
        sink.flush();
        broken = false;
    }

    /**
     * Ends the content and writes the held bytes, without closing the sink. Does nothing the second time.
     *
     * @throws VerificationException if the content does not match
     * @throws IOException if the stream is closed, or if the sink throws it or has failed before
     */
    public void finish() throws IOException {
        requireWritable();
        release();
    }

    /**
     * Ends the content as {@link #finish} does, unless that or a failure has ended it already, and closes the sink in
     * any case.
     *
     * @throws VerificationException if the content does not match and no earlier call has thrown that
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

    /** {@return the progress of the verification} */
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
            throw new IOException("the sink has failed earlier");
        }
    }
}
