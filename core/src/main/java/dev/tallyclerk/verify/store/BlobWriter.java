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
 * Takes one blob into a {@link ContentStore}: bytes in their order, then {@link #commit} once.
 *
 * <p>The bytes go to a file in quarantine and are verified on the way. Only {@code commit} gives them the trusted name.
 * {@link #close} without it keeps what was written for {@link ContentStore#resume}, unless it is shorter than the
 * {@link StoreLimits} say; {@link #discard} keeps nothing. After content that is not what was promised, or a disk that
 * cannot take it, the file is gone; content that only ended too early is kept. Either way the writer is closed, and
 * every call that writes or commits throws {@link ClosedChannelException}. If its
 * {@link dev.tallyclerk.digest.HashEngine} throws, it stays open and takes nothing more, with an
 * {@link IllegalStateException}, and has to be closed.
 *
 * <p>An interrupted thread closes the writer, as with any channel, and what was written so far is kept, but for the
 * last 128 KiB at most. Holds 128 KiB until it is closed, and two open files; one that is never closed keeps what it
 * wrote from being resumed and cleaned up until its process ends. Not safe for use by several threads.
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
     * What is hashed is this copy and what is written is this copy, so nobody can come in between but a source that
     * keeps the array which {@link #writeAll} lends it.
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

    /** Continues the content that the claim has, after hashing it. */
    static BlobWriter resume(BlobFolder blobs, Digest digest, ContentVerifier verifier, Claim claim)
            throws IOException {
        BlobWriter writer = open(blobs, digest, verifier, claim, EXISTING);
        writer.hashWhatIsThere();
        return writer;
    }

    /** Opens the claim's content; where that fails, whatever by, nobody holds the claim any more. */
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
            // The engine's fault: what is there stays for another attempt, and nobody else closes this writer.
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
     * {@return how many bytes the blob has so far, which is where its content has to go on}
     *
     * <p>Of a resumed writer it is, before the first write, the offset to ask a server for.
     */
    public long offset() {
        return verifier.count();
    }

    /** {@return how many bytes are still missing; with 0 there is nothing to ask for, only to {@link #commit}} */
    public long remaining() {
        return verifier.remaining();
    }

    /** {@return how far the verification has come} */
    public State state() {
        return verifier.state();
    }

    /**
     * Takes the next byte.
     *
     * @throws VerificationException if there are more bytes than promised
     * @throws FileSystemException if the disk cannot take it, for example because it is full
     * @throws ClosedChannelException if this writer is closed
     */
    @Override
    public void write(int value) throws IOException {
        requireOpen();
        buffer[buffered] = (byte) value;
        take(1);
    }

    /**
     * Takes the next bytes.
     *
     * @throws VerificationException if there are more bytes than promised
     * @throws FileSystemException if the disk cannot take them, for example because it is full
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
     * Takes the next bytes, all that remain in {@code content}.
     *
     * @return how many these were
     * @throws VerificationException if there are more bytes than promised
     * @throws FileSystemException if the disk cannot take them, for example because it is full
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
     * Takes all that {@code source} gives until it ends, with one copy less than by {@link #write}.
     *
     * <p>If {@code source} fails, this writer has what came before and can go on.
     *
     * @param source the untrusted bytes; not closed, and read no further than one byte after the promised size. The
     *     bytes are not trusted, but the object is: it must not keep the array that it reads into and change it later,
     *     because what is written would then not be what was hashed. For one that may, use {@link #write}
     * @throws VerificationException if there are more bytes than promised
     * @throws FileSystemException if the disk cannot take them, for example because it is full
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
     * Takes what {@code source} gives until the buffer is full, or until it fails.
     *
     * @return whether it may have more
     */
    private boolean fill(InputStream source) throws IOException {
        // At most one surplus byte is asked for: an endless body is not worth reading to be refused.
        int limit = buffered + (int) Math.min(BUFFER - buffered - 1, remaining()) + 1;
        int end = buffered;
        try {
            while (end < limit) {
                int n = SomeBytes.read(source, buffer, end, limit - end);
                if (n < 0) {
                    return false;
                }
                end += n;
            }
            return true;
        } finally {
            take(end - buffered);
        }
    }

    /**
     * Ends the content and, if it is what was promised, gives it the trusted name; then closes this writer.
     *
     * <p>When this returns, the blob survives a crash of the process and a power failure, as far as
     * {@link ContentStore#of} may see to the name of the store's folder and the file system can make names durable, as
     * {@link ContentStore} says, unless {@link ContentStore#withFsync} says otherwise. A crash before leaves either the
     * blob or, unless it is short, a partial file that is complete, of which {@link ContentStore#resume} gives a writer
     * with nothing {@link #remaining}.
     *
     * @throws VerificationException if the content is not the one promised; it is deleted, unless it is only
     *     {@linkplain VerificationException.Reason#TOO_SHORT too short}, which is kept to be resumed
     * @throws FileSystemException if the disk cannot take the last bytes, for example because it is full; what was
     *     written is deleted. If the content is verified and cannot be given its name, it is kept, unless it is short,
     *     for {@link ContentStore#resume} to try again with nothing {@link #remaining}. If all that fails is to make
     *     the name durable, the blob is there and verified and stays, and the message says so; then
     *     {@link ContentStore#write} tries that again before it says that the blob is there
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
            // Some systems rename no file that is open.
            file.close();
            blobs.admit(claim.content(), digest, verifier.count());
        } catch (IOException e) {
            throw closed(e);
        }
        close();
    }

    /**
     * Closes this writer and deletes what was written; without effect on one that is closed.
     *
     * @throws IOException if that cannot be deleted; content that is known to be wrong is then empty, if it can be cut
     */
    public void discard() throws IOException {
        if (!open) {
            return;
        }
        open = false;
        try {
            // Content that is wrong is not offered again even where it cannot be deleted. Only then: a file that is
            // right may have its trusted name already.
            if (verifier.state() == State.FAILED && file.isOpen()) {
                file.truncate(0);
            }
        } finally {
            // An interrupt closes the file before it can be cut, and must not keep it from being deleted.
            try {
                file.close();
            } finally {
                try {
                    Files.deleteIfExists(claim.content());
                } finally {
                    claim.release();
                }
            }
        }
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    /**
     * Does nothing: bytes cost less in large pieces. After {@link #close} the system has all of them, and a power
     * failure may still take them; after {@link #commit} they survive it.
     */
    @Override
    public void flush() {}

    /**
     * Closes this writer; if the blob is not committed, what was written is kept to be resumed.
     *
     * <p>That goes for content that is complete as well: code that only closes its stream puts nothing in the store.
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
        try {
            file.close();
        } finally {
            claim.release();
        }
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

    /** {@return what to throw} after closing this writer, with nothing kept unless what is there may be right. */
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

    /** {@return what to throw} after closing this writer, which keeps what was written. */
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

    /** Content that ended early is not wrong yet: most often a connection broke, and a server did not say so. */
    private static boolean isTooShort(IOException cause) {
        return cause instanceof VerificationException e && e.reason() == VerificationException.Reason.TOO_SHORT;
    }

    private static void releaseAfter(Throwable cause, Claim claim, @Nullable FileChannel file) {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        try {
            claim.release();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
