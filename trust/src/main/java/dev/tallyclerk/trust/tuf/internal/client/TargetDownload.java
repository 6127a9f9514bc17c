package dev.tallyclerk.trust.tuf.internal.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.file.DurableNames;
import dev.tallyclerk.internal.file.UnfinishedFile;
import dev.tallyclerk.internal.stream.SomeBytes;
import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.trust.fetch.TargetFetcher;
import dev.tallyclerk.trust.tuf.internal.read.MetadataRole;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerifiedFiles;
import dev.tallyclerk.verify.VerifyingInputStream;
import dev.tallyclerk.verify.store.BlobWriter;
import dev.tallyclerk.verify.store.ContentStore;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Fetches and keeps target files (TUF 5.7). Immutable. */
public final class TargetDownload {
    private static final String STEP = "5.7.3";
    private static final int SLICE = 64 * 1024;

    /**
     * Of every target, because a name with the target's in it can be too long for a file. It is not that of a metadata
     * store, which takes away what has its own: a target may be downloaded into its folder.
     */
    private static final String UNFINISHED_PREFIX = ".download-";

    private final TargetFetcher fetcher;
    private final boolean consistentSnapshot;

    /** Looked through for leftovers: once each, because a folder may hold many thousand targets. */
    private final Set<Path> swept = ConcurrentHashMap.newKeySet();

    /** Tried once for each folder, before its first change. */
    private final Map<Path, DurableNames> names = new ConcurrentHashMap<>();

    public TargetDownload(TargetFetcher fetcher, boolean consistentSnapshot) {
        this.fetcher = fetcher;
        this.consistentSnapshot = consistentSnapshot;
    }

    /** A failure of the repository, to be told from one of the disk. */
    private static final class SourceException extends IOException {
        private static final long serialVersionUID = 1L;

        private final IOException failure;

        SourceException(IOException failure) {
            super(failure.getMessage(), failure);
            this.failure = failure;
        }
    }

    public VerifyingInputStream open(TargetInfo target) throws TufException {
        ContentVerifier verifier = verifier(target);
        return VerifyingInputStream.of(source(target), verifier, ContentVerifier.DEFAULT_HOLD_BACK);
    }

    /** {@return whether the file was fetched, and not there already} */
    public boolean toFile(TargetInfo target, Path file) throws TufException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IllegalArgumentException("the root of a file system cannot be a target's file");
        }
        if (isThere(target, file)) {
            // Who has put it there may not have come to that yet.
            if (Files.isWritable(folder)) {
                makeNameDurable(target, folder, names(target, folder));
            }
            return false;
        }
        DurableNames before = names(target, folder);
        fetch(target, file, folder);
        makeNameDurable(target, folder, before);
        return true;
    }

    private DurableNames names(TargetInfo target, Path folder) throws TufException {
        Path key = folder.normalize();
        DurableNames known = names.get(key);
        if (known == null) {
            try {
                known = DurableNames.of(folder);
            } catch (IOException e) {
                throw failure(target, e);
            }
            names.put(key, known);
        }
        return known;
    }

    private void fetch(TargetInfo target, Path file, Path folder) throws TufException {
        try (InputStream content = open(target)) {
            if (swept.add(folder.normalize())) {
                UnfinishedFile.removeLeftovers(folder, UNFINISHED_PREFIX);
            }
            try (UnfinishedFile unfinished = UnfinishedFile.create(folder, UNFINISHED_PREFIX)) {
                content.transferTo(Channels.newOutputStream(unfinished.channel()));
                // Before the rename: else a crash could leave the new name on an empty file.
                unfinished.channel().force(true);
                // Not closed before: without its lock it would be taken for a leftover.
                Files.move(
                        unfinished.path(), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw failure(target, e);
        }
    }

    static void makeNameDurable(TargetInfo target, Path folder, DurableNames known) throws TufException {
        try {
            known.sync(folder);
        } catch (IOException e) {
            throw failure(
                    Reason.STORE_FAILED,
                    target,
                    Quoted.quote(target.path())
                            + " is verified and there, but a power failure may take its name away; download it again"
                            + " to try once more to make that durable",
                    e);
        }
    }

    /** {@return whether the blob was fetched, and not there already} */
    public boolean toStore(TargetInfo target, ContentStore store) throws TufException {
        Digest digest = digests(target).get(0);
        try {
            if (store.contains(digest)) {
                verifyStored(target, store, digest);
                // Who has put it there may not have come to that; or it was deleted meanwhile.
                if (store.makeDurable(digest, target.length())) {
                    return false;
                }
            }
            try (InputStream source = source(target)) {
                Optional<BlobWriter> absent = store.write(digest, target.length());
                if (absent.isEmpty()) {
                    // Somebody else has committed it since.
                    verifyStored(target, store, digest);
                    return false;
                }
                fill(absent.get(), source, target, store);
                return true;
            }
        } catch (IOException e) {
            throw failure(target, e);
        }
    }

    private static void fill(BlobWriter blob, InputStream source, TargetInfo target, ContentStore store)
            throws IOException {
        try (blob) {
            try {
                transfer(source, blob, target);
                // Else commit would keep it, for the rest to come later.
                ContentVerifier.requireSize(blob.digest(), target.length(), blob.offset());
            } catch (IOException | RuntimeException e) {
                blob.discard();
                throw e;
            }
            commit(blob, target, store);
        }
    }

    /**
     * Keeps nothing verified that cannot be given its name: nobody resumes it, and each attempt would leave another.
     */
    private static void commit(BlobWriter blob, TargetInfo target, ContentStore store) throws IOException {
        try {
            blob.commit();
        } catch (VerificationException e) {
            throw e;
        } catch (IOException e) {
            try {
                discardVerified(blob.digest(), target.length(), store);
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    /** What is not whole is somebody else's, who goes on with it. */
    private static void discardVerified(Digest digest, long length, ContentStore store) throws IOException {
        Optional<BlobWriter> kept = store.resume(digest, length);
        if (kept.isPresent()) {
            try (BlobWriter writer = kept.get()) {
                if (writer.remaining() == 0) {
                    writer.discard();
                }
            }
        }
    }

    /** Checks the other hashes; the writer checks the length and the one that names the blob. */
    private static void transfer(InputStream source, BlobWriter blob, TargetInfo target) throws IOException {
        List<Digest> others = target.digests().subList(1, target.digests().size());
        ContentVerifier verifier = others.isEmpty() ? null : ContentVerifier.of(others, target.length());
        byte[] slice = new byte[SLICE];
        int read = 0;
        while (read >= 0) {
            blob.write(slice, 0, read);
            if (verifier != null) {
                verifier.update(slice, 0, read);
            }
            // At most one surplus byte is asked for: an endless body is not worth reading to be refused.
            read = source.read(slice, 0, (int) Math.min(slice.length - 1, blob.remaining()) + 1);
        }
        if (verifier != null) {
            verifier.finish();
        }
    }

    /** A blob was verified when it was written, but by the hash that names it only. It is others' too, and stays. */
    private static void verifyStored(TargetInfo target, ContentStore store, Digest digest) throws IOException {
        try (FileChannel blob = store.openUnverified(digest, target.length())) {
            VerifiedFiles.verify(blob, ContentVerifier.of(target.digests(), target.length()));
        } catch (VerificationException e) {
            requireWhole(store, digest, e);
            throw e;
        }
    }

    /** What a disk has lost must not be taken for what metadata lists wrongly. */
    private static void requireWhole(ContentStore store, Digest digest, VerificationException why) throws IOException {
        try {
            store.verify(digest, why.actualSize());
        } catch (VerificationException e) {
            throw new IOException(
                    "the content store's blob " + digest + " is damaged; delete it there, and download it again", e);
        }
    }

    /** The artifact cache: what is there is used if it still is what metadata lists. */
    private static boolean isThere(TargetInfo target, Path file) throws TufException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (FileChannel content = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            VerifiedFiles.verify(content, verifier(target));
        } catch (VerificationException e) {
            return false;
        } catch (IOException e) {
            throw failure(target, e);
        }
        return true;
    }

    private InputStream source(TargetInfo target) throws TufException {
        for (String name : names(target)) {
            Optional<InputStream> found;
            try {
                found = fetcher.open(name);
            } catch (IOException e) {
                throw failure(target, new SourceException(e));
            }
            if (found.isPresent()) {
                return telling(found.get());
            }
        }
        throw refusal(
                Reason.NOT_AVAILABLE, target, "the repository does not have it; check the address of its targets");
    }

    /** TUF 6.2: any listed hash may be in the name; a repository need not have the file under all of them. */
    private List<String> names(TargetInfo target) throws TufException {
        List<Digest> digests = digests(target);
        if (!consistentSnapshot) {
            return List.of(target.path());
        }
        int name = target.path().lastIndexOf('/') + 1;
        return digests.stream()
                .map(digest -> target.path().substring(0, name) + digest.encoded() + "."
                        + target.path().substring(name))
                .toList();
    }

    private static InputStream telling(InputStream source) {
        return new FilterInputStream(source) {
            @Override
            public int read() throws IOException {
                byte[] single = new byte[1];
                return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                try {
                    return SomeBytes.read(in, buffer, offset, length);
                } catch (IOException e) {
                    throw new SourceException(e);
                }
            }
        };
    }

    private static ContentVerifier verifier(TargetInfo target) throws TufException {
        try {
            return ContentVerifier.of(digests(target), target.length());
        } catch (VerificationException e) {
            throw failure(target, e);
        }
    }

    private static List<Digest> digests(TargetInfo target) throws TufException {
        if (target.digests().isEmpty()) {
            throw refusal(
                    Reason.NO_KNOWN_HASH, target, "no listed hash is sha256, sha384 or sha512; list one of these");
        }
        return target.digests();
    }

    private static TufException refusal(Reason reason, TargetInfo target, String why) {
        return MetadataRole.named(target.role())
                .failure(reason, STEP)
                .targetPath(target.path())
                .build(Quoted.quote(target.path()) + ": " + why);
    }

    private static TufException failure(Reason reason, TargetInfo target, String what, IOException cause) {
        return IoFailures.builder(reason, MetadataRole.named(target.role()), STEP, cause)
                .targetPath(target.path())
                .build(IoFailures.problem(what, cause));
    }

    public static TufException failure(TargetInfo target, IOException e) {
        String what = Quoted.quote(target.path());
        if (e instanceof VerificationException wrong) {
            return mismatch(target, what, wrong);
        }
        if (e instanceof PlainFile.UnsafePathException) {
            return failure(Reason.UNSAFE_PATH, target, what + " cannot be a file's path", e);
        }
        return e instanceof SourceException source
                ? failure(Reason.FETCH_FAILED, target, "cannot fetch " + what, source.failure)
                : failure(Reason.STORE_FAILED, target, "cannot keep " + what, e);
    }

    private static TufException mismatch(TargetInfo target, String what, VerificationException wrong) {
        Reason reason = switch (wrong.reason()) {
            case TOO_LONG, TOO_SHORT -> Reason.LENGTH_MISMATCH;
            case DIGEST_MISMATCH -> Reason.HASH_MISMATCH;
            case UNSUPPORTED_ALGORITHM -> Reason.NO_KNOWN_HASH;
        };
        TufException.Builder builder = IoFailures.builder(reason, MetadataRole.named(target.role()), STEP, wrong)
                .targetPath(target.path());
        if (reason == Reason.LENGTH_MISMATCH) {
            builder.lengths(wrong.expectedSize(), wrong.actualSize());
        } else if (reason == Reason.HASH_MISMATCH) {
            builder.expectedDigest(wrong.expected());
            wrong.actual().ifPresent(builder::actualDigest);
        }
        return builder.build(IoFailures.problem(what, wrong));
    }
}
