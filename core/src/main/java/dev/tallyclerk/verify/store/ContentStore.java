package dev.tallyclerk.verify.store;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.HashEngine;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Keeps verified content in a folder, each blob under its digest: {@code blobs/<algorithm>/<encoded>}, as in an OCI
 * image layout.
 *
 * <p>Content is written to {@code quarantine/} and verified on the way, made durable, and only then renamed to its
 * trusted name, unless {@link #withFsync} says otherwise. So whatever crashes, and whenever, what is under
 * {@code blobs/} is complete and was verified; a crash leaves files in {@code quarantine/}, which the next start or
 * {@link #cleanUp} takes care of within the {@link StoreLimits}.
 *
 * <p>Safe for use by several threads, several stores and several processes on one folder: each writer has a file of its
 * own, and of two writers of one blob the later rename replaces the same content, or leaves it where the system
 * replaces no file that is in use. Nothing has to be closed. No thread is started.
 *
 * <p>Some file systems cannot make the names in a folder durable, such as folders that a virtual machine or a container
 * shares with its host. That is tried before the first change, and where it is so, the store works without: then a
 * power failure may take away the last blobs that were written, or bring back the last that were deleted, but what is
 * there is still complete and was verified.
 *
 * <p>The folder must be on one local file system, or on one whose file locks hold for all its users. Only those who are
 * trusted may write into it: symbolic links that lie where the store has its files are refused, never followed, but
 * someone who can write into the folder can change a blob after it was verified. {@link #open} notices that,
 * {@link #openUnverified} does not.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md#blobs">OCI image-spec v1.1.1,
 *     Blobs</a>
 */
public final class ContentStore {

    private final BlobFolder blobs;
    private final Quarantine quarantine;
    private final StoreLimits limits;
    private final Clock clock;
    private final HashEngine engine;

    private ContentStore(BlobFolder blobs, Quarantine quarantine, StoreLimits limits, Clock clock, HashEngine engine) {
        this.blobs = blobs;
        this.quarantine = quarantine;
        this.limits = limits;
        this.clock = clock;
        this.engine = engine;
    }

    /**
     * {@return the store in {@code folder} with the {@linkplain StoreLimits#defaults default limits}, cleaned up}
     *
     * <p>See {@link #of(Path, StoreLimits, Clock)}.
     *
     * @param folder created where it is missing
     * @param clock the present time, for the age of partial files
     * @throws IOException if the folder cannot be used
     */
    public static ContentStore of(Path folder, Clock clock) throws IOException {
        return of(folder, StoreLimits.defaults(), clock);
    }

    /**
     * {@return the store in {@code folder}, cleaned up}
     *
     * @param folder created where it is missing; on POSIX systems it, and the folder that it is made in, have to be
     *     readable, for names to be made durable. Of one that was there before, the folder that it is in need not be:
     *     then its own name is the caller's to make durable, as the names of those above it always are
     * @param limits what is kept of broken downloads
     * @param clock the present time, for the age of partial files
     * @throws IOException if the folder cannot be used
     */
    public static ContentStore of(Path folder, StoreLimits limits, Clock clock) throws IOException {
        Objects.requireNonNull(folder, "folder");
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(clock, "clock");
        Folders.createAll(folder);
        // A link to the folder is the caller's choice; links inside of it are not.
        Path real = folder.toRealPath();
        BlobFolder blobs = new BlobFolder(Folders.create(real, "blobs"), true);
        Quarantine quarantine = new Quarantine(Folders.create(real, "quarantine"));
        ContentStore store = new ContentStore(blobs, quarantine, limits, clock, HashEngine.runtime());
        store.cleanUp();
        return store;
    }

    /** {@return this store with hashes from {@code engine}, not from the Java runtime alone} */
    public ContentStore withEngine(HashEngine engine) {
        return new ContentStore(blobs, quarantine, limits, clock, Objects.requireNonNull(engine, "engine"));
    }

    /**
     * {@return this store, which waits for fsync after each blob or deletion (the default), or leaves that to the
     * system}
     *
     * <p>Without fsync, writing does not wait for the disk. A crash of the process leaves the same as with it, but a
     * power failure may lose a blob, or a part of one, under its trusted name. {@link #open} and {@link #verify} detect
     * that; {@link #contains} and {@link #openUnverified} compare the size at most. So it suits folders that are
     * rebuilt after a power failure, such as those of a build. A store with fsync, in whichever process, also syncs
     * blobs that are there already before it reports them: see {@link #makeDurable}.
     */
    public ContentStore withFsync(boolean fsync) {
        return new ContentStore(blobs.withFsync(fsync), quarantine, limits, clock, engine);
    }

    /**
     * {@return a writer of a blob, from its first byte, or nothing if the blob is there already}
     *
     * <p>A blob that is there is not read again; its size is compared.
     *
     * @param size the promised size in bytes
     * @throws VerificationException if the digest's algorithm is not supported, or the blob is there in another size
     * @throws FileSystemException if the quarantine cannot be written to, or the name of a blob that is there cannot be
     *     made durable
     * @throws IOException if the folder cannot be read, something else than a blob is in its place, or the disk fails
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public Optional<BlobWriter> write(Digest digest, long size) throws IOException {
        ContentVerifier verifier = verifier(digest, size);
        if (makeDurable(digest, size)) {
            return Optional.empty();
        }
        return Optional.of(BlobWriter.start(blobs, digest, verifier, quarantine.claim(digest)));
    }

    /**
     * {@return a writer that goes on where an earlier one broke off, at its {@link BlobWriter#offset}, or nothing if
     * the blob is there already}
     *
     * <p>The longest partial file that no living writer holds is continued, whichever process left it; without one the
     * offset is 0. What is on disk is hashed again, which reads it at full speed: any digest whose state could be saved
     * between processes is several times slower for all content, resumed or not. The folder of the quarantine is listed
     * for it, whatever it has.
     *
     * <p>That a partial file is wrong shows when the content is complete, in {@link BlobWriter#commit}; it is then
     * deleted, and the next attempt starts anew. It can be wrong because a server sent something else, or because the
     * power failed while it was written.
     *
     * @param size the promised size in bytes; longer partial files are left alone
     * @throws VerificationException if the digest's algorithm is not supported, or the blob is there in another size
     * @throws FileSystemException if the partial file cannot be read, which deletes it, the quarantine cannot be
     *     written to, or the name of a blob that is there cannot be made durable
     * @throws IOException if the folder cannot be read, something else than a blob is in its place, or the disk fails
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public Optional<BlobWriter> resume(Digest digest, long size) throws IOException {
        ContentVerifier verifier = verifier(digest, size);
        if (makeDurable(digest, size)) {
            return Optional.empty();
        }
        Optional<Claim> partial = quarantine.claimPartial(digest, size);
        if (partial.isPresent()) {
            return Optional.of(BlobWriter.resume(blobs, digest, verifier, partial.get()));
        }
        return Optional.of(BlobWriter.start(blobs, digest, verifier, quarantine.claim(digest)));
    }

    /**
     * Writes a blob from a stream, unless the blob is there already.
     *
     * <p>If {@code source} fails or ends too early, what it gave is kept to be {@linkplain #resume resumed}, unless it
     * is shorter than the {@link StoreLimits} say.
     *
     * @param size the promised size in bytes
     * @param source the untrusted bytes, from the first one; not closed, and not read if the blob is there. The object
     *     is trusted not to keep the arrays that it reads into, as {@link BlobWriter#writeAll} says
     * @return whether the blob was written
     * @throws VerificationException if the content is not the one promised, the digest's algorithm is not supported, or
     *     the blob is there in another size
     * @throws FileSystemException if the disk cannot take it, for example because it is full
     * @throws IOException if {@code source} fails
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public boolean store(Digest digest, long size, InputStream source) throws IOException {
        Objects.requireNonNull(source, "source");
        Optional<BlobWriter> absent = write(digest, size);
        if (absent.isEmpty()) {
            return false;
        }
        try (BlobWriter writer = absent.get()) {
            writer.writeAll(source);
            commitOrKeepOne(writer);
        }
        return true;
    }

    /** Keeps one of what is verified and cannot be given its name: else each attempt would leave another whole one. */
    private void commitOrKeepOne(BlobWriter writer) throws IOException {
        try {
            writer.commit();
        } catch (VerificationException e) {
            throw e;
        } catch (IOException e) {
            try {
                keepOne(writer.digest(), writer.offset());
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    private void keepOne(Digest digest, long size) throws IOException {
        Optional<BlobWriter> kept = resume(digest, size);
        if (kept.isPresent()) {
            // While it is open, nobody else is given the same one.
            try (BlobWriter one = kept.get()) {
                Optional<BlobWriter> another = one.remaining() == 0 ? resume(digest, size) : Optional.empty();
                if (another.isPresent()) {
                    another.get().discard();
                }
            }
        }
    }

    /**
     * {@return the content of a blob, verified again while it is read, for the caller to close}
     *
     * <p>Nothing read is trustworthy before the stream has ended.
     *
     * @param size the promised size in bytes
     * @throws NoSuchFileException if there is no such blob
     * @throws VerificationException if the digest's algorithm is not supported, or the blob has another size
     * @throws IOException if the folder cannot be read, or something else than a blob, such as a link, is in its place
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public VerifyingInputStream open(Digest digest, long size) throws IOException {
        requireThere(digest, size);
        ContentVerifier verifier = verifier(digest, size);
        InputStream content = Files.newInputStream(blobs.path(digest), LinkOption.NOFOLLOW_LINKS);
        return VerifyingInputStream.of(content, verifier, ContentVerifier.DEFAULT_HOLD_BACK);
    }

    /**
     * Reads a blob and returns only if the disk still has what was verified when it was written.
     *
     * <p>A file of 1 MiB or more is mapped, which is about an eighth faster than reading it, and right only for files
     * that nobody writes to, as those of a store. The address space goes when the garbage collector finds it unused;
     * until then a deleted blob still takes its place on the disk, and on Windows cannot be deleted.
     *
     * @param size the promised size in bytes
     * @throws NoSuchFileException if there is no such blob
     * @throws VerificationException if the blob is not what was promised, or the digest's algorithm is not supported
     * @throws IOException if the file cannot be read to its end
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public void verify(Digest digest, long size) throws IOException {
        ContentVerifier verifier = verifier(digest, size);
        try (FileChannel file = openUnverified(digest, size)) {
            MappedContent.verify(file, verifier);
        }
    }

    /**
     * {@return the file of a blob, of which only the size is checked, to read and for the caller to close}
     *
     * <p>It was verified when it was written; whether the disk still has what was written is not looked at. For those
     * who trust the disk and all who can write to the folder, and need to seek or to map.
     *
     * @param size the promised size in bytes
     * @throws NoSuchFileException if there is no such blob
     * @throws VerificationException if the blob has another size
     * @throws IOException if the folder cannot be read, or something else than a blob, such as a link, is in its place
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public FileChannel openUnverified(Digest digest, long size) throws IOException {
        requireThere(digest, size);
        return FileChannel.open(blobs.path(digest), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * {@return whether the blob is there, which means that it was verified when it was written}
     *
     * @throws IOException if the folder cannot be read, or something else than a blob is in its place
     */
    public boolean contains(Digest digest) throws IOException {
        return blobs.size(Objects.requireNonNull(digest, "digest")).isPresent();
    }

    /**
     * Makes a blob that is there survive a power failure, as far as this user may.
     *
     * <p>For what is about to rely on a blob that somebody else has put there, who may not have come to making its name
     * durable, or may have left all of it to the system. {@link #write} and {@link #resume} do this themselves where
     * the blob is there. Does nothing in a store without {@linkplain #withFsync fsync}.
     *
     * @param size the promised size in bytes
     * @return whether the blob is there
     * @throws VerificationException if the blob is there in another size
     * @throws FileSystemException if its name cannot be made durable
     * @throws IOException if the folder cannot be read, something else than a blob is in its place, or the disk fails
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public boolean makeDurable(Digest digest, long size) throws IOException {
        if (!isThere(digest, size)) {
            return false;
        }
        return blobs.settle(digest);
    }

    /**
     * Deletes a blob; who has it open goes on reading it, on POSIX systems. Partial files stay. An interrupt does not
     * keep it from that, and the interrupt status stays.
     *
     * @return whether it was there
     * @throws IOException if it cannot be deleted, or that cannot be made durable
     */
    public boolean delete(Digest digest) throws IOException {
        return blobs.delete(Objects.requireNonNull(digest, "digest"));
    }

    /**
     * Turns what dead processes have left in quarantine into partial files, and deletes those above the limits.
     *
     * <p>Every start does so. A process that runs for long, or shares the folder with one that may die, calls it from
     * time to time. Files of living writers are not touched, nor are those that this process has not closed, and those
     * that this user may not change are left to whoever may.
     *
     * @throws IOException if the quarantine cannot be read or changed
     */
    public void cleanUp() throws IOException {
        quarantine.cleanUp(limits, clock.instant());
    }

    private ContentVerifier verifier(Digest digest, long size) throws VerificationException {
        return ContentVerifier.of(List.of(Objects.requireNonNull(digest, "digest")), size, engine);
    }

    private boolean isThere(Digest digest, long size) throws IOException {
        Objects.requireNonNull(digest, "digest");
        if (size < 0) {
            throw new IllegalArgumentException("size is negative: " + size);
        }
        OptionalLong actual = blobs.size(digest);
        if (actual.isPresent()) {
            ContentVerifier.requireSize(digest, size, actual.getAsLong());
        }
        return actual.isPresent();
    }

    private void requireThere(Digest digest, long size) throws IOException {
        if (!isThere(digest, size)) {
            throw new NoSuchFileException(blobs.path(digest).toString());
        }
    }
}
