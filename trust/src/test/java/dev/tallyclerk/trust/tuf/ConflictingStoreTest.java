package dev.tallyclerk.trust.tuf;

import static dev.tallyclerk.trust.tuf.TufAssertions.refuses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.store.VersionedStore;
import dev.tallyclerk.trust.tuf.TufException.Reason;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A store that other processes write to as well. */
class ConflictingStoreTest {
    private final TestRepository repository = new TestRepository();
    private final Busy store = new Busy();

    /** Another process is faster, a number of times, at one file. */
    private static final class Busy implements MetadataStore {
        private final MetadataStore shared = MetadataStore.inMemory();
        private StoredName contested = StoredName.TIMESTAMP;
        private int conflicts;
        private int claims;

        @Override
        public Optional<byte[]> load(StoredName name, int maxBytes) throws IOException {
            return shared.load(name, maxBytes);
        }

        @Override
        public void store(StoredName name, byte[] metadata) throws IOException {
            if (name.equals(contested) && conflicts > 0) {
                conflicts--;
                throw new VersionedStore.ConflictException(name);
            }
            shared.store(name, metadata);
        }

        @Override
        public void remove(StoredName name) throws IOException {
            shared.remove(name);
        }

        @Override
        public Claim claim() throws IOException {
            claims++;
            return shared.claim();
        }
    }

    private TufClient client(int attempts) {
        return repository
                .builder(store)
                .limits(TufLimits.defaults().withStoreAttempts(attempts))
                .build();
    }

    @Test
    void aRefreshStartsAgainWhenAnotherProcessWasFaster() throws TufException {
        store.conflicts = 2;
        client(3).refresh();
        assertEquals(3, store.claims);
    }

    @Test
    void aRefreshGivesUpAfterTheAllowedStarts() {
        store.conflicts = 2;
        TufException e = refuses(Reason.STORE_FAILED, "timestamp", "5.4.5", client(2)::refresh);
        assertTrue(e.getCause() instanceof VersionedStore.ConflictException);
        assertEquals(2, store.claims);
    }

    @Test
    void whatAnotherProcessStoredOfADelegatedRoleIsAsGood() throws TufException {
        repository.delegate("targets", "role", "*");
        repository.addTarget("role", "file", new byte[] {1});
        repository.publish();
        store.contested = StoredName.delegated("role");
        store.conflicts = 1;
        assertTrue(client(1).refresh().target("file").isPresent());
    }

    /** Two clients of one store, of which the one that has refreshed first searches last. */
    @Test
    void aRoleOfAnOlderSnapshotDoesNotReplaceTheOneOfANewer() throws TufException {
        repository.delegate("targets", "role", "*");
        repository.addTarget("role", "old", new byte[] {1});
        repository.publish();
        FreshMetadata older = client(1).refresh();
        Map<String, byte[]> before = Map.copyOf(repository.files);
        repository.addTarget("role", "new", new byte[] {2});
        repository.targetsOf("role").put("version", 2L);
        repository.publish();
        FreshMetadata newer = client(1).refresh();
        assertTrue(newer.target("new").isPresent());
        repository.files.putAll(before);
        assertTrue(older.target("old").isPresent());
        assertTrue(client(1).offline().target("new").isPresent());
    }

    @Test
    void aDelegatedRoleThatCannotBeStoredIsAReason() throws TufException {
        repository.delegate("targets", "role", "*");
        repository.publish();
        MetadataStore memory = MetadataStore.inMemory();
        MetadataStore full = new MetadataStore() {
            @Override
            public Optional<byte[]> load(StoredName name, int maxBytes) throws IOException {
                return memory.load(name, maxBytes);
            }

            @Override
            public void store(StoredName name, byte[] metadata) throws IOException {
                if (name.equals(StoredName.delegated("role"))) {
                    throw new IOException("no space left");
                }
                memory.store(name, metadata);
            }

            @Override
            public void remove(StoredName name) {}

            @Override
            public Claim claim() {
                return () -> {};
            }
        };
        FreshMetadata metadata = repository.client(full).refresh();
        refuses(Reason.STORE_FAILED, "role", "5.6.6", () -> metadata.target("file"));
    }
}
