package dev.tallyclerk.registry.okhttp;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.IOException;
import java.util.Objects;
import okio.Buffer;
import okio.Okio;
import okio.Source;
import okio.Timeout;

/**
 * An Okio source that fails, before it says that it has ended, if its bytes were not the ones promised.
 *
 * <p>What {@link VerifyingInputStream} promises holds here too, hold-back included: who knows the size never gets a
 * whole wrong body. It belongs to one thread.
 */
@SuppressWarnings("exports") // Okio is the caller's choice, as OkHttp is: see module-info
public final class VerifyingSource implements Source {
    private final Source untrusted;
    private final VerifyingInputStream verified;
    private final Source delegate;

    private VerifyingSource(Source untrusted, VerifyingInputStream verified) {
        this.untrusted = untrusted;
        this.verified = verified;
        this.delegate = Okio.source(verified);
    }

    /**
     * {@return a source over {@code untrusted}, which it closes}
     *
     * @param untrusted the bytes to check
     * @param expected the digest that they must have
     * @param size the size that they must have, in bytes
     * @throws VerificationException if the digest's algorithm is not supported
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public static VerifyingSource of(Source untrusted, Digest expected, long size) throws VerificationException {
        Objects.requireNonNull(untrusted, "untrusted");
        return new VerifyingSource(
                untrusted, VerifyingInputStream.of(Okio.buffer(untrusted).inputStream(), expected, size));
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
        return delegate.read(sink, byteCount);
    }

    /** {@return how far the verification has come} */
    public ContentVerifier.State state() {
        return verified.state();
    }

    @Override
    public Timeout timeout() {
        return untrusted.timeout();
    }

    @Override
    public void close() throws IOException {
        delegate.close();
    }
}
