package dev.tallyclerk.http.okhttp;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.ContentVerifier.State;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.util.Objects;
import okio.Buffer;
import okio.Source;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * An Okio source that fails, before it says that it has ended, if its bytes were not the ones promised.
 *
 * <p>What {@link dev.tallyclerk.verify.VerifyingInputStream} promises holds here too, hold-back included: who knows the
 * size never gets a whole wrong body. Bytes are hashed where they lie and moved on without a copy. What counts is what
 * the source has put into the buffer, and a read fails where that is not what it says. It belongs to one thread.
 */
@SuppressWarnings("exports") // Okio is the caller's choice, as OkHttp is: see module-info
public final class VerifyingSource implements Source {
    private final Source untrusted;
    private final ContentVerifier verifier;
    private final int holdBack;

    /** What was read and may not be given yet: a moment long for bytes that pass, and the hold-back at the end. */
    private final Buffer pending = new Buffer();

    private final Buffer.UnsafeCursor cursor = new Buffer.UnsafeCursor();
    private @Nullable Throwable failure;
    private boolean closed;

    private VerifyingSource(Source untrusted, ContentVerifier verifier, int holdBack) {
        this.untrusted = Objects.requireNonNull(untrusted, "untrusted");
        this.verifier = verifier;
        this.holdBack = holdBack;
    }

    /**
     * {@return a source over {@code untrusted}, which it closes, that holds back
     * {@link ContentVerifier#DEFAULT_HOLD_BACK} bytes}
     *
     * @param untrusted the bytes to check
     * @param expected the digest that they must have
     * @param size the size that they must have, in bytes
     * @throws VerificationException if the digest's algorithm is not supported
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public static VerifyingSource of(Source untrusted, Digest expected, long size) throws VerificationException {
        return of(untrusted, ContentVerifier.of(expected, size), ContentVerifier.DEFAULT_HOLD_BACK);
    }

    /**
     * {@return a source over {@code untrusted}, which it closes, that is checked with a verifier of the caller's
     * making}
     *
     * @param untrusted the bytes to check, from where {@code verifier} stands
     * @param verifier what is promised, such as several digests, or the rest of content whose beginning was verified;
     *     the source {@linkplain ContentVerifier#handOver takes it over}
     * @param holdBack how many bytes at the end are held back; 0 is weaker, and the only choice where no size is
     *     promised
     * @throws IllegalArgumentException if {@code holdBack} is negative, or positive without a promised size
     * @throws IllegalStateException if the verification is over, or was handed over before
     */
    public static VerifyingSource of(Source untrusted, ContentVerifier verifier, int holdBack) {
        if (holdBack < 0) {
            throw new IllegalArgumentException("hold-back is negative: " + holdBack);
        }
        if (holdBack > 0 && !verifier.sizePromised()) {
            throw new IllegalArgumentException("without a promised size no byte is known to be one of the last");
        }
        return new VerifyingSource(untrusted, verifier.handOver(), holdBack);
    }

    /**
     * {@inheritDoc}
     *
     * @throws VerificationException if the content is not what was promised, in place of its last bytes and of its end;
     *     then from every read
     * @throws IOException if the source throws it, or does not say what it does; what it gave is kept for the next read
     */
    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
        if (byteCount < 0) {
            throw new IllegalArgumentException("byteCount is negative: " + byteCount);
        }
        if (closed) {
            throw new IllegalStateException("the source is closed");
        }
        if (failure != null) {
            throw again(failure);
        }
        if (byteCount == 0) {
            return 0;
        }
        try {
            long passing = verifier.remaining() - holdBack;
            if (verifier.state() == State.NOT_FINISHED && passing > 0) {
                return pass(sink, Math.min(byteCount, passing));
            }
            if (verifier.state() == State.NOT_FINISHED) {
                gather();
            }
        } catch (VerificationException | RuntimeException | Error e) {
            // The source's own says nothing about the content, and what it gave is for the next read.
            if (verifier.state() == State.FAILED) {
                failFor(e);
            }
            throw e;
        }
        return pending.read(sink, byteCount);
    }

    private void failFor(Throwable e) {
        pending.clear();
        failure = e;
    }

    /** A new exception each time: who closes after a failure may add the second one to the first. */
    private static IOException again(Throwable failure) {
        if (failure instanceof VerificationException e) {
            return e.again();
        }
        return failure instanceof IOException
                ? new IOException(failure.getMessage(), failure)
                : new IOException("the content cannot be verified, because its hash failed before", failure);
    }

    private long pass(Buffer sink, long most) throws IOException {
        if (pending.exhausted() && readSource(most) < 0) {
            return -1; // only where no size is promised
        }
        // A source may give more than it was asked for.
        return pending.read(sink, most);
    }

    /** Reads the rest, and looks whether there is more of it than promised. */
    private void gather() throws IOException {
        while (readSource(verifier.remaining() + 1) >= 0) {
            // Each read is hashed, and one byte too many fails.
        }
    }

    /**
     * {@return how many bytes were read and hashed and are the last ones of {@link #pending}; negative at the end}
     *
     * <p>Counted by what is there, because a source may say anything.
     */
    private long readSource(long most) throws IOException {
        long before = pending.size();
        long said;
        try {
            said = untrusted.read(pending, most);
        } catch (Throwable e) {
            // A source may give bytes and then throw, and goes on behind them: they are for the next read.
            try {
                hash(given(before));
            } catch (Throwable refusal) {
                refusal.addSuppressed(e);
                throw refusal;
            }
            throw e;
        }
        long given = given(before);
        hash(given);
        if (said < 0 && given == 0) {
            verifier.finish();
            return said;
        }
        if (said >= 0 && said != given) {
            throw new IOException("the source says that it gave " + said + " bytes, and gave " + given);
        }
        if (given == 0) {
            throw new IOException("the source gives no bytes and does not end");
        }
        return given; // if with the end, then the source says that again
    }

    private long given(long before) throws IOException {
        long given = pending.size() - before;
        if (given < 0) {
            IOException e = new IOException("the source took back bytes that it had given");
            failFor(e);
            throw e;
        }
        return given;
    }

    private void hash(long count) throws VerificationException {
        try (Buffer.UnsafeCursor bytes = pending.readUnsafe(cursor)) {
            for (int n = bytes.seek(pending.size() - count); n > 0; n = bytes.next()) {
                verifier.update(Objects.requireNonNull(bytes.data), bytes.start, n);
            }
        }
    }

    /** {@return how far the verification has come} */
    public State state() {
        return verifier.state();
    }

    @Override
    public Timeout timeout() {
        return untrusted.timeout();
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            pending.clear();
            untrusted.close();
        }
    }
}
