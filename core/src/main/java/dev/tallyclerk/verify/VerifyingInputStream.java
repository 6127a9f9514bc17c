package dev.tallyclerk.verify;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.ContentVerifier.State;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads content and fails, before it says that it has ended, if the bytes were not the ones promised.
 *
 * <p>Nothing read is trustworthy before {@code read} has returned {@code -1}, which is when {@link #state} turns to
 * {@link State#VERIFIED}. Once this stream has failed, every further read throws the same failure again, so that it
 * cannot be taken for an end. Closing early leaves the state at {@link State#NOT_FINISHED}. Memory use is constant. Not
 * safe for use by several threads.
 */
public final class VerifyingInputStream extends InputStream {
    private final InputStream source;
    private final ContentVerifier verifier;
    private final byte[] single = new byte[1];
    private @Nullable VerificationException failure;

    private VerifyingInputStream(InputStream source, ContentVerifier verifier) {
        this.source = Objects.requireNonNull(source, "source");
        this.verifier = verifier;
    }

    /**
     * {@return a stream over {@code source}, which it closes}
     *
     * @param source the untrusted bytes
     * @param expected the digest that they must have
     * @param size the size that they must have, in bytes; no byte after the first surplus one is asked for
     * @throws VerificationException if the digest's algorithm is not supported
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public static VerifyingInputStream of(InputStream source, Digest expected, long size) throws VerificationException {
        return new VerifyingInputStream(source, ContentVerifier.of(expected, size));
    }

    @Override
    public int read() throws IOException {
        int n = read(single, 0, 1);
        return n < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        if (failure != null) {
            throw failure;
        }
        if (length == 0) {
            return 0; // some sources answer -1 here once they are at their end
        }
        if (verifier.state() == State.VERIFIED) {
            return -1;
        }
        // At most one surplus byte is asked for: an endless body is not worth reading to be refused.
        int n = source.read(buffer, offset, (int) Math.min(length - 1, verifier.remaining()) + 1);
        try {
            if (n < 0) {
                verifier.finish();
            } else {
                verifier.update(buffer, offset, n);
            }
        } catch (VerificationException e) {
            failure = e;
            throw e;
        }
        return n;
    }

    /** {@return how far the verification has come} */
    public State state() {
        return verifier.state();
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
