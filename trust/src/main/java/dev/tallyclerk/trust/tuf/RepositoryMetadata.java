package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.tuf.internal.client.TargetDownload;
import dev.tallyclerk.trust.tuf.internal.client.TargetLookup;
import dev.tallyclerk.trust.tuf.internal.client.TargetPath;
import dev.tallyclerk.trust.tuf.internal.read.MetadataRole;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.verify.VerifyingInputStream;
import dev.tallyclerk.verify.store.ContentStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Trusted metadata of a repository: looks up targets and downloads their files.
 *
 * <p>All answers are as of one {@linkplain #start start time} (TUF 5.1). How long to rely on them is the caller's
 * decision, at most until {@link #expires}. Safe for use by several threads.
 */
public abstract sealed class RepositoryMetadata permits FreshMetadata, StaleMetadata {
    private final TargetLookup lookup;
    private final TargetDownload downloads;

    RepositoryMetadata(TargetLookup lookup, TargetDownload.Source targets) {
        this.lookup = lookup;
        this.downloads = new TargetDownload(targets, lookup.state().root().consistentSnapshot());
    }

    /**
     * Calls the function that applies.
     *
     * @param fresh called if the repository was asked, and nothing has expired
     * @param stale called if the repository was not asked, or expired files were accepted
     * @param <R> the type of the result
     * @return what the function returned
     */
    public <R> R fold(
            Function<? super FreshMetadata, ? extends R> fresh, Function<? super StaleMetadata, ? extends R> stale) {
        return this instanceof FreshMetadata now ? fresh.apply(now) : stale.apply((StaleMetadata) this);
    }

    /**
     * Searches the top-level targets and the delegated roles for a target (TUF 5.6.7). Does not look at the target
     * file.
     *
     * @param targetPath the target's path as metadata writes it
     * @return what the first role that lists the target says about it; empty if no role lists it
     * @throws TufException if none of the listed hashes can be computed here, or if a role that has to be searched
     *     first cannot be fetched, stored or trusted: then no later role may answer
     */
    public Optional<TargetInfo> target(String targetPath) throws TufException {
        return lookup.find(targetPath);
    }

    /**
     * Searches for a target that has to be listed (TUF 5.7.2).
     *
     * @param targetPath the target's path as metadata writes it
     * @return what the first role that lists the target says about it
     * @throws TufException if no role lists it, and as {@link #target}
     */
    public TargetInfo requireTarget(String targetPath) throws TufException {
        return target(targetPath)
                .orElseThrow(() -> MetadataRole.TARGETS
                        .failure(TufException.Reason.TARGET_NOT_LISTED, "5.7.2")
                        .targetPath(targetPath)
                        .build("no role lists " + Quoted.quote(targetPath)));
    }

    /**
     * Opens a target file in the repository.
     *
     * @param target what {@link #target} returned
     * @return the content, for the caller to close. It is verified against the length and all hashes while it is read
     *     (TUF 5.7.3): the stream ends only if all of them match, and throws a
     *     {@link dev.tallyclerk.verify.VerificationException} otherwise. Trust nothing that was read before the end
     * @throws TufException if the file cannot be fetched, or {@code target} has no hash that can be computed here
     * @throws IllegalStateException if {@link TufClient#withTargets} was not called
     */
    public VerifyingInputStream open(TargetInfo target) throws TufException {
        return downloads.open(target);
    }

    /**
     * Downloads a target to a file, unless the file already has the right content.
     *
     * <p>The file appears with its whole, verified content or not at all. An existing file is read and hashed; other
     * content is replaced. A symbolic link at that path is replaced, not followed. A process that is killed leaves a
     * file whose name begins with {@code .download-}; the next download into the same folder deletes it.
     *
     * @param target what {@link #target} returned
     * @param file where to, chosen by the caller and not taken from the target's path. Its folder exists; on POSIX
     *     systems it has to be readable, to make the file's name durable
     * @return whether the file was downloaded
     * @throws TufException if the content does not match {@code target}, or cannot be fetched or written; also if the
     *     file is there and verified, but its name could not be made durable: the message says so
     * @throws IllegalStateException if it has to be downloaded and {@link TufClient#withTargets} was not called
     */
    public boolean download(TargetInfo target, Path file) throws TufException {
        return downloads.toFile(target, file);
    }

    /**
     * Downloads a target into a folder, under the target's own path, like {@link #download(TargetInfo, Path)}.
     *
     * @param target what {@link #target} returned
     * @param folder created if needed, as are the folders in it. Only trusted users may write there. It must not
     *     contain the client's store or be in it: any delegated role may choose a target path, and could choose that of
     *     the trusted root
     * @return the file
     * @throws TufException if the path escapes {@code folder} on any system, goes through a symbolic link, or collides
     *     with another target's path on this system, and as {@link #download(TargetInfo, Path)}
     * @throws IllegalStateException if it has to be downloaded and {@link TufClient#withTargets} was not called
     */
    public Path downloadInto(TargetInfo target, Path folder) throws TufException {
        Path file = fileOf(target, folder);
        downloads.toFile(target, file);
        return file;
    }

    /**
     * Returns the content of a small target, such as a trusted root, from a folder that serves as its cache.
     *
     * <p>The bytes were verified as they were read, so that another program cannot change them between the check and
     * their use. A file that is missing or differs is downloaded first. Nothing is downloaded for a cached target, so
     * that this works {@linkplain TufClient#offline offline} too.
     *
     * @param target what {@link #target} returned
     * @param folder as for {@link #downloadInto}
     * @param maxBytes the largest length that is read
     * @return the content
     * @throws TufException if the target is longer than {@code maxBytes} ({@link TufException.Reason#LIMIT_EXCEEDED}),
     *     and as {@link #downloadInto}
     * @throws IllegalStateException if it has to be downloaded and {@link TufClient#withTargets} was not called
     */
    public byte[] bytes(TargetInfo target, Path folder, int maxBytes) throws TufException {
        return downloads.bytes(target, fileOf(target, folder), maxBytes);
    }

    /**
     * Maps a target to the file that {@link #downloadInto} and {@link #bytes} use for it.
     *
     * <p>The file's path below {@code folder} is the target's own path. The file need not exist; the folders above it
     * are created.
     *
     * @param target what {@link #target} returned
     * @param folder as for {@link #downloadInto}
     * @return the file
     * @throws TufException if the path escapes {@code folder} on any system, goes through a symbolic link, or collides
     *     with another target's path on this system ({@link TufException.Reason#UNSAFE_PATH}); if a folder cannot be
     *     created
     */
    public static Path fileOf(TargetInfo target, Path folder) throws TufException {
        try {
            return TargetPath.in(folder, target.path());
        } catch (IOException e) {
            throw TargetDownload.failure(target, e);
        }
    }

    /**
     * Downloads a target into a content store, as the blob with the first of its digests, unless the blob is there.
     *
     * @param target what {@link #target} returned
     * @param store the store; it keeps nothing of a failed download
     * @return whether the target was downloaded
     * @throws TufException if the content does not match {@code target}, or cannot be fetched or written
     * @throws IllegalStateException if it has to be downloaded and {@link TufClient#withTargets} was not called
     */
    public boolean download(TargetInfo target, ContentStore store) throws TufException {
        return downloads.toStore(target, store);
    }

    /** {@return the expiry of each file verified so far, by role name} */
    Map<String, Instant> expiries() {
        return lookup.state().expiries();
    }

    /** {@return the metadata verified so far, including the delegated roles that searches needed} */
    public TrustedMetadata trusted() {
        return new TrustedMetadata(lookup.state());
    }

    /** {@return the time as of which everything is answered} */
    public Instant start() {
        return lookup.start();
    }

    /** {@return when the first of the files verified so far expires; rely on nothing here after that} */
    public Instant expires() {
        return lookup.state().expires();
    }

    /** {@return whether it is fresh, and the trusted versions} */
    @Override
    public String toString() {
        return this.<String>fold(now -> "fresh: ", stale -> "not known to be fresh: ") + lookup.state();
    }
}
