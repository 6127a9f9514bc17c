package dev.tallyclerk.command;

import dev.tallyclerk.registry.inventory.InstalledPackage;
import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What changed from one image to another. The JSON:
 *
 * <pre>{@code
 * {"schema": "dev.tallyclerk.packages.diff", "schemaVersion": 1, "from": TEXT, "to": TEXT,
 *  "packages": [{"change": "added" | "removed" | "changed", "type": TEXT, "name": TEXT, "from"?: VERSION, "to"?: VERSION}...],
 *  "files": [{"change": "added" | "removed" | "changed", "path": TEXT, "pathBytes"?: HEX}...]}
 * }</pre>
 *
 * On lines of their own, each of them has the member "kind" with the value "package" or "file".
 */
final class PackagesDiff {
    private static final String SCHEMA = "dev.tallyclerk.packages.diff";
    private static final int SCHEMA_VERSION = 1;

    private final ImageVerification before;
    private final ImageVerification after;
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

    PackagesDiff(ImageVerification before, ImageVerification after) {
        this.before = before;
        this.after = after;
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

    void writeText(PrintStream out) {
        out.println(packages.size() + " changes of packages, " + files.size() + " of files");
        for (PackageChange each : packages) {
            String versions = each.from.isEmpty() || each.to.isEmpty()
                    ? Quoted.printable(each.from + each.to)
                    : Quoted.printable(each.from) + " -> " + Quoted.printable(each.to);
            out.println(each.change.sign + " " + each.type + " " + Quoted.printable(each.name) + " " + versions);
        }
        files.forEach((path, change) -> out.println(change.sign + " /" + Quoted.printable(path)));
    }

    void writeJson(PrintStream out) throws IOException {
        JsonOutput json = new JsonOutput(out);
        json.beginObject().member("schema", SCHEMA).member("schemaVersion", SCHEMA_VERSION);
        json.member("from", before.source()).member("to", after.source());
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

    void writeLines(PrintStream out) throws IOException {
        JsonLines lines = new JsonLines(out);
        for (PackageChange each : packages) {
            lines.line(object -> writeMembers(each, object.member("kind", "package")));
        }
        for (Map.Entry<String, Change> each : files.entrySet()) {
            lines.line(object -> writeMembers(each.getKey(), each.getValue(), object.member("kind", "file")));
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
