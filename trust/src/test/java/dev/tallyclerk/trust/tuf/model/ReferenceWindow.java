package dev.tallyclerk.trust.tuf.model;

import dev.tallyclerk.trust.store.StoredName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The freshness window: for how long the stored timestamp stands for what the repository would say. */
final class ReferenceWindow {
    private static final StoredName NAME = new StoredName("confirmed");

    private final Duration length;
    private final Map<StoredName, byte[]> store;

    /** The start times of all refreshes: of no other time can anybody have written in the store. */
    final Set<Instant> starts = new HashSet<>();

    ReferenceWindow(Duration length, Map<StoredName, byte[]> store) {
        this.length = length;
        this.store = store;
    }

    private byte[] text(Instant start) {
        byte[] timestamp = store.getOrDefault(StoredName.TIMESTAMP, new byte[0]);
        return (start + " sha256:" + Sha256.hex(timestamp)).getBytes(StandardCharsets.UTF_8);
    }

    void opens(Instant start) {
        if (!length.isZero()) {
            store.put(NAME, text(start));
        }
    }

    boolean isOpen(Instant start) {
        starts.add(start);
        byte[] written = store.get(NAME);
        return written != null
                && starts.stream()
                        .filter(at -> !at.isAfter(start) && start.isBefore(at.plus(length)))
                        .anyMatch(at -> Arrays.equals(text(at), written));
    }
}
