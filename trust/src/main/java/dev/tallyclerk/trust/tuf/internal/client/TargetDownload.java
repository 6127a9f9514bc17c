package dev.tallyclerk.trust.tuf.internal.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.HashEngine;
import dev.tallyclerk.internal.file.DurableNames;
import dev.tallyclerk.internal.file.UnfinishedFile;
import dev.tallyclerk.internal.stream.SomeBytes;
import dev.tallyclerk.text.Quoted;
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

/** Downloads target files (TUF 5.7). Safe for use by several threads. */
public final class TargetDownload {
    private static final String STEP = "5.7.3";
    private static final int SLICE = 64 * 1024;

    /**
     * Without the target's name, which would make the file name too long. Not the prefix of a metadata store, which
     * deletes files with its own prefix: a target may be downloaded into the store's folder.
     */
    private static final String UNFINISHED_PREFIX = ".download-";

    private final TargetFetcher fetcher;
    private final HashEngine hashes;
    private final boolean prefixed;

    /** The folders already searched for leftovers: only once, because a folder may contain many thousand targets. */
    private final Set<Path> swept = ConcurrentHashMap.newKeySet();

    /** By folder. Determined once, before the first change of a folder. */
    private final Map<Path, DurableNames> names = new ConcurrentHashMap<>();

    public TargetDownload(Source source, boolean consistentSnapshot) {
        this.fetcher = source.fetcher();
        this.hashes = source.hashes();
        this.prefixed = consistentSnapshot && source.prefixed();
    }

    /**
     * Where the target files of a repository come from.
     *
     * @param fetcher fetches them
     * @param prefixed whether their names have a hash before them if the repository has consistent snapshots
     * @param hashes computes their hashes
     */
    public record Source(TargetFetcher fetcher, boolean prefixed, HashEngine hashes) {
        public Source withFetcher(TargetFetcher fetcher) {
            return new Source(fetcher, prefixed, hashes);
        }

        public Source withPrefixed(boolean prefixed) {
            return new Source(fetcher, prefixed, hashes);
        }

        public Source withHashes(HashEngine hashes) {
            return new Source(fetcher, prefixed, hashes);
        }
    }

    /** A failure of the repository, as opposed to one of the disk. */
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

    /** {@return whether the file was downloaded, because it was not there} */
    public boolean toFile(TargetInfo target, Path file) throws TufException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IllegalArgumentException("the root of a file system cannot be the file of a target");
        }
        if (isThere(target, file)) {
            // Another process may have been killed before it did this.
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

    /** {@return the bytes of a file, downloaded if it is not there, and verified as they were read} */
    public byte[] bytes(TargetInfo target, Path file, int maxBytes) throws TufException {
        if (target.length() > maxBytes) {
            throw MetadataRole.named(target.role())
                    .failure(Reason.LIMIT_EXCEEDED, STEP)
                    .targetPath(target.path())
                    .limit(maxBytes)
                    .build(Quoted.quote(target.path()) + " has " + target.length() + " bytes, more than the " + maxBytes
                            + " that the caller allows; open it as a stream");
        }
        Optional<byte[]> cached = read(target, file);
        if (cached.isEmpty()) {
            toFile(target, file);
            cached = read(target, file);
        }
        return cached.orElseThrow(
                () -> failure(target, new IOException("another program changes " + file.getFileName() + " meanwhile")));
    }

    private Optional<byte[]> read(TargetInfo target, Path file) throws TufException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        ContentVerifier verifier = verifier(target);
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes((int) Math.min(target.length() + 1, Integer.MAX_VALUE));
            verifier.update(bytes, 0, bytes.length);
            verifier.finish();
            return Optional.of(bytes);
        } catch (VerificationException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failure(target, e);
        }
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
                // Before the rename: otherwise a crash could leave the new name on an empty file.
                unfinished.channel().force(true);
                // Not closed yet: without its lock it would count as a leftover.
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
                            + " is verified and there, but a power failure may remove its name; download it again to"
                            + " make the name durable",
                    e);
        }
    }

    /** {@return whether the blob was downloaded, because it was not there} */
    public boolean toStore(TargetInfo target, ContentStore given) throws TufException {
        ContentStore store = given.withEngine(hashes);
        Digest digest = digests(target).get(0);
        try {
            if (store.contains(digest)) {
                verifyStored(target, store, digest);
                // Another process may have been killed before it did this, or may have deleted the blob meanwhile.
                if (store.makeDurable(digest, target.length())) {
                    return false;
                }
            }
            try (InputStream source = source(target)) {
                Optional<BlobWriter> absent = store.write(digest, target.length());
                if (absent.isEmpty()) {
                    // Another process has committed it meanwhile.
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

    private void fill(BlobWriter blob, InputStream source, TargetInfo target, ContentStore store) throws IOException {
        try (blob) {
            try {
                transfer(source, blob, target);
                // Otherwise commit would keep a short blob, to be resumed.
                ContentVerifier.requireSize(blob.digest(), target.length(), blob.offset());
            } catch (IOException | RuntimeException e) {
                blob.discard();
                throw e;
            }
            commit(blob, target, store);
        }
    }

    /** Deletes a verified blob that cannot be renamed: nothing resumes it, and each attempt would leave another one. */
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

    /** An incomplete blob belongs to another process, which resumes it. */
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

    /** Checks the other hashes; the writer checks the length and the hash that names the blob. */
    private void transfer(InputStream source, BlobWriter blob, TargetInfo target) throws IOException {
        List<Digest> others = target.digests().subList(1, target.digests().size());
        ContentVerifier verifier = others.isEmpty() ? null : ContentVerifier.of(others, target.length(), hashes);
        byte[] slice = new byte[SLICE];
        int read = 0;
        while (read >= 0) {
            blob.write(slice, 0, read);
            if (verifier != null) {
                verifier.update(slice, 0, read);
            }
            // Reads at most one surplus byte, so that an endless body is refused.
            read = source.read(slice, 0, (int) Math.min(slice.length - 1, blob.remaining()) + 1);
        }
        if (verifier != null) {
            verifier.finish();
        }
    }

    /** A stored blob was verified by the hash that names it only. It belongs to others too, so it is never deleted. */
    private void verifyStored(TargetInfo target, ContentStore store, Digest digest) throws IOException {
        try (FileChannel blob = store.openUnverified(digest, target.length())) {
            VerifiedFiles.verify(blob, ContentVerifier.of(target.digests(), target.length(), hashes));
        } catch (VerificationException e) {
            requireWhole(store, digest, e);
            throw e;
        }
    }

    /** Tells a blob that the disk has damaged from a wrong listing in the metadata. */
    private static void requireWhole(ContentStore store, Digest digest, VerificationException why) throws IOException {
        try {
            store.verify(digest, why.actualSize());
        } catch (VerificationException e) {
            throw new IOException(
                    "the blob " + digest + " in the content store is damaged; delete it and download it again", e);
        }
    }

    /** {@return whether the file already has the content that metadata lists} */
    private boolean isThere(TargetInfo target, Path file) throws TufException {
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
                Reason.NOT_AVAILABLE, target, "the repository does not have it; check the address of its target files");
    }

    /** TUF 6.2: the name may contain any listed hash; a repository need not have the file under all of them. */
    private List<String> names(TargetInfo target) throws TufException {
        List<Digest> digests = digests(target);
        if (!prefixed) {
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

    private ContentVerifier verifier(TargetInfo target) throws TufException {
        try {
            return ContentVerifier.of(digests(target), target.length(), hashes);
        } catch (VerificationException e) {
            throw failure(target, e);
        }
    }

    private static List<Digest> digests(TargetInfo target) throws TufException {
        if (target.digests().isEmpty()) {
            throw refusal(
                    Reason.NO_KNOWN_HASH,
                    target,
                    "is listed without a hash that can be computed here, or with a malformed one; the repository has to list sha256 or sha512");
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
        if (e instanceof TargetPath.UnsafePathException) {
            return failure(Reason.UNSAFE_PATH, target, what + " is not a safe file path", e);
        }
        return e instanceof SourceException source
                ? failure(Reason.FETCH_FAILED, target, "cannot fetch " + what, source.failure)
                : failure(Reason.STORE_FAILED, target, "cannot write " + what, e);
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
