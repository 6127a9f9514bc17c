package dev.tallyclerk.trust.store;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The store of one process on a {@link VersionedStore} that many processes share.
 *
 * <p>Replaces a file only if it is as this client last loaded it. Storing throws a
 * {@link VersionedStore.ConflictException} if another process has replaced the file since; a client then starts its
 * refresh again. A claim excludes other threads of this process only, and waits at most 30 seconds for them.
 */
public final class SharedStore implements MetadataStore {
    private static final int NO_CONTENT = 0;

    private final VersionedStore shared;
    private final MemoryStore threads;
    private final Map<StoredName, Long> seen = new ConcurrentHashMap<>();

    SharedStore(VersionedStore shared, Duration claimTimeout) {
        this.shared = Objects.requireNonNull(shared, "shared");
        this.threads = new MemoryStore(claimTimeout);
    }

    /** {@return the store of this process on {@code shared}} */
    public static SharedStore of(VersionedStore shared) {
        return new SharedStore(shared, MemoryStore.CLAIM_TIMEOUT);
    }

    @Override
    public Optional<byte[]> load(StoredName name, int maxBytes) throws IOException {
        VersionedStore.Entry entry = shared.load(name, maxBytes);
        seen.put(name, entry.revision());
        return entry.metadata();
    }

    @Override
    public void store(StoredName name, byte[] metadata) throws IOException {
        replace(name, metadata);
    }

    @Override
    public void remove(StoredName name) throws IOException {
        replace(name, null);
    }

    private void replace(StoredName name, byte @Nullable [] metadata) throws IOException {
        OptionalLong revision = shared.replace(name, revision(name), metadata);
        if (revision.isEmpty()) {
            throw new VersionedStore.ConflictException(name);
        }
        seen.put(name, revision.getAsLong());
    }

    private long revision(StoredName name) throws IOException {
        Long known = seen.get(name);
        return known != null ? known : shared.load(name, NO_CONTENT).revision();
    }

    @Override
    public Claim claim() throws IOException {
        Claim claim = threads.claim();
        try {
            seen.clear();
            // These may be removed without being loaded, when keys change. Newer files of other processes must stay.
            for (StoredName name : List.of(StoredName.TIMESTAMP, StoredName.SNAPSHOT)) {
                seen.put(name, shared.load(name, NO_CONTENT).revision());
            }
            return claim;
        } catch (IOException | RuntimeException e) {
            claim.close();
            throw e;
        }
    }
}
