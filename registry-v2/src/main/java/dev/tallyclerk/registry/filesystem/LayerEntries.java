package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.internal.record.RecordReader;
import dev.tallyclerk.registry.internal.record.RecordWriter;
import dev.tallyclerk.registry.layer.EntryVisitor;
import dev.tallyclerk.registry.layer.LayerEntry;
import dev.tallyclerk.registry.layer.LayerReader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The entries of one layer that was read to its end, without contents, in the order of its archive.
 *
 * <p>Layers are merged from the lowest up, but can be read in any order and several at a time: this is what a thread
 * that has read one hands to {@link ImageFileSystem.Builder#addLayer(LayerEntries)}. Immutable.
 */
public final class LayerEntries {
    private static final int SLOT_BYTES = 8;

    /** The global headers that come before the entry of an index. */
    private record Headers(int index, List<String> names) {}

    private final Digest diffId;
    private final List<LayerEntry> entries;
    private final List<Headers> headers;

    private LayerEntries(Digest diffId, List<LayerEntry> entries, List<Headers> headers) {
        this.diffId = diffId;
        this.entries = Collections.unmodifiableList(entries);
        this.headers = headers;
    }

    static LayerEntries read(Digest diffId, LayerReader layer, EntryBudget budget, EntryVisitor visitor)
            throws IOException {
        List<LayerEntry> entries = new ArrayList<>();
        List<Headers> headers = new ArrayList<>();
        long bytes = 0;
        boolean read = false;
        try {
            int known = 0;
            for (Optional<LayerEntry> entry = layer.next(); ; entry = layer.next()) {
                if (layer.globalHeaders().size() != known) {
                    known = layer.globalHeaders().size();
                    headers.add(new Headers(entries.size(), List.copyOf(layer.globalHeaders())));
                }
                if (entry.isEmpty()) {
                    read = true;
                    return new LayerEntries(diffId, entries, headers);
                }
                visitor.visit(entry.get(), layer);
                long needed = entry.get().memoryBytes() + SLOT_BYTES;
                bytes += needed;
                entries.add(entry.get());
                budget.take(needed);
            }
        } finally {
            if (!read) {
                budget.giveBack(entries.size(), bytes);
            }
        }
    }

    /**
     * Writes this for {@link ImageFileSystem.Builder#read(DataInput)} of the same version of the library.
     *
     * @param out receives about 100 bytes for each entry
     */
    public void writeTo(DataOutput out) throws IOException {
        RecordWriter record = new RecordWriter(out);
        record.digest(diffId);
        record.each(headers, some -> {
            record.number(some.index());
            record.each(some.names(), record::text);
        });
        record.each(entries, entry -> entry.writeTo(out));
    }

    static LayerEntries read(DataInput in, EntryBudget budget) throws IOException {
        RecordReader record = new RecordReader(in);
        Digest diffId = record.digest();
        if (diffId == null) {
            throw new IOException("the layer has no digest");
        }
        List<Headers> headers = record.each(() -> new Headers(record.number(), record.each(record::text)));
        List<LayerEntry> entries = new ArrayList<>();
        long bytes = 0;
        boolean read = false;
        try {
            int count = record.count();
            for (int i = 0; i < count; i++) {
                LayerEntry entry = i == 0 ? LayerEntry.readFrom(in) : LayerEntry.readFrom(in, entries.get(i - 1));
                long needed = entry.memoryBytes() + SLOT_BYTES;
                bytes += needed;
                entries.add(entry);
                budget.take(needed);
            }
            read = true;
            return new LayerEntries(diffId, entries, headers);
        } finally {
            if (!read) {
                budget.giveBack(entries.size(), bytes);
            }
        }
    }

    /** {@return the digest of the layer's uncompressed content, which identifies the layer} */
    public Digest diffId() {
        return diffId;
    }

    /** {@return the entries, whiteouts included} */
    public List<LayerEntry> entries() {
        return entries;
    }

    /** {@return the global headers of the archive before the entry of {@code index}} */
    List<String> globalHeaders(int index) {
        List<String> names = List.of();
        for (Headers some : headers) {
            if (some.index() <= index) {
                names = some.names();
            }
        }
        return names;
    }
}
