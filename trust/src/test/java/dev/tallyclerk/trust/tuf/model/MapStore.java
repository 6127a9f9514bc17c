package dev.tallyclerk.trust.tuf.model;

import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A store that anybody can write, on a machine that can be switched off. */
final class MapStore implements MetadataStore {
    final Map<StoredName, byte[]> files = new HashMap<>();

    /** After so many changes the machine is off. */
    int changesLeft = Integer.MAX_VALUE;

    private void change() throws IOException {
        if (changesLeft == 0) {
            throw new IOException("switched off");
        }
        changesLeft--;
    }

    @Override
    public Optional<byte[]> load(StoredName name, int maxBytes) {
        return Optional.ofNullable(files.get(name)).filter(file -> file.length <= maxBytes);
    }

    @Override
    public void store(StoredName name, byte[] metadata) throws IOException {
        change();
        files.put(name, metadata);
    }

    @Override
    public void remove(StoredName name) throws IOException {
        change();
        files.remove(name);
    }

    @Override
    public Claim claim() {
        return () -> {};
    }
}
