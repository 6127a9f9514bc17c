package dev.tallyclerk.command;

import dev.tallyclerk.registry.analysis.AnalyzedImage;
import dev.tallyclerk.registry.filesystem.FileChange;
import dev.tallyclerk.registry.filesystem.ImageFile;
import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import dev.tallyclerk.registry.inventory.InstalledPackage;
import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.layer.LayerEntry;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The layers of an image. The JSON:
 *
 * <pre>{@code
 * {"schema": "dev.tallyclerk.layers", "schemaVersion": 1,
 *  "image": ..., "others"?: ..., "layers": as in FilesReport,
 *  "contents": [{"layer": LAYER FROM 1, "size": BYTES OF THE BLOB, "files": NUMBER, "fileBytes": BYTES,
 *                "wastedBytes": BYTES, "packages": NUMBER, "step"?: INDEX IN THE HISTORY, "createdBy"?: TEXT}...]}
 * }</pre>
 */
final class LayersReport {
    private static final String SCHEMA = "dev.tallyclerk.layers";
    private static final int SCHEMA_VERSION = 1;

    private final ImageArgument.Opened image;
    private final List<Layer> layers = new ArrayList<>();

    /** A layer; files without directories. */
    private static final class Layer {
        private final long size;
        private final OptionalInt step;
        private final String createdBy;
        private long files;
        private long fileBytes;
        private long wastedBytes;
        private long packages;

        Layer(long size, OptionalInt step, String createdBy) {
            this.size = size;
            this.step = step;
            this.createdBy = createdBy;
        }

        void add(LayerEntry entry, boolean isWasted) {
            files++;
            fileBytes += entry.size();
            wastedBytes += isWasted ? entry.size() : 0;
        }
    }

    LayersReport(ImageArgument.Opened image, ImageVerification verified, Inventory inventory) {
        this.image = image;
        AnalyzedImage known = new AnalyzedImage(image.manifest(), Optional.of(image.config()), Optional.empty());
        for (int i = 0; i < image.manifest().layers().size(); i++) {
            OptionalInt step = known.historyOf(i);
            String createdBy = step.isPresent()
                    ? image.config().history().get(step.getAsInt()).createdBy()
                    : "";
            layers.add(new Layer(image.manifest().layers().get(i).size(), step, createdBy));
        }
        verified.files().ifPresent(this::addFiles);
        for (InstalledPackage each : inventory.packages()) {
            layers.get(each.layer().index()).packages++;
        }
    }

    private void addFiles(ImageFileSystem files) {
        Stream.concat(
                        files.walk().map(ImageFile::path),
                        files.deleted().stream().map(FileChange::path))
                .distinct()
                .forEach(path -> addVersions(files.history(path)));
    }

    private void addVersions(List<FileChange> history) {
        for (int i = 0; i < history.size(); i++) {
            FileChange change = history.get(i);
            boolean isWasted = i < history.size() - 1;
            if (change.kind() != FileChange.Kind.DELETED) {
                change.entry()
                        .filter(entry -> entry.type() != LayerEntry.Type.DIRECTORY)
                        .ifPresent(entry -> layers.get(change.layer().index()).add(entry, isWasted));
            }
        }
    }

    void writeText(PrintStream out) {
        String format = "%5s  %10s  %7s  %10s  %10s  %8s  %s%n";
        out.print(row(format, "LAYER", "SIZE", "FILES", "CONTENT", "WASTED", "PACKAGES", "STEP"));
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            out.print(row(
                    format,
                    String.valueOf(i + 1),
                    Sizes.of(layer.size),
                    String.valueOf(layer.files),
                    Sizes.of(layer.fileBytes),
                    Sizes.of(layer.wastedBytes),
                    String.valueOf(layer.packages),
                    Quoted.printable(layer.createdBy.strip())));
        }
        long wasted = layers.stream().mapToLong(layer -> layer.wastedBytes).sum();
        long all = layers.stream().mapToLong(layer -> layer.fileBytes).sum();
        out.println("wasted: " + Sizes.of(wasted) + " of " + Sizes.of(all));
    }

    private static String row(String format, String... columns) {
        return String.format(Locale.ROOT, format, (Object[]) columns);
    }

    void writeJson(PrintStream out) throws IOException {
        JsonOutput json = new JsonOutput(out);
        json.beginObject().member("schema", SCHEMA).member("schemaVersion", SCHEMA_VERSION);
        FilesReport.writeImage(image.verification(), json);
        json.name("contents").beginArray();
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            json.beginObject().member("layer", i + 1L).member("size", layer.size);
            json.member("files", layer.files).member("fileBytes", layer.fileBytes);
            json.member("wastedBytes", layer.wastedBytes).member("packages", layer.packages);
            if (layer.step.isPresent()) {
                json.member("step", layer.step.getAsInt()).member("createdBy", layer.createdBy);
            }
            json.endObject();
        }
        json.endArray().endObject().finish();
    }
}
