package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.trust.fetch.TargetFetcher;
import dev.tallyclerk.trust.tuf.internal.client.PlainFile;
import dev.tallyclerk.trust.tuf.internal.client.TargetDownload;
import dev.tallyclerk.trust.tuf.internal.client.TargetLookup;
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
 * What a repository's signers say, and how to get what they say it about.
 *
 * <p>Everything is answered as of one {@linkplain #start start time} (TUF 5.1); how long to rely on that is for the
 * caller to say, and {@link #expires} is the latest. Safe for use by several threads.
 */
public abstract sealed class RepositoryMetadata permits FreshMetadata, StaleMetadata {
    private final TargetLookup lookup;
    private final TargetDownload downloads;

    RepositoryMetadata(TargetLookup lookup, TargetFetcher targets) {
        this.lookup = lookup;
        this.downloads = new TargetDownload(targets, lookup.state().root().consistentSnapshot());
    }

    /**
     * Calls the function that applies.
     *
     * @param fresh called if the repository was asked
     * @param stale called if it was not, or could answer with what has expired
     * @param <R> the type of the result
     * @return what the function returned
     */
    public <R> R fold(
            Function<? super FreshMetadata, ? extends R> fresh, Function<? super StaleMetadata, ? extends R> stale) {
        return this instanceof FreshMetadata now ? fresh.apply(now) : stale.apply((StaleMetadata) this);
    }

    /**
     * Searches the top-level targets and the delegated roles for a target (TUF 5.6.7). The target file itself is not
     * looked at.
     *
     * @param targetPath the target's path as metadata writes it
     * @return what the first role that lists it says, or nothing if nobody vouches for it
     * @throws TufException if none of the listed hashes can be computed here, or if a role that has to be asked first
     *     cannot be fetched, stored or trusted: then nothing behind it is an answer
     */
    public Optional<TargetInfo> target(String targetPath) throws TufException {
        return lookup.find(targetPath);
    }

    /**
     * Searches for a target that has to be listed (TUF 5.7.2).
     *
     * @param targetPath the target's path as metadata writes it
     * @return what the first role that lists it says
     * @throws TufException if nobody lists it, and as {@link #target} does
     */
    public TargetInfo requireTarget(String targetPath) throws TufException {
        return target(targetPath)
                .orElseThrow(() -> MetadataRole.TARGETS
                        .failure(TufException.Reason.TARGET_NOT_LISTED, "5.7.2")
                        .targetPath(targetPath)
                        .build("no role that may list " + Quoted.quote(targetPath) + " does"));
    }

    /**
     * Opens a target file in the repository.
     *
     * @param target what {@link #target} said
     * @return its content, checked against the length and all hashes while it is read, for the caller to close; nothing
     *     read is trustworthy before the stream has ended, which it does only if all of that holds, and it throws a
     *     {@link dev.tallyclerk.verify.VerificationException} otherwise (TUF 5.7.3)
     * @throws TufException if it cannot be had, or {@code target} has no hash that can be computed here
     * @throws IllegalStateException if {@link TufClient.Builder#targets} was not called
     */
    public VerifyingInputStream open(TargetInfo target) throws TufException {
        return downloads.open(target);
    }

    /**
     * Downloads a target to a file, unless it is there already and is what {@code target} says.
     *
     * <p>The file appears with its whole, verified content or not at all. A file of other content is replaced; one that
     * is there is read and hashed each time. Where a symbolic link is in its place, the link is replaced. A process
     * that is killed leaves a file beside it, whose name begins with {@code .download-}; the next download into the
     * same folder takes it away.
     *
     * @param target what {@link #target} said
     * @param file where to, which the caller has chosen: it does not come from the target's path; its folder exists,
     *     and on POSIX systems has to be readable for the name to be made durable
     * @return whether it was fetched
     * @throws TufException if the content is not what {@code target} says, or cannot be had or written; also if the
     *     file is verified and there, but its name could not be made durable, as the message then says
     * @throws IllegalStateException if it has to be fetched and {@link TufClient.Builder#targets} was not called
     */
    public boolean download(TargetInfo target, Path file) throws TufException {
        return downloads.toFile(target, file);
    }

    /**
     * Downloads a target into a folder, to the file that has its path there, as {@link #download(TargetInfo, Path)}
     * does.
     *
     * @param target what {@link #target} said
     * @param folder made when needed, as are the folders in it; only those who are trusted may write there. It is not
     *     that of the {@linkplain TufClient.Builder#store store}, and that is not in it: the path of a target, which
     *     any delegated role may choose, could be that of the trusted root
     * @return the file
     * @throws TufException if the path is not one below {@code folder} on every system, goes through a symbolic link,
     *     or is that of another target on this one, and as {@link #download(TargetInfo, Path)} does
     * @throws IllegalStateException if it has to be fetched and {@link TufClient.Builder#targets} was not called
     */
    public Path downloadInto(TargetInfo target, Path folder) throws TufException {
        Path file;
        try {
            file = PlainFile.in(folder, target.path());
        } catch (IOException e) {
            throw TargetDownload.failure(target, e);
        }
        downloads.toFile(target, file);
        return file;
    }

    /**
     * Downloads a target into a store, as the blob with the first of its digests, unless it is there already.
     *
     * @param target what {@link #target} said
     * @param store the store, which keeps nothing of a download that fails
     * @return whether it was fetched
     * @throws TufException if the content is not what {@code target} says, or cannot be had or written
     * @throws IllegalStateException if it has to be fetched and {@link TufClient.Builder#targets} was not called
     */
    public boolean download(TargetInfo target, ContentStore store) throws TufException {
        return downloads.toStore(target, store);
    }

    /** {@return the times of expiry of what was verified so far, by the names of the roles} */
    Map<String, Instant> expiries() {
        return lookup.state().expiries();
    }

    /** {@return the metadata that was verified so far, with the delegated roles that searches came to} */
    public TrustedMetadata trusted() {
        return new TrustedMetadata(lookup.state());
    }

    /** {@return the time that everything is answered as of} */
    public Instant start() {
        return lookup.start();
    }

    /**
     * {@return when the first of the files that were verified so far stops being valid} Nothing here should be relied
     * on after it.
     */
    public Instant expires() {
        return lookup.state().expires();
    }

    /** {@return whether it is fresh, and the versions that are trusted} */
    @Override
    public String toString() {
        return this.<String>fold(now -> "fresh: ", stale -> "not known to be fresh: ") + lookup.state();
    }
}
