package dev.tallyclerk.verify.store;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.HashEngine;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerifiedFiles;
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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A folder of verified content, with each blob under its digest: {@code blobs/<algorithm>/<encoded>}, as in an OCI
 * image layout.
 *
 * <p>Content is written to {@code quarantine/}, verified on the way, synced, and only then renamed to its trusted name.
 * {@link #withFsync} can leave the syncing to the system. So after any crash, every file under {@code blobs/} is
 * complete and verified. A crash leaves files in {@code quarantine/}, which the next start or {@link #cleanUp} handles
 * within the {@link StoreLimits}.
 *
 * <p>Safe for use by several threads, several stores and several processes on one folder: each writer has its own file.
 * Of two writers of one blob, the later rename replaces the same content, or leaves it where the system does not
 * replace open files. Nothing has to be closed. No thread is started.
 *
 * <p>Some file systems cannot make the names in a folder durable, such as folders that a virtual machine or a container
 * shares with its host. The store tests this before its first change, and works without: a power failure may then lose
 * the last blobs written, or restore the last ones deleted, but existing blobs are still complete and verified.
 *
 * <p>The folder must be on one local file system, or on one whose file locks hold for all its users. Only trusted users
 * may write into it: symbolic links in the places of the store's files are refused, never followed, but a process that
 * can write into the folder can change a blob after it was verified. {@link #open} detects that,
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
    private final Leases leases;

    /** The mark of the source in the names of partial files; empty without one. */
    private final String source;

    private ContentStore(
            BlobFolder blobs,
            Quarantine quarantine,
            StoreLimits limits,
            Clock clock,
            HashEngine engine,
            Leases leases,
            String source) {
        this.source = source;
        this.blobs = blobs;
        this.quarantine = quarantine;
        this.limits = limits;
        this.clock = clock;
        this.engine = engine;
        this.leases = leases;
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
     * @param folder created where it is missing. On POSIX systems it must be readable for its names to be made durable,
     *     and so must its parent if the folder is created. The parent of an existing folder need not be; then the
     *     caller makes the folder's own name durable, as it always does for the folders above
     * @param limits which partial downloads are kept
     * @param clock the present time, for the age of partial files
     * @throws IOException if the folder cannot be used
     */
    public static ContentStore of(Path folder, StoreLimits limits, Clock clock) throws IOException {
        Objects.requireNonNull(folder, "folder");
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(clock, "clock");
        Folders.createAll(folder);
        // A link to the folder is the caller's choice; links inside it are refused.
        Path real = folder.toRealPath();
        BlobFolder blobs = new BlobFolder(Folders.create(real, "blobs"), true);
        Quarantine quarantine = new Quarantine(Folders.create(real, "quarantine"));
        ContentStore store = new ContentStore(blobs, quarantine, limits, clock, HashEngine.runtime(), new Leases(), "");
        store.cleanUp();
        return store;
    }

    /** {@return this store with the hash functions of {@code engine}} */
    public ContentStore withEngine(HashEngine engine) {
        return new ContentStore(
                blobs, quarantine, limits, clock, Objects.requireNonNull(engine, "engine"), leases, source);
    }

    /**
     * {@return this store, which {@linkplain #resume resumes} only what was written with the same source}
     *
     * <p>For content of several sources that do not trust one another. The bytes of a partial file are not verified: a
     * source that resumes another's could spoil it, or learn it. Verified blobs are the same for all sources.
     *
     * @param source a name of the source, such as the host of a registry
     */
    public ContentStore withSource(String source) {
        return new ContentStore(blobs, quarantine, limits, clock, engine, leases, Quarantine.mark(source));
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
        return new ContentStore(blobs.withFsync(fsync), quarantine, limits, clock, engine, leases, source);
    }

    /**
     * {@return a writer of a blob from its first byte, or nothing if the blob exists}
     *
     * <p>An existing blob is not read again; its size is compared.
     *
     * @param size the promised size in bytes
     * @throws VerificationException if the digest's algorithm is not supported, or the blob exists with another size
     * @throws FileSystemException if the quarantine is not writable, or the name of an existing blob cannot be made
     *     durable
     * @throws IOException if the folder cannot be read, something other than a blob is in its place, or the disk fails
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public Optional<BlobWriter> write(Digest digest, long size) throws IOException {
        return writer(digest, size, false);
    }

    /**
     * {@return a writer that resumes an earlier one at its {@link BlobWriter#offset}, or nothing if the blob exists}
     *
     * <p>Resumes the longest partial file of the same {@linkplain #withSource source} that no living writer holds,
     * whichever process left it; the offset is 0 if there is none. The bytes on disk are hashed again at full speed:
     * any digest whose state could be saved between processes is several times slower for all content, resumed or not.
     * Lists the quarantine folder, whatever it contains.
     *
     * <p>A wrong partial file is detected when the content is complete, in {@link BlobWriter#commit}; it is then
     * deleted, and the next attempt starts from the beginning. It can be wrong because a server sent other bytes, or
     * because the power failed while it was written.
     *
     * @param size the promised size in bytes; longer partial files are ignored
     * @throws VerificationException if the digest's algorithm is not supported, or the blob exists with another size
     * @throws FileSystemException if the partial file cannot be read, which deletes it, the quarantine is not writable,
     *     or the name of an existing blob cannot be made durable
     * @throws IOException if the folder cannot be read, something other than a blob is in its place, or the disk fails
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public Optional<BlobWriter> resume(Digest digest, long size) throws IOException {
        return writer(digest, size, true);
    }

    private Optional<BlobWriter> writer(Digest digest, long size, boolean resumes) throws IOException {
        ContentVerifier verifier = verifier(digest, size);
        return makeDurable(digest, size) ? Optional.empty() : Optional.of(writer(digest, size, verifier, resumes));
    }

    private BlobWriter writer(Digest digest, long size, ContentVerifier verifier, boolean resumes) throws IOException {
        Optional<Claim> partial = resumes ? quarantine.claimPartial(digest, source, size) : Optional.empty();
        return partial.isPresent()
                ? BlobWriter.resume(blobs, digest, verifier, partial.get())
                : BlobWriter.start(blobs, digest, verifier, quarantine.claim(digest, source));
    }

    /** {@return a writer that resumes an earlier one as {@link #resume} does, though the blob may exist} */
    BlobWriter again(Digest digest, long size) throws IOException {
        return writer(digest, size, verifier(digest, size), true);
    }

    /**
     * Writes a blob from a stream, unless the blob exists.
     *
     * <p>If {@code source} fails or ends too early, its bytes are kept to be {@linkplain #resume resumed}, unless they
     * are fewer than the {@link StoreLimits} require.
     *
     * @param size the promised size in bytes
     * @param source the untrusted bytes, from the first one; not closed, and not read if the blob exists. The object is
     *     trusted not to keep the arrays that it reads into, see {@link BlobWriter#writeAll}
     * @return whether the blob was written
     * @throws VerificationException if the content does not match, the digest's algorithm is not supported, or the blob
     *     exists with another size
     * @throws FileSystemException if the disk cannot store it, for example because it is full
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

    /**
     * {@return a tee: a stream that verifies and stores a blob while the caller reads it, or nothing if the blob
     * exists}
     *
     * <p>For an existing blob {@link #open} has the content.
     *
     * @param size the promised size in bytes
     * @param source the untrusted bytes, from the first one; closed with the stream, and not closed if the blob exists
     *     or this throws
     * @throws VerificationException if the digest's algorithm is not supported, or the blob exists with another size
     * @throws IOException as {@link #write} does
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public Optional<StoringInputStream> tee(Digest digest, long size, InputStream source) throws IOException {
        Objects.requireNonNull(source, "source");
        return write(digest, size).map(writer -> StoringInputStream.of(source, writer));
    }

    /**
     * Commits, and keeps only one copy if the verified content cannot be given its name; otherwise each attempt would
     * leave another whole one.
     */
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
            // While it is open, the same file is given to no one else.
            try (BlobWriter one = kept.get()) {
                Optional<BlobWriter> another = one.remaining() == 0 ? resume(digest, size) : Optional.empty();
                if (another.isPresent()) {
                    another.get().discard();
                }
            }
        }
    }

    /**
     * {@return the content of a blob, verified again while it is read; the caller closes it}
     *
     * <p>The bytes are not trustworthy before the stream has ended.
     *
     * @param size the promised size in bytes
     * @throws NoSuchFileException if there is no such blob
     * @throws VerificationException if the digest's algorithm is not supported, or the blob has another size
     * @throws IOException if the folder cannot be read, or something other than a blob, such as a link, is in its place
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public VerifyingInputStream open(Digest digest, long size) throws IOException {
        requireThere(digest, size);
        ContentVerifier verifier = verifier(digest, size);
        InputStream content = Files.newInputStream(blobs.path(digest), LinkOption.NOFOLLOW_LINKS);
        return VerifyingInputStream.of(content, verifier, ContentVerifier.DEFAULT_HOLD_BACK);
    }

    /**
     * Reads a blob, and returns only if it still matches.
     *
     * <p>Maps files of 1 MiB or more, which is about an eighth faster than reading, and safe only for files that no one
     * writes to. The address space is freed by the garbage collector; until then a deleted blob still occupies disk
     * space, and on Windows cannot be deleted.
     *
     * @param size the promised size in bytes
     * @throws NoSuchFileException if there is no such blob
     * @throws VerificationException if the blob does not match, or the digest's algorithm is not supported
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
     * {@return the file of a blob, after a check of its size only; the caller closes it}
     *
     * <p>The blob was verified when it was written; whether the disk still has that content is not checked. For callers
     * that need to seek or map, and trust the disk and everyone who can write to the folder.
     *
     * @param size the promised size in bytes
     * @throws NoSuchFileException if there is no such blob
     * @throws VerificationException if the blob has another size
     * @throws IOException if the folder cannot be read, or something other than a blob, such as a link, is in its place
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public FileChannel openUnverified(Digest digest, long size) throws IOException {
        requireThere(digest, size);
        return FileChannel.open(blobs.path(digest), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * {@return a blob to be given to readers, verified once per process, or nothing if there is none}
     *
     * <p>Notes the use for {@link #evict}, in the time of the file's last change, and keeps the blob from eviction
     * until the result is closed. The first call of a process reads the whole file, and so does the first one after the
     * file has changed, by whichever hand; others only look at its attributes. A change that leaves size and time as
     * they were is not noticed: see {@link #open}.
     *
     * @throws VerificationException if the file does not match, or the digest's algorithm is not supported; the caller
     *     {@linkplain #delete deletes} it, or repairs the folder
     * @throws IOException if the folder cannot be read, or something other than a blob, such as a link, is in its place
     */
    public Optional<VerifiedBlob> openVerified(Digest digest) throws IOException {
        Objects.requireNonNull(digest, "digest");
        if (!leases.take(digest)) {
            return Optional.empty();
        }
        VerifiedBlob opened = null;
        try {
            opened = verifiedBlob(digest);
        } finally {
            if (opened == null) {
                leases.release(digest);
            }
        }
        return Optional.ofNullable(opened);
    }

    private @Nullable VerifiedBlob verifiedBlob(Digest digest) throws IOException {
        OptionalLong size = blobs.size(digest);
        if (size.isEmpty()) {
            return null;
        }
        Path path = blobs.path(digest);
        FileChannel file;
        try {
            file = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return null; // deleted at this moment
        }
        boolean verified = false;
        try {
            leases.use(
                    digest,
                    path,
                    clock.instant(),
                    () -> VerifiedFiles.verify(file, verifier(digest, size.getAsLong())));
            verified = true;
            return new VerifiedBlob(digest, size.getAsLong(), file, leases);
        } catch (NoSuchFileException e) {
            return null;
        } finally {
            if (!verified) {
                file.close();
            }
        }
    }

    /** Notes that the writer of this process has just verified a blob. */
    void rememberVerified(Digest digest) {
        try {
            leases.use(digest, blobs.path(digest), clock.instant(), () -> {});
        } catch (IOException e) {
            // It is hashed when it is opened, then.
        }
    }

    Leases leases() {
        return leases;
    }

    Path path(Digest digest) {
        return blobs.path(digest);
    }

    /**
     * {@return the size of a blob in bytes, or nothing if it does not exist}
     *
     * @throws IOException if the folder cannot be read, or something other than a blob is in its place
     */
    public OptionalLong size(Digest digest) throws IOException {
        return blobs.size(Objects.requireNonNull(digest, "digest"));
    }

    /**
     * {@return all blobs, in no order}
     *
     * <p>Reads the attributes of every file. Files whose names are no digests are left out.
     *
     * @throws IOException if the folder cannot be read
     */
    public List<StoredBlob> list() throws IOException {
        return blobs.list();
    }

    /**
     * {@return the total size of all blobs in bytes, without partial files}
     *
     * <p>Costs as much as {@link #list}.
     *
     * @throws IOException if the folder cannot be read
     */
    public long totalBytes() throws IOException {
        return list().stream().mapToLong(StoredBlob::size).sum();
    }

    /**
     * Deletes blobs beyond the limits: those that were not used for too long, then those that were not used for the
     * longest time, until the rest fits.
     *
     * <p>Blobs that this process has {@linkplain #openVerified open}, also through another store made from this one by
     * a {@code with} method, stay. Readers in other processes can still read what they have open, on POSIX systems.
     *
     * @return the deleted blobs
     * @throws IOException if the folder cannot be read, or a blob cannot be deleted; the others are deleted all the
     *     same
     */
    public List<StoredBlob> evict(CacheLimits limits) throws IOException {
        Objects.requireNonNull(limits, "limits");
        List<StoredBlob> all = new ArrayList<>(list());
        all.sort(Comparator.comparing(StoredBlob::lastUse));
        long total = all.stream().mapToLong(StoredBlob::size).sum();
        Instant now = clock.instant();
        List<StoredBlob> evicted = new ArrayList<>();
        IOException failure = null;
        for (StoredBlob blob : all) {
            boolean isOld = Duration.between(blob.lastUse(), now).compareTo(limits.maxUnused()) > 0;
            if (!isOld && total <= limits.maxBytes()) {
                break; // what follows is younger
            }
            if (leases.beginEviction(blob.digest())) {
                try {
                    if (blobs.delete(blob.digest())) {
                        total -= blob.size();
                        evicted.add(blob);
                    }
                } catch (IOException e) {
                    if (failure == null) {
                        failure = e;
                    }
                } finally {
                    leases.endEviction(blob.digest());
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
        return List.copyOf(evicted);
    }

    /**
     * {@return whether the blob exists, and so was verified when it was written}
     *
     * @throws IOException if the folder cannot be read, or something other than a blob is in its place
     */
    public boolean contains(Digest digest) throws IOException {
        return blobs.size(Objects.requireNonNull(digest, "digest")).isPresent();
    }

    /**
     * Makes an existing blob durable, as far as this user may.
     *
     * <p>For callers about to rely on a blob that another process wrote, which may not have made its name durable yet,
     * or may run without fsync. {@link #write} and {@link #resume} do this for existing blobs. Does nothing in a store
     * without {@linkplain #withFsync fsync}.
     *
     * @param size the promised size in bytes
     * @return whether the blob exists
     * @throws VerificationException if the blob exists with another size
     * @throws FileSystemException if its name cannot be made durable
     * @throws IOException if the folder cannot be read, something other than a blob is in its place, or the disk fails
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public boolean makeDurable(Digest digest, long size) throws IOException {
        if (!isThere(digest, size)) {
            return false;
        }
        return blobs.settle(digest);
    }

    /**
     * Deletes a blob. On POSIX systems, readers that have it open can still read it. Partial files stay. An interrupt
     * does not prevent the deletion, and the interrupt status stays set.
     *
     * @return whether it existed
     * @throws IOException if it cannot be deleted, or the deletion cannot be made durable
     */
    public boolean delete(Digest digest) throws IOException {
        return blobs.delete(Objects.requireNonNull(digest, "digest"));
    }

    /**
     * Turns the files that dead processes left in quarantine into partial files, and deletes those beyond the limits.
     *
     * <p>Runs at every start. Long-running processes, and those that share the folder with processes that may die, call
     * it from time to time. Does not touch files of living writers, including this process's open writers, nor files
     * that this user may not change.
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
