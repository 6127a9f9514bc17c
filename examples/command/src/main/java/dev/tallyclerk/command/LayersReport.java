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
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
 *                "wastedBytes": BYTES, "packages": NUMBER, "step"?: INDEX IN THE HISTORY, "createdBy"?: TEXT}...],
 *  "wasted": the 1,000 paths that waste most, [{"path": TEXT, "pathBytes"?: HEX, "copies": NUMBER, "bytes": BYTES}...],
 *  "wastedPaths": how many there are}
 * }</pre>
 */
final class LayersReport {
    private static final String SCHEMA = "dev.tallyclerk.layers";
    private static final int SCHEMA_VERSION = 1;
    private static final int TEXT_PATHS = 10;
    private static final int TEXT_STEP = 500;
    private static final int JSON_PATHS = 1000;
    private static final String WASTED_ROW = "%10s  %6s  %s%n";
    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh.";

    private final ImageArgument.Opened image;
    private final List<Layer> layers = new ArrayList<>();
    private final Map<String, Waste> wasted = new HashMap<>();

    /**
     * What is wasted at a path, and below it if it was a directory that a higher layer deleted whole.
     *
     * @param copies how many files that are not the image's the layers have there
     */
    private record Waste(String path, long copies, long bytes) {
        Waste and(Waste other) {
            return new Waste(path, copies + other.copies, bytes + other.bytes);
        }
    }

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
            LayerEntry entry = change.entry().orElse(null);
            if (entry == null
                    || entry.type() == LayerEntry.Type.DIRECTORY
                    || change.kind() == FileChange.Kind.DELETED) {
                continue;
            }
            boolean isWasted = i < history.size() - 1;
            layers.get(change.layer().index()).add(entry, isWasted);
            if (isWasted && entry.size() > 0) {
                String path = removed(history.get(i + 1));
                wasted.merge(path, new Waste(path, 1, entry.size()), Waste::and);
            }
        }
    }

    /** {@return the path that a change removed as a whole, which may be a directory above that of the change} */
    private static String removed(FileChange change) {
        String cause = change.cause();
        int name = cause.lastIndexOf('/') + 1;
        String removed = cause.startsWith(OPAQUE, name)
                ? cause.substring(0, Math.max(0, name - 1))
                : cause.startsWith(WHITEOUT, name)
                        ? cause.substring(0, name) + cause.substring(name + WHITEOUT.length())
                        : cause;
        return !removed.isEmpty() && change.path().startsWith(removed + "/") ? removed : change.path();
    }

    private List<Waste> worst(int count) {
        return wasted.values().stream()
                .sorted(Comparator.comparingLong(Waste::bytes).reversed().thenComparing(Waste::path))
                .limit(count)
                .toList();
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
                    cut(Quoted.printable(layer.createdBy.strip()))));
        }
        long bytes = layers.stream().mapToLong(layer -> layer.wastedBytes).sum();
        long all = layers.stream().mapToLong(layer -> layer.fileBytes).sum();
        double kept = all == 0 ? 100 : 100.0 * (all - bytes) / all;
        out.print(row(
                "wasted: %s of %s; efficiency %s %%%n",
                Sizes.of(bytes), Sizes.of(all), String.format(Locale.ROOT, "%.1f", kept)));
        if (!wasted.isEmpty()) {
            out.println();
            out.print(row(WASTED_ROW, "WASTED", "COPIES", "PATH"));
            for (Waste each : worst(TEXT_PATHS)) {
                out.print(row(
                        WASTED_ROW, Sizes.of(each.bytes), String.valueOf(each.copies), Quoted.printable(each.path)));
            }
            if (wasted.size() > TEXT_PATHS) {
                out.println("and " + (wasted.size() - TEXT_PATHS) + " more paths");
            }
        }
    }

    /** {@return a step as people read it; the JSON has all of one that was made by a program} */
    private static String cut(String step) {
        return step.length() <= TEXT_STEP ? step : step.substring(0, TEXT_STEP) + "…";
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
        json.endArray().name("wasted").beginArray();
        for (Waste each : worst(JSON_PATHS)) {
            FilesReport.writeName("path", each.path, json.beginObject());
            json.member("copies", each.copies).member("bytes", each.bytes).endObject();
        }
        json.endArray().member("wastedPaths", wasted.size()).endObject().finish();
    }
}
