package dev.tallyclerk.registry.verify;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.analysis.LayerResultFormat;
import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import dev.tallyclerk.registry.filesystem.ImageFileSystemException;
import dev.tallyclerk.registry.filesystem.LayerEntries;
import dev.tallyclerk.registry.internal.record.RecordReader;
import dev.tallyclerk.registry.internal.record.RecordWriter;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.LayerFormat;
import dev.tallyclerk.registry.verify.ContentResult.Failed;
import dev.tallyclerk.registry.verify.ContentResult.Unverifiable;
import dev.tallyclerk.registry.verify.ContentResult.Verified;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks at layers, to and from a store. Safe for use by several threads. */
final class StoredLooks {
    /** To be changed with every change of what is written. */
    private static final int VERSION = 2;

    private final LayerResults results;
    private final List<LayerResultFormat<Object>> formats;

    private StoredLooks(LayerResults results, List<LayerResultFormat<Object>> formats) {
        this.results = results;
        this.formats = formats;
    }

    /** {@return the looks in a store; null without one, or if an analysis has no format for it} */
    static @Nullable StoredLooks of(@Nullable LayerResults results, AnalysisPass pass) {
        return results == null
                ? null
                : pass.formats()
                        .map(formats -> new StoredLooks(results, formats))
                        .orElse(null);
    }

    /** A look depends on what the layer should decompress to as well: that says what to compare. */
    private static String key(Descriptor layer, Digest diffId) {
        return layer.digest() + " " + layer.size() + " " + LayerFormat.of(layer.mediaType()) + " "
                + LayerFormat.isDetected(layer.mediaType()) + " " + diffId;
    }

    /**
     * {@return the look at a layer, if it is known}
     *
     * @param files where the layer will be merged; null if it will not
     */
    Optional<LayerLook> find(Descriptor layer, Digest diffId, ImageFileSystem.@Nullable Builder files)
            throws IOException {
        Optional<InputStream> found = results.find(key(layer, diffId));
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(found.get()))) {
            return read(in, files);
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty(); // damaged; the layer itself says what it is
        }
    }

    private Optional<LayerLook> read(DataInputStream in, ImageFileSystem.@Nullable Builder files) throws IOException {
        RecordReader record = new RecordReader(in);
        if (record.number() != VERSION || record.number() != formats.size()) {
            return Optional.empty();
        }
        Digest asked = record.digest();
        if (asked == null) {
            return Optional.empty();
        }
        LayerJudgement judgement = new LayerJudgement(asked, record.digest(), result(record));
        AnalysisPass.LayerValues values = values(record);
        if (!record.flag() || files == null) {
            return Optional.of(new LayerLook(judgement, Optional.empty(), Optional.empty(), values));
        }
        try {
            return Optional.of(new LayerLook(judgement, Optional.of(files.read(in)), Optional.empty(), values));
        } catch (ImageFileSystemException e) {
            return Optional.of(new LayerLook(judgement, Optional.empty(), Optional.of(e), values));
        }
    }

    private static ContentResult result(RecordReader record) throws IOException {
        int kind = record.number();
        return switch (kind) {
            case 0 -> new Verified(record.large());
            case 1 -> new Failed(record.constant(ContentResult.Reason.class), record.text());
            case 2 -> new Unverifiable(record.constant(ContentResult.Reason.class), record.text());
            default -> throw new IOException("not a kind of result: " + kind);
        };
    }

    private AnalysisPass.@Nullable LayerValues values(RecordReader record) throws IOException {
        if (!record.flag()) {
            return null;
        }
        String problem = record.optionalText();
        List<Object> values = new ArrayList<>();
        for (LayerResultFormat<Object> format : formats) {
            values.add(format.read(record.in()));
        }
        return new AnalysisPass.LayerValues(values, problem);
    }

    /** Saves the look at a layer whose bytes are the promised ones, if it is the same for all images. */
    void save(Descriptor layer, LayerLook look) throws IOException {
        boolean isOpaque = LayerFormat.of(layer.mediaType()) == LayerFormat.OPAQUE;
        boolean lacksEntries = look.judgement().result().isVerified()
                && !isOpaque
                && look.entries().isEmpty();
        if (look.overLimit().isEmpty() && !lacksEntries) {
            results.save(key(layer, look.judgement().asked()), out -> write(look, out));
        }
    }

    private void write(LayerLook look, OutputStream to) throws IOException {
        DataOutputStream out = new DataOutputStream(to);
        RecordWriter record = new RecordWriter(out);
        record.number(VERSION);
        record.number(formats.size());
        record.digest(look.judgement().asked());
        record.digest(look.judgement().actual());
        write(look.judgement().result(), record);
        AnalysisPass.LayerValues values = look.values();
        record.flag(values != null);
        if (values != null) {
            record.optionalText(values.problem());
            List<Object> found = values.values() == null ? List.of() : values.values();
            for (int i = 0; i < formats.size(); i++) {
                formats.get(i).write(found.get(i), out);
            }
        }
        Optional<LayerEntries> entries = look.entries();
        record.flag(entries.isPresent());
        if (entries.isPresent()) {
            entries.get().writeTo(out);
        }
        out.flush();
    }

    private static void write(ContentResult result, RecordWriter record) throws IOException {
        if (result instanceof Verified verified) {
            record.number(0);
            record.large(verified.uncompressedSize());
        } else if (result instanceof Failed failed) {
            record.number(1);
            record.constant(failed.reason());
            record.text(failed.message());
        } else if (result instanceof Unverifiable unverifiable) {
            record.number(2);
            record.constant(unverifiable.reason());
            record.text(unverifiable.message());
        }
    }
}
