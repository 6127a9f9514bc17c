package dev.tallyclerk.trust.tuf.internal.client;

import dev.tallyclerk.trust.fetch.BodyTooLargeException;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.store.VersionedStore;
import dev.tallyclerk.trust.tuf.internal.read.MetadataRole;
import dev.tallyclerk.trust.tuf.metadata.MetaFile;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

/** The files of a repository and a store. Every failure is a {@link TufException}. Immutable. */
public final class MetadataFiles {
    private static final MetadataFetcher OFFLINE = (fileName, maxBytes) -> {
        throw new IOException("the client is offline, and the store does not have the file");
    };

    private final MetadataFetcher fetcher;
    private final MetadataStore store;
    private final TufLimits limits;

    public MetadataFiles(MetadataFetcher fetcher, MetadataStore store, TufLimits limits) {
        this.fetcher = fetcher;
        this.store = store;
        this.limits = limits;
    }

    /** {@return a file from the repository that trusted metadata lists} */
    byte[] fetchListed(MetadataRole role, MetaFile listed, boolean consistentSnapshot) throws TufException {
        int limit = role.maxBytes(limits);
        long length = listed.length().orElse(limit);
        if (length > limit) {
            throw role.tooLarge(role.steps().download(), limit, null);
        }
        return require(role, role.fileName(consistentSnapshot, listed.version()), (int) length);
    }

    byte[] require(MetadataRole role, String fileName, int maxBytes) throws TufException {
        return fetch(role, fileName, maxBytes)
                .orElseThrow(() -> role.failure(
                                Reason.NOT_AVAILABLE, role.steps().download())
                        .build("the repository has no " + shown(role, fileName) + "; check the repository's address"));
    }

    Optional<byte[]> fetch(MetadataRole role, String fileName, int maxBytes) throws TufException {
        String step = role.steps().download();
        Optional<byte[]> file;
        try {
            file = Objects.requireNonNull(fetcher.fetch(fileName, maxBytes), "the fetcher gave no answer");
        } catch (BodyTooLargeException e) {
            throw role.tooLarge(step, maxBytes, e);
        } catch (IOException e) {
            throw IoFailures.of(Reason.FETCH_FAILED, role, step, "cannot fetch " + shown(role, fileName), e);
        }
        // An embedder's fetcher may ignore the limit.
        if (file.isPresent() && file.get().length > maxBytes) {
            throw role.tooLarge(step, maxBytes, null);
        }
        return file;
    }

    /** A delegated role's name is untrusted text of any length, and the message already contains it. */
    private static String shown(MetadataRole role, String fileName) {
        return role.isDelegated() ? "file of this role" : fileName;
    }

    Optional<byte[]> load(MetadataRole role) throws TufException {
        return load(role, storedName(role));
    }

    Optional<byte[]> load(MetadataRole role, StoredName name) throws TufException {
        return load(role, name, role.maxBytes(limits));
    }

    Optional<byte[]> load(MetadataRole role, StoredName name, int maxBytes) throws TufException {
        try {
            return Objects.requireNonNull(store.load(name, maxBytes), "the store gave no answer");
        } catch (IOException e) {
            throw IoFailures.of(Reason.STORE_FAILED, role, role.steps().store(), "cannot read the metadata store", e);
        }
    }

    /** {@return the name under which a store keeps the role's file} */
    static StoredName storedName(MetadataRole role) {
        return role.isDelegated() ? StoredName.delegated(role.name()) : new StoredName(role.listedName());
    }

    void store(MetadataRole role, byte[] file) throws TufException {
        store(role, storedName(role), file);
    }

    void store(MetadataRole role, StoredName name, byte[] file) throws TufException {
        try {
            store.store(name, file);
        } catch (IOException e) {
            throw cannotWrite(role, role.steps().store(), e);
        }
    }

    void remove(MetadataRole role, String step) throws TufException {
        try {
            store.remove(storedName(role));
        } catch (IOException e) {
            throw cannotWrite(role, step, e);
        }
    }

    /** {@return the stored files, without any request or change} */
    MetadataFiles offline() {
        return new MetadataFiles(OFFLINE, new ReadStore(store), limits);
    }

    MetadataStore.Claim claim(MetadataRole role, String step) throws TufException {
        try {
            return Objects.requireNonNull(store.claim(), "the store gave no claim");
        } catch (IOException e) {
            throw IoFailures.of(Reason.STORE_FAILED, role, step, "cannot use the metadata store", e);
        }
    }

    /** {@return whether another process was faster, so that starting again helps} */
    static boolean isConflict(TufException e) {
        return e.getCause() instanceof VersionedStore.ConflictException;
    }

    /** {@return the failure that makes a refresh start again, because another process has replaced a file} */
    static TufException conflict(MetadataRole role, String step, StoredName replaced) {
        return cannotWrite(role, step, new VersionedStore.ConflictException(replaced));
    }

    static TufException cannotWrite(MetadataRole role, String step, IOException cause) {
        return IoFailures.of(Reason.STORE_FAILED, role, step, "cannot write the metadata store", cause);
    }
}
