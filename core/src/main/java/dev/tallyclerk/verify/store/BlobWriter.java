package dev.tallyclerk.verify.store;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.stream.SomeBytes;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.ContentVerifier.State;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes one blob into a {@link ContentStore}: the bytes in order, then {@link #commit} once.
 *
 * <p>The bytes go to a file in quarantine and are verified on the way. Only {@code commit} gives them the trusted name.
 * {@link #close} without it keeps the written bytes for {@link ContentStore#resume}, unless they are fewer than the
 * {@link StoreLimits} require; {@link #discard} keeps nothing. If the content does not match, or the disk fails, the
 * file is deleted; content that only ended too early is kept. In both cases the writer is closed, and every call that
 * writes or commits throws {@link ClosedChannelException}. If its {@link dev.tallyclerk.digest.HashEngine} throws, the
 * writer stays open, refuses more bytes with an {@link IllegalStateException}, and must be closed.
 *
 * <p>An interrupt of the thread closes the writer, as with any channel, and keeps the bytes written so far, except for
 * up to 128 KiB. Holds 128 KiB of memory and two open files until it is closed; a writer that is never closed prevents
 * its bytes from being resumed or cleaned up until its process ends. Not safe for use by several threads.
 */
public final class BlobWriter extends OutputStream implements WritableByteChannel {
    private static final int BUFFER = 128 * 1024;

    private static final Set<OpenOption> NEW =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> EXISTING =
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    private final BlobFolder blobs;
    private final Digest digest;
    private final ContentVerifier verifier;
    private final Claim claim;
    private final FileChannel file;
    /**
     * The same copy is hashed and written, so nothing can change in between, except by a source that keeps the array
     * that {@link #writeAll} lends it.
     */
    private final byte[] buffer = new byte[BUFFER];

    private int buffered;
    private boolean open = true;

    private BlobWriter(BlobFolder blobs, Digest digest, ContentVerifier verifier, Claim claim, FileChannel file) {
        this.blobs = blobs;
        this.digest = digest;
        this.verifier = verifier;
        this.claim = claim;
        this.file = file;
    }

    static BlobWriter start(BlobFolder blobs, Digest digest, ContentVerifier verifier, Claim claim) throws IOException {
        return open(blobs, digest, verifier, claim, NEW);
    }

    /** Continues the claimed content, after hashing it. */
    static BlobWriter resume(BlobFolder blobs, Digest digest, ContentVerifier verifier, Claim claim)
            throws IOException {
        BlobWriter writer = open(blobs, digest, verifier, claim, EXISTING);
        writer.hashWhatIsThere();
        return writer;
    }

    /** Opens the claimed content; releases the claim if that fails in any way. */
    private static BlobWriter open(
            BlobFolder blobs, Digest digest, ContentVerifier verifier, Claim claim, Set<OpenOption> options)
            throws IOException {
        FileChannel file = null;
        try {
            file = FileChannel.open(claim.content(), options);
            return new BlobWriter(blobs, digest, verifier, claim, file);
        } catch (IOException | RuntimeException | Error e) {
            releaseAfter(e, claim, file);
            throw e;
        }
    }

    private void hashWhatIsThere() throws IOException {
        try {
            ByteBuffer into = ByteBuffer.wrap(buffer);
            while (file.read(into.clear()) >= 0) {
                verifier.update(buffer, 0, into.position());
            }
        } catch (IOException e) {
            throw failed(e);
        } catch (RuntimeException | Error e) {
            // The engine failed: the content stays for another attempt, and this writer is closed here because the
            // caller never gets it.
            open = false;
            releaseAfter(e, claim, file);
            throw e;
        }
    }

    /** {@return the digest that the content must have} */
    public Digest digest() {
        return digest;
    }

    /**
     * {@return how many bytes the blob has so far, which is the offset to continue at}
     *
     * <p>Before the first write of a resumed writer, this is the offset to request from a server.
     */
    public long offset() {
        return verifier.count();
    }

    /** {@return how many bytes are missing; if 0, only {@link #commit} is left} */
    public long remaining() {
        return verifier.remaining();
    }

    /** {@return the progress of the verification} */
    public State state() {
        return verifier.state();
    }

    /**
     * Adds the next byte.
     *
     * @throws VerificationException if there are more bytes than promised
     * @throws FileSystemException if the disk cannot store it, for example because it is full
     * @throws ClosedChannelException if this writer is closed
     */
    @Override
    public void write(int value) throws IOException {
        requireOpen();
        buffer[buffered] = (byte) value;
        take(1);
    }

    /**
     * Adds the next bytes.
     *
     * @throws VerificationException if there are more bytes than promised
     * @throws FileSystemException if the disk cannot store them, for example because it is full
     * @throws ClosedChannelException if this writer is closed
     */
    @Override
    public void write(byte[] content, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, content.length);
        requireOpen();
        for (int taken = 0; taken < length; ) {
            int piece = Math.min(length - taken, BUFFER - buffered);
            System.arraycopy(content, offset + taken, buffer, buffered, piece);
            take(piece);
            taken += piece;
        }
    }

    /**
     * Adds the next bytes: all that remain in {@code content}.
     *
     * @return how many these were
     * @throws VerificationException if there are more bytes than promised
     * @throws FileSystemException if the disk cannot store them, for example because it is full
     * @throws ClosedChannelException if this writer is closed
     */
    @Override
    public int write(ByteBuffer content) throws IOException {
        requireOpen();
        int length = content.remaining();
        while (content.hasRemaining()) {
            int piece = Math.min(content.remaining(), BUFFER - buffered);
            content.get(buffer, buffered, piece);
            take(piece);
        }
        return length;
    }

    /**
     * Adds all bytes of {@code source}, with one copy less than {@link #write}.
     *
     * <p>If {@code source} fails, this writer has the bytes before the failure and can continue. If it fails with a
     * {@link VerificationException}, because it is a verifying stream itself and the content is wrong, everything is
     * discarded, unless the content is only too short: the bytes that such a stream has returned by then are wrong too.
     * A stream that is copied to this writer by {@link InputStream#transferTo} does not tell it.
     *
     * @param source the untrusted bytes; not closed, and read at most one byte beyond the promised size. The bytes are
     *     not trusted, but the object is: it must not keep the array that it reads into and change it later, because
     *     the written bytes would then differ from the hashed ones. For a source that may, use {@link #write}
     * @throws VerificationException if there are more bytes than promised
     * @throws FileSystemException if the disk cannot store them, for example because it is full
     * @throws ClosedChannelException if this writer is closed
     * @throws IOException if {@code source} fails
     */
    public void writeAll(InputStream source) throws IOException {
        requireOpen();
        boolean more = true;
        while (more) {
            more = fill(source);
        }
    }

    /**
     * Adds bytes of {@code source} until the buffer is full, or until it fails.
     *
     * @return whether it may have more
     */
    private boolean fill(InputStream source) throws IOException {
        // At most one surplus byte is read: an endless body is refused without reading more of it.
        int limit = buffered + (int) Math.min(BUFFER - buffered - 1, remaining()) + 1;
        int end = buffered;
        boolean wrong = false;
        try {
            while (end < limit) {
                int n = SomeBytes.read(source, buffer, end, limit - end);
                if (n < 0) {
                    return false;
                }
                end += n;
            }
            return true;
        } catch (VerificationException e) {
            wrong = !isTooShort(e);
            throw wrong ? failed(e) : e;
        } finally {
            if (!wrong) {
                take(end - buffered);
            }
        }
    }

    /**
     * Ends the content and, if it matches, gives it the trusted name; then closes this writer.
     *
     * <p>When this returns, the blob survives a crash of the process and a power failure, unless
     * {@link ContentStore#withFsync} says otherwise, the file system cannot make names durable, or
     * {@link ContentStore#of} may not sync the name of the store's folder; see {@link ContentStore}. A crash before
     * leaves the blob or, unless it is short, a complete partial file, for which {@link ContentStore#resume} returns a
     * writer with nothing {@link #remaining}.
     *
     * @throws VerificationException if the content does not match; it is deleted, unless it is only
     *     {@linkplain VerificationException.Reason#TOO_SHORT too short}, and then kept to be resumed
     * @throws FileSystemException if the disk cannot store the last bytes, for example because it is full; the content
     *     is deleted. If the content is verified and cannot be given its name, it is kept, unless it is short, for
     *     {@link ContentStore#resume} to try again with nothing {@link #remaining}. If only making the name durable
     *     fails, the blob exists, is verified and stays, and the message says so; {@link ContentStore#write} then tries
     *     that again before it reports that the blob exists
     * @throws ClosedChannelException if this writer is closed
     */
    public void commit() throws IOException {
        requireOpen();
        try {
            flushBuffer();
            verifier.finish();
            if (blobs.isForced()) {
                file.force(true);
            }
        } catch (IOException e) {
            throw failed(e);
        }
        try {
            // Some systems do not rename open files.
            file.close();
            blobs.admit(claim.content(), digest, verifier.count());
        } catch (IOException e) {
            throw closed(e);
        }
        close();
    }

    /**
     * Closes this writer and deletes the written bytes; does nothing if it is closed.
     *
     * @throws IOException if they cannot be deleted; content that is known to be wrong is then truncated to nothing if
     *     possible
     */
    public void discard() throws IOException {
        if (!open) {
            return;
        }
        open = false;
        try (claim) {
            try (file) {
                // Wrong content is not offered for resumption even if it cannot be deleted. Only wrong content is
                // truncated: a verified file may have its trusted name already.
                if (verifier.state() == State.FAILED && file.isOpen()) {
                    file.truncate(0);
                }
            } finally {
                // Also after an interrupt, which closes the file before it can be truncated.
                Files.deleteIfExists(claim.content());
            }
        }
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    /**
     * Does nothing: large writes are cheaper. After {@link #close} the system has all bytes, though a power failure may
     * lose them; after {@link #commit} they survive it.
     */
    @Override
    public void flush() {}

    /**
     * Closes this writer; bytes of a blob that is not committed are kept to be resumed.
     *
     * <p>That includes complete content: code that only closes its stream puts nothing in the store.
     *
     * @throws IOException if the last bytes cannot be written
     */
    @Override
    public void close() throws IOException {
        if (!open) {
            return;
        }
        if (verifier.state() == State.NOT_FINISHED && file.isOpen()) {
            try {
                flushBuffer();
            } catch (IOException e) {
                throw failed(e);
            }
        }
        open = false;
        try (claim) {
            file.close();
        }
    }

    /** {@return how many bytes are in the file} */
    long flushed() {
        return verifier.count() - buffered;
    }

    /** {@return the file, until it is committed} */
    Path path() {
        return claim.content();
    }

    /** {@return the verifier that hashes each piece before it is written} */
    ContentVerifier verifier() {
        return verifier;
    }

    private void take(int length) throws IOException {
        try {
            verifier.update(buffer, buffered, length);
            buffered += length;
            if (buffered == BUFFER) {
                flushBuffer();
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void flushBuffer() throws IOException {
        ByteBuffer content = ByteBuffer.wrap(buffer, 0, buffered);
        while (content.hasRemaining()) {
            file.write(content);
        }
        buffered = 0;
    }

    private void requireOpen() throws ClosedChannelException {
        if (!open) {
            throw new ClosedChannelException();
        }
    }

    /** {@return the exception to throw} Closes this writer first, and deletes the content unless it may be right. */
    private IOException failed(IOException cause) {
        if (cause instanceof ClosedChannelException || isTooShort(cause)) {
            return closed(cause);
        }
        try {
            discard();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        return typed(cause);
    }

    /** {@return the exception to throw} Closes this writer first, and keeps the content. */
    private IOException closed(IOException cause) {
        try {
            close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        return typed(cause);
    }

    private IOException typed(IOException cause) {
        if (cause instanceof VerificationException
                || cause instanceof ClosedChannelException
                || cause instanceof FileSystemException) {
            return cause;
        }
        Path path = claim.content();
        FileSystemException typed = new FileSystemException(path.toString(), null, cause.getMessage());
        typed.initCause(cause);
        return typed;
    }

    /** Content that ended early is not wrong yet: most often a connection broke without an error of the server. */
    private static boolean isTooShort(IOException cause) {
        return cause instanceof VerificationException e && e.reason() == VerificationException.Reason.TOO_SHORT;
    }

    private static void releaseAfter(Throwable cause, Claim claim, @Nullable FileChannel file) {
        try (claim;
                file) {
            // Only to close both.
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
