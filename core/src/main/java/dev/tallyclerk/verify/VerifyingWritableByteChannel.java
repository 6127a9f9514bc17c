package dev.tallyclerk.verify;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.ContentVerifier.State;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;

/**
 * Passes content on to a channel, and its last bytes only if all of it matches.
 *
 * <p>The counterpart of {@link VerifyingOutputStream} for channels: the same hold-back, failures and states. The sink
 * must be in blocking mode, because {@link #finish} and {@link #close} write all held bytes. If {@code of} throws, the
 * sink stays open, and the caller closes it. Memory use is the hold-back and that of a {@link ContentVerifier}; writing
 * allocates nothing else. Not safe for use by several threads.
 */
public final class VerifyingWritableByteChannel implements WritableByteChannel {
    private final WritableByteChannel sink;
    private final HoldBack gate;
    private boolean closed;
    private boolean broken;

    private VerifyingWritableByteChannel(WritableByteChannel sink, HoldBack gate) {
        this.sink = sink;
        this.gate = gate;
    }

    /**
     * {@return a channel to {@code sink} with the {@linkplain ContentVerifier#DEFAULT_HOLD_BACK default hold-back}}
     *
     * @param sink the receiver of the bytes
     * @param expected the digest that they must have
     * @param size the size that they must have, in bytes
     * @throws VerificationException if the digest's algorithm is not supported
     * @throws IllegalArgumentException if {@code size} is negative
     * @throws IllegalBlockingModeException if {@code sink} is in non-blocking mode
     */
    public static VerifyingWritableByteChannel of(WritableByteChannel sink, Digest expected, long size)
            throws VerificationException {
        return of(sink, ContentVerifier.of(expected, size), ContentVerifier.DEFAULT_HOLD_BACK);
    }

    /**
     * {@return a channel to {@code sink} that uses the caller's verifier}
     *
     * @param sink the receiver of the bytes, from the verifier's {@link ContentVerifier#count} on
     * @param verifier the promise; the channel {@linkplain ContentVerifier#handOver takes it over}
     * @param holdBack how many bytes at the end are held back; 0 is weaker, and the only choice without a promised size
     * @throws IllegalArgumentException if {@code holdBack} is negative, or positive without a promised size
     * @throws IllegalStateException if the verification is over, or was handed over before
     * @throws IllegalBlockingModeException if {@code sink} is in non-blocking mode
     */
    public static VerifyingWritableByteChannel of(WritableByteChannel sink, ContentVerifier verifier, int holdBack) {
        Objects.requireNonNull(sink, "sink");
        if (sink instanceof SelectableChannel selectable && !selectable.isBlocking()) {
            throw new IllegalBlockingModeException();
        }
        return new VerifyingWritableByteChannel(sink, HoldBack.of(verifier, holdBack));
    }

    /**
     * {@inheritDoc}
     *
     * @throws VerificationException if there are more bytes than promised or allowed; none of these is written
     * @throws IOException if the sink throws it or has failed before, or this is closed
     */
    @Override
    public int write(ByteBuffer content) throws IOException {
        requireWritable();
        gate.requireRoom(content.remaining());
        int from = content.position();
        int passing = (int) Math.min(content.remaining(), gate.passing());
        if (passing > 0 && writePassing(content, passing) < passing) {
            return content.position() - from;
        }
        if (content.hasRemaining()) {
            gate.hold(content);
        }
        return content.position() - from;
    }

    /**
     * Ends the content and writes the held bytes, without closing the sink. Does nothing the second time.
     *
     * @throws VerificationException if the content does not match
     * @throws ClosedChannelException if the channel is closed
     * @throws IOException if the sink throws it, has failed before, or accepts no bytes
     */
    public void finish() throws IOException {
        requireWritable();
        release();
    }

    /** {@return the progress of the verification} */
    public State state() {
        return gate.state();
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    /**
     * Ends the content as {@link #finish} does, unless that or a failure has ended it already, and closes the sink in
     * any case.
     *
     * @throws VerificationException if the content does not match and no earlier call has thrown that
     * @throws IOException if the sink throws it or accepts no bytes
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

    /** Writes, then hashes the bytes that the sink accepted, which may be only some. */
    private int writePassing(ByteBuffer content, int passing) throws IOException {
        int from = content.position();
        int limit = content.limit();
        content.limit(from + passing);
        broken = true;
        try {
            sink.write(content);
        } finally {
            content.limit(limit);
        }
        broken = false;
        int written = content.position() - from;
        gate.pass(content, from, written);
        return written;
    }

    private void release() throws IOException {
        if (!gate.isOpen()) {
            return;
        }
        gate.end();
        ByteBuffer held = gate.held();
        broken = true;
        while (held.hasRemaining()) {
            if (sink.write(held) <= 0) {
                throw new IOException("the sink accepts no bytes");
            }
        }
        broken = false;
        gate.discard();
    }

    private void requireWritable() throws IOException {
        gate.requireNoFailure();
        if (closed) {
            throw new ClosedChannelException();
        }
        if (broken) {
            throw new IOException("the sink has failed earlier");
        }
    }
}
