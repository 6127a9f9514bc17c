package dev.tallyclerk.verify.store;

import dev.tallyclerk.internal.stream.SomeBytes;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.ContentVerifier.State;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerificationException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A tee: reads content once, hashes it once, stores it in a {@link ContentStore} and returns it to the reader, such as
 * the client of a proxy.
 *
 * <p>The last bytes, the hold-back, are returned only once all of the content matches, as those of a
 * {@link dev.tallyclerk.verify.VerifyingInputStream}; by then it is committed. The sides fail apart:
 *
 * <ul>
 *   <li>Wrong content fails the read and is discarded. Content that only ends too early fails the read, and is kept to
 *       be {@linkplain ContentStore#resume resumed}.
 *   <li>A store that fails, for example because the disk is full, does not fail the read: the reader still gets all of
 *       the content, verified, and {@link #storeFailure} says why it is not stored.
 *   <li>A source that fails, or a reader that closes early, leaves a partial file to be resumed, unless the source
 *       fails with a {@link VerificationException}, which means that the content is wrong.
 * </ul>
 *
 * <p>Closing closes the source and the writer. Memory use is the hold-back and that of a {@link BlobWriter}. Not safe
 * for use by several threads.
 */
public final class StoringInputStream extends InputStream {
    private final InputStream source;
    private final BlobWriter writer;
    private final ContentVerifier verifier;
    private final int holdBack;
    private final byte[] single = new byte[1];

    private byte @Nullable [] held;
    private int gathered;
    private int returned;
    private @Nullable IOException failure;
    private @Nullable IOException storeFailure;
    private boolean stored;
    private boolean closed;

    private StoringInputStream(InputStream source, BlobWriter writer, int holdBack) {
        this.source = source;
        this.writer = writer;
        this.verifier = writer.verifier();
        this.holdBack = holdBack;
    }

    /**
     * {@return a stream over {@code source} that stores what it returns, with the
     * {@linkplain ContentVerifier#DEFAULT_HOLD_BACK default hold-back}}
     *
     * @param source the untrusted bytes, from the first one
     * @param writer a writer without bytes, which the stream takes over
     * @throws IllegalArgumentException if {@code writer} has bytes already, such as one that resumes
     */
    public static StoringInputStream of(InputStream source, BlobWriter writer) {
        return of(source, writer, ContentVerifier.DEFAULT_HOLD_BACK);
    }

    /**
     * {@return a stream over {@code source} that stores what it returns}
     *
     * @param source the untrusted bytes, from the first one
     * @param writer a writer without bytes, which the stream takes over
     * @param holdBack how many bytes at the end are held back
     * @throws IllegalArgumentException if {@code holdBack} is negative, or {@code writer} has bytes already, such as
     *     one that resumes
     */
    public static StoringInputStream of(InputStream source, BlobWriter writer, int holdBack) {
        Objects.requireNonNull(source, "source");
        if (holdBack < 0) {
            throw new IllegalArgumentException("hold-back is negative: " + holdBack);
        }
        if (writer.offset() != 0) {
            throw new IllegalArgumentException("the writer already has " + writer.offset() + " bytes");
        }
        return new StoringInputStream(source, writer, holdBack);
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
        long passing = held == null ? verifier.remaining() - holdBack : 0;
        if (passing > 0) {
            int n = fromSource(buffer, offset, (int) Math.min(length, passing));
            if (n > 0) {
                accept(buffer, offset, n);
                return n;
            }
            end();
        }
        byte[] tail = gather();
        if (returned == gathered) {
            return -1;
        }
        int n = Math.min(length, gathered - returned);
        System.arraycopy(tail, returned, buffer, offset, n);
        returned += n;
        return n;
    }

    private byte[] gather() throws IOException {
        byte[] tail = held;
        if (tail == null) {
            tail = new byte[(int) Math.min(holdBack, verifier.remaining())];
            held = tail;
        }
        if (verifier.state() != State.NOT_FINISHED) {
            return tail;
        }
        while (gathered < tail.length) {
            int n = fromSource(tail, gathered, tail.length - gathered);
            if (n < 0) {
                end();
            }
            accept(tail, gathered, n);
            gathered += n;
        }
        if (fromSource(single, 0, 1) > 0) {
            accept(single, 0, 1); // fails: it is one too many
        }
        end();
        return tail;
    }

    private int fromSource(byte[] buffer, int offset, int length) throws IOException {
        try {
            return SomeBytes.read(source, buffer, offset, length);
        } catch (VerificationException e) {
            if (e.reason() == Reason.TOO_SHORT) {
                throw e;
            }
            throw wrong(e);
        }
    }

    /** Stores and hashes bytes; only hashes them once the store has failed. */
    private void accept(byte[] bytes, int offset, int length) throws IOException {
        long before = verifier.count();
        try {
            if (storeFailure == null) {
                try {
                    writer.write(bytes, offset, length);
                    return;
                } catch (VerificationException e) {
                    throw e;
                } catch (IOException e) {
                    storeFailure = e;
                }
            }
            // The writer hashes each piece before it writes it.
            int hashed = (int) (verifier.count() - before);
            verifier.update(bytes, offset + hashed, length - hashed);
        } catch (VerificationException e) {
            throw wrong(e);
        } catch (RuntimeException | Error e) {
            failure = new IOException("the content cannot be verified: its hash failed earlier", e);
            throw e;
        }
    }

    /** Verifies the content and stores it: returns only if it matches, whether it is stored or not. */
    private void end() throws IOException {
        try {
            if (storeFailure == null) {
                try {
                    writer.commit();
                    stored = true;
                } catch (VerificationException e) {
                    throw e;
                } catch (IOException e) {
                    storeFailure = e;
                }
            }
            if (verifier.state() == State.NOT_FINISHED) {
                verifier.finish();
            }
        } catch (VerificationException e) {
            throw wrong(e);
        } catch (RuntimeException | Error e) {
            failure = new IOException("the content cannot be verified: its hash failed earlier", e);
            throw e;
        }
    }

    /** {@return the exception to throw} Keeps only content that ended too early, which the writer sees to itself. */
    private VerificationException wrong(VerificationException e) {
        failure = e;
        held = null;
        if (e.reason() != Reason.TOO_SHORT) {
            try {
                writer.discard();
            } catch (IOException again) {
                e.addSuppressed(again);
            }
        }
        return e;
    }

    private void requireReadable() throws IOException {
        IOException known = failure;
        if (known instanceof VerificationException e) {
            throw e.again();
        }
        if (known != null) {
            throw new IOException(known.getMessage(), known);
        }
        if (closed) {
            throw new IOException("the stream is closed");
        }
    }

    /** {@return the progress of the verification; when it is over, held bytes may still be unread} */
    public State state() {
        return failure == null ? verifier.state() : State.FAILED;
    }

    /** {@return whether the content is in the store under its digest} */
    public boolean isStored() {
        return stored;
    }

    /** {@return why the content is not stored, if the store failed} */
    public Optional<IOException> storeFailure() {
        return Optional.ofNullable(storeFailure);
    }

    /**
     * Closes the source and the writer; content that has not ended is kept to be resumed.
     *
     * @throws IOException if the source or the writer throws it
     */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        held = null;
        try (writer) {
            source.close();
        }
    }
}
