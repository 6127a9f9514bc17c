package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import java.io.IOException;
import java.util.Optional;

/** A store whose process is killed at the n-th change. */
class DyingStore implements MetadataStore {
    private final MetadataStore disk;
    private int changesLeft;

    DyingStore(MetadataStore disk, int changesLeft) {
        this.disk = disk;
        this.changesLeft = changesLeft;
    }

    private void change() throws IOException {
        if (changesLeft-- <= 0) {
            throw new IOException("killed");
        }
    }

    @Override
    public Optional<byte[]> load(StoredName name, int maxBytes) throws IOException {
        return disk.load(name, maxBytes);
    }

    @Override
    public void store(StoredName name, byte[] metadata) throws IOException {
        change();
        disk.store(name, metadata);
    }

    @Override
    public void remove(StoredName name) throws IOException {
        change();
        disk.remove(name);
    }

    @Override
    public Claim claim() throws IOException {
        return disk.claim();
    }
}
