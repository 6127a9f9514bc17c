package dev.tallyclerk.trust.tuf.internal.client;

import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import java.io.IOException;
import java.util.Optional;

/** A read-only view of a store, which need not be writable. */
final class ReadStore implements MetadataStore {
    private final MetadataStore store;

    ReadStore(MetadataStore store) {
        this.store = store;
    }

    @Override
    public Optional<byte[]> load(StoredName name, int maxBytes) throws IOException {
        return store.load(name, maxBytes);
    }

    @Override
    public void store(StoredName name, byte[] metadata) throws IOException {
        throw new IOException("an offline client stores nothing");
    }

    @Override
    public void remove(StoredName name) throws IOException {
        throw new IOException("an offline client removes nothing");
    }

    @Override
    public Claim claim() throws IOException {
        return store.claimToRead();
    }
}
