package dev.tallyclerk.trust.tuf.internal.client;

import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import java.io.IOException;
import java.util.Optional;

/** A store that is only read, and need not be one that can be written. */
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
        throw new IOException("nothing is stored while a client is offline");
    }

    @Override
    public void remove(StoredName name) throws IOException {
        throw new IOException("nothing is removed while a client is offline");
    }

    @Override
    public Claim claim() throws IOException {
        return store.claimToRead();
    }
}
