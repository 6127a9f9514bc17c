package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.analysis.AnalyzedImage;
import dev.tallyclerk.registry.inventory.InstalledPackage;
import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What changed from one image to another. The JSON; layers and configuration only of {@code tallyclerk diff}:
 *
 * <pre>{@code
 * {"schema": "dev.tallyclerk.diff", "schemaVersion": 1, "from": TEXT, "to": TEXT, "sharedLayers"?: NUMBER,
 *  "layers"?: [{"change": "added" | "removed", "layer": LAYER FROM 1, "digest": DIGEST, "size": BYTES,
 *               "createdBy"?: TEXT}...],
 *  "configuration"?: [{"change": "added" | "removed" | "changed", "property": TEXT, "name"?: TEXT, "from"?: TEXT,
 *                      "to"?: TEXT}...],
 *  "packages": [{"change": "added" | "removed" | "changed", "type": TEXT, "name": TEXT, "from"?: VERSION, "to"?: VERSION}...],
 *  "files": [{"change": "added" | "removed" | "changed", "path": TEXT, "pathBytes"?: HEX}...]}
 * }</pre>
 *
 * On lines of their own, each of them has the member "kind" with the value "layer", "configuration", "package" or
 * "file".
 */
final class ImageDiff {
    private static final String SCHEMA = "dev.tallyclerk.diff";
    private static final int SCHEMA_VERSION = 1;

    private final ImageVerification before;
    private final ImageVerification after;
    private final boolean whole;
    private final List<LayerChange> layers = new ArrayList<>();
    private final List<ConfigChange> configuration = new ArrayList<>();
    private int sharedLayers;
    private final List<PackageChange> packages = new ArrayList<>();
    private final SortedMap<String, Change> files = new TreeMap<>();

    /** Kinds of changes, with the sign that the text has for them. */
    private enum Change {
        ADDED('+', "added"),
        REMOVED('-', "removed"),
        CHANGED('~', "changed");

        private final char sign;
        private final String word;

        Change(char sign, String word) {
            this.sign = sign;
            this.word = word;
        }
    }

    /** A package that is there in other versions; a version is empty where there is none. */
    private record PackageChange(Change change, String type, String name, String from, String to) {}

    /** A layer above those that both images have. */
    private record LayerChange(Change change, int number, Descriptor layer, String createdBy) {}

    private record ConfigChange(Change change, ConfigDiff.Difference difference) {}

    private ImageDiff(ImageArgument.Opened before, ImageArgument.Opened after, boolean whole) {
        this.before = before.verification();
        this.after = after.verification();
        this.whole = whole;
    }

    /** {@return a comparison of packages and files} */
    static ImageDiff ofContents(ImageArgument.Opened before, ImageArgument.Opened after) {
        return new ImageDiff(before, after, false);
    }

    /** {@return a comparison of layers, configuration, packages and files} */
    static ImageDiff of(ImageArgument.Opened before, ImageArgument.Opened after) {
        ImageDiff diff = new ImageDiff(before, after, true);
        diff.compareLayers(before, after);
        for (ConfigDiff.Difference each : ConfigDiff.of(before.config(), after.config())) {
            Change change = each.change() < 0 ? Change.REMOVED : each.change() > 0 ? Change.ADDED : Change.CHANGED;
            diff.configuration.add(new ConfigChange(change, each));
        }
        return diff;
    }

    /** The same layer can be compressed in two ways, so what counts is what it holds. */
    private void compareLayers(ImageArgument.Opened old, ImageArgument.Opened now) {
        List<Digest> from = old.config().diffIds();
        List<Digest> to = now.config().diffIds();
        while (sharedLayers < Math.min(from.size(), to.size())
                && from.get(sharedLayers).equals(to.get(sharedLayers))) {
            sharedLayers++;
        }
        addLayers(old, Change.REMOVED);
        addLayers(now, Change.ADDED);
    }

    private void addLayers(ImageArgument.Opened image, Change change) {
        AnalyzedImage steps = new AnalyzedImage(image.manifest(), Optional.of(image.config()), Optional.empty());
        List<Descriptor> all = image.manifest().layers();
        for (int i = sharedLayers; i < all.size(); i++) {
            OptionalInt step = steps.historyOf(i);
            String createdBy = step.isPresent()
                    ? image.config().history().get(step.getAsInt()).createdBy()
                    : "";
            layers.add(new LayerChange(change, i + 1, all.get(i), createdBy));
        }
    }

    void comparePackages(Inventory old, Inventory now) {
        SortedMap<String, SortedSet<String>> from = versions(old);
        SortedMap<String, SortedSet<String>> to = versions(now);
        SortedSet<String> keys = new TreeSet<>(from.keySet());
        keys.addAll(to.keySet());
        for (String key : keys) {
            SortedSet<String> gone = new TreeSet<>(from.getOrDefault(key, new TreeSet<>()));
            SortedSet<String> come = new TreeSet<>(to.getOrDefault(key, new TreeSet<>()));
            gone.removeAll(to.getOrDefault(key, new TreeSet<>()));
            come.removeAll(from.getOrDefault(key, new TreeSet<>()));
            String type = key.substring(0, key.indexOf(' '));
            String name = key.substring(key.indexOf(' ') + 1);
            if (gone.size() == 1 && come.size() == 1) {
                packages.add(new PackageChange(Change.CHANGED, type, name, gone.first(), come.first()));
            } else {
                gone.forEach(version -> packages.add(new PackageChange(Change.REMOVED, type, name, version, "")));
                come.forEach(version -> packages.add(new PackageChange(Change.ADDED, type, name, "", version)));
            }
        }
    }

    private static SortedMap<String, SortedSet<String>> versions(Inventory inventory) {
        SortedMap<String, SortedSet<String>> versions = new TreeMap<>();
        for (InstalledPackage each : inventory.packages()) {
            versions.computeIfAbsent(each.type() + " " + each.name(), key -> new TreeSet<>())
                    .add(each.version());
        }
        return versions;
    }

    void compareFiles(SortedMap<String, String> old, SortedMap<String, String> now) {
        old.forEach((path, description) -> {
            String other = now.get(path);
            if (other == null) {
                files.put(path, Change.REMOVED);
            } else if (!other.equals(description)) {
                files.put(path, Change.CHANGED);
            }
        });
        now.keySet().stream().filter(path -> !old.containsKey(path)).forEach(path -> files.put(path, Change.ADDED));
    }

    void write(ListFormat format, PrintStream out) throws IOException {
        switch (format) {
            case TEXT -> writeText(out);
            case JSON -> writeJson(out);
            case JSONL -> writeLines(out);
        }
    }

    private void writeText(PrintStream out) {
        if (whole) {
            out.println(sharedLayers + " shared layers, " + layers.size() + " others, " + configuration.size()
                    + " changes of the configuration");
            for (LayerChange each : layers) {
                out.println((each.change.sign + " layer " + each.number + ", " + Sizes.of(each.layer.size()) + "  "
                                + Quoted.printable(each.createdBy.strip()))
                        .strip());
            }
            for (ConfigChange each : configuration) {
                out.println(each.change.sign + " " + describe(each.difference));
            }
        }
        out.println(packages.size() + (packages.size() == 1 ? " change" : " changes") + " of packages, " + files.size()
                + " of files");
        for (PackageChange each : packages) {
            String versions = each.from.isEmpty() || each.to.isEmpty()
                    ? Quoted.printable(each.from + each.to)
                    : Quoted.printable(each.from) + " -> " + Quoted.printable(each.to);
            out.println(each.change.sign + " " + Quoted.printable(each.type) + " " + Quoted.printable(each.name) + " "
                    + versions);
        }
        files.forEach((path, change) -> out.println(change.sign + " /" + Quoted.printable(path)));
    }

    private static String describe(ConfigDiff.Difference each) {
        String what = each.property() + (each.name().isEmpty() ? "" : " " + Quoted.printable(each.name()));
        String from = each.from().map(Quoted::printable).orElse("");
        String to = each.to().map(Quoted::printable).orElse("");
        String values = each.change() == 0 ? from + " -> " + to : from + to;
        return (what + " " + values).strip();
    }

    private void writeJson(PrintStream out) throws IOException {
        JsonOutput json = new JsonOutput(out);
        json.beginObject().member("schema", SCHEMA).member("schemaVersion", SCHEMA_VERSION);
        json.member("from", before.source()).member("to", after.source());
        if (whole) {
            json.member("sharedLayers", sharedLayers).name("layers").beginArray();
            for (LayerChange each : layers) {
                writeMembers(each, json.beginObject());
                json.endObject();
            }
            json.endArray().name("configuration").beginArray();
            for (ConfigChange each : configuration) {
                writeMembers(each, json.beginObject());
                json.endObject();
            }
            json.endArray();
        }
        json.name("packages").beginArray();
        for (PackageChange each : packages) {
            writeMembers(each, json.beginObject());
            json.endObject();
        }
        json.endArray().name("files").beginArray();
        for (Map.Entry<String, Change> each : files.entrySet()) {
            writeMembers(each.getKey(), each.getValue(), json.beginObject());
            json.endObject();
        }
        json.endArray().endObject().finish();
    }

    private void writeLines(PrintStream out) throws IOException {
        JsonLines lines = new JsonLines(out);
        for (LayerChange each : layers) {
            lines.line(object -> writeMembers(each, object.member("kind", "layer")));
        }
        for (ConfigChange each : configuration) {
            lines.line(object -> writeMembers(each, object.member("kind", "configuration")));
        }
        for (PackageChange each : packages) {
            lines.line(object -> writeMembers(each, object.member("kind", "package")));
        }
        for (Map.Entry<String, Change> each : files.entrySet()) {
            lines.line(object -> writeMembers(each.getKey(), each.getValue(), object.member("kind", "file")));
        }
    }

    private static void writeMembers(LayerChange each, JsonOutput json) throws IOException {
        json.member("change", each.change.word).member("layer", each.number);
        json.member("digest", each.layer.digest().toString()).member("size", each.layer.size());
        if (!each.createdBy.isEmpty()) {
            json.member("createdBy", each.createdBy);
        }
    }

    private static void writeMembers(ConfigChange each, JsonOutput json) throws IOException {
        ConfigDiff.Difference difference = each.difference;
        json.member("change", each.change.word).member("property", difference.property());
        if (!difference.name().isEmpty()) {
            json.member("name", difference.name());
        }
        if (difference.from().isPresent()) {
            json.member("from", difference.from().get());
        }
        if (difference.to().isPresent()) {
            json.member("to", difference.to().get());
        }
    }

    private static void writeMembers(PackageChange each, JsonOutput json) throws IOException {
        json.member("change", each.change.word).member("type", each.type).member("name", each.name);
        if (!each.from.isEmpty()) {
            json.member("from", each.from);
        }
        if (!each.to.isEmpty()) {
            json.member("to", each.to);
        }
    }

    private static void writeMembers(String path, Change change, JsonOutput json) throws IOException {
        FilesReport.writeName("path", path, json.member("change", change.word));
    }
}
