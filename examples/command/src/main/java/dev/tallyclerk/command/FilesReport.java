package dev.tallyclerk.command;

import dev.tallyclerk.registry.filesystem.FileChange;
import dev.tallyclerk.registry.filesystem.ImageFile;
import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import dev.tallyclerk.registry.layer.LayerEntry;
import dev.tallyclerk.registry.layer.LayerReader;
import dev.tallyclerk.registry.layer.Whiteout;
import dev.tallyclerk.registry.verify.ContentCheck;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of an image, the entries of a layer, or the changes by layers. The JSON:
 *
 * <pre>{@code
 * {"schema": "dev.tallyclerk.files", "schemaVersion": 1,
 *  "image": {"source": TEXT, "digest": DIGEST, "manifestDigest": DIGEST of the image, also if "digest" is that of an index,
 *            "platform": OS/ARCHITECTURE[/VARIANT]},
 *  "others"?: [{"manifestDigest": DIGEST} of each other image that some engine takes from the index for the platform],
 *  "layers": [{"layer": LAYER FROM 1, "digest": DIGEST, "diffId": DIGEST}...],
 *  "files"?: [FILE with "layer": LAYER IT COMES FROM, "paths"?: NUMBER OF HARD LINKS...],
 *  "entries"?: [FILE with "whiteout"?: "removes" | "opaque" | "leftover"...],
 *  "changes"?: [{"path": TEXT, "layer": LAYER, "kind": "added" | "replaced" | "deleted",
 *                "by"?: PATH OF THE WHITEOUT, "stillIn"?: LAYER, "file"?: FILE}...]}
 *
 * A path or link is followed by the same name with "Bytes" and the name's bytes in hexadecimal if they are not UTF-8.
 *
 * FILE: {"path": TEXT, "type": LayerEntry.Type IN LOWER CASE, "mode": OCTAL,
 *        "uid": NUMBER, "gid": NUMBER, "size": BYTES, "modified": RFC 3339, "link"?: TEXT, "device"?: "MAJOR:MINOR",
 *        "capabilities"?: TEXT}
 * }</pre>
 */
final class FilesReport {
    private static final String SCHEMA = "dev.tallyclerk.files";
    private static final int SCHEMA_VERSION = 1;

    private final ImageVerification image;
    private final @Nullable List<ImageFile> files;
    private final @Nullable List<LayerEntry> entries;
    private final @Nullable Map<String, List<FileChange>> changes;

    private FilesReport(
            ImageVerification image,
            @Nullable List<ImageFile> files,
            @Nullable List<LayerEntry> entries,
            @Nullable Map<String, List<FileChange>> changes) {
        this.image = image;
        this.files = files;
        this.entries = entries;
        this.changes = changes;
    }

    /** {@return the files at and below a path} */
    static FilesReport of(ImageVerification image, ImageFileSystem files, String path) {
        return new FilesReport(
                image, files.walk().filter(file -> isWithin(file, path)).toList(), null, null);
    }

    /** {@return the report on entries of a layer} */
    static FilesReport ofLayer(ImageVerification image, List<LayerEntry> entries) {
        return new FilesReport(image, null, entries, null);
    }

    /**
     * {@return the entries of a layer at and below a path; empty if they need too much memory}
     *
     * @param maxMemoryBytes the memory limit, in bytes
     */
    static Optional<List<LayerEntry>> entries(LayerReader layer, String path, long maxMemoryBytes) throws IOException {
        List<LayerEntry> entries = new ArrayList<>();
        long memory = 0;
        for (Optional<LayerEntry> next = layer.next(); next.isPresent(); next = layer.next()) {
            if (isWithin(next.get().path(), path)) {
                entries.add(next.get());
                memory += next.get().memoryBytes();
            }
            if (memory > maxMemoryBytes) {
                return Optional.empty();
            }
        }
        return Optional.of(entries);
    }

    /** {@return the replaced and deleted files at and below a path, and every change of the path itself} */
    static FilesReport ofHistory(ImageVerification image, ImageFileSystem files, String path) {
        Map<String, List<FileChange>> changes = new TreeMap<>();
        files.walk().map(ImageFile::path).forEach(each -> add(changes, files, each, path));
        files.deleted().forEach(each -> add(changes, files, each.path(), path));
        List<FileChange> own = files.history(path);
        if (!own.isEmpty() && !own.get(0).path().isEmpty()) {
            changes.put(own.get(0).path(), own);
        }
        return new FilesReport(image, null, null, changes);
    }

    private static void add(Map<String, List<FileChange>> changes, ImageFileSystem files, String path, String top) {
        if (!isWithin(path, top)) {
            return;
        }
        List<FileChange> history = files.history(path);
        boolean replaced = history.size() > 1 && history.stream().anyMatch(change -> !isFolder(change));
        boolean deleted = history.stream().anyMatch(change -> change.kind() == FileChange.Kind.DELETED);
        if (replaced || deleted) {
            changes.put(path, history);
        }
    }

    private static boolean isFolder(FileChange change) {
        return change.entry().isEmpty() || change.entry().get().type() == LayerEntry.Type.DIRECTORY;
    }

    boolean isEmpty() {
        return (files == null || files.isEmpty())
                && (entries == null || entries.isEmpty())
                && (changes == null || changes.isEmpty());
    }

    void writeText(PrintStream out) {
        if (changes != null) {
            changes.forEach((path, history) -> writeText(path, history, out));
        } else {
            out.println(FileFormat.titles() + (files == null ? "  PATH" : "  LAYER  PATH"));
        }
        if (files != null) {
            for (ImageFile file : files) {
                String layer = String.format(Locale.ROOT, "%5d", file.origin().index() + 1);
                out.println(FileFormat.columns(file) + "  " + layer + "  " + name(file));
            }
        }
        if (entries != null) {
            entries.forEach(entry -> out.println(FileFormat.columns(entry) + "  " + name(entry)));
        }
    }

    private static String name(ImageFile file) {
        StringBuilder name = new StringBuilder(Quoted.printable(file.path()));
        if (!file.linkTarget().isEmpty()) {
            name.append(" -> ").append(Quoted.printable(file.linkTarget()));
        }
        if (file.linkCount() > 1) {
            name.append(" (one of ").append(file.linkCount()).append(" hard links)");
        }
        file.capabilities().ifPresent(held -> name.append(" [").append(held).append(']'));
        return name.toString();
    }

    private static String name(LayerEntry entry) {
        StringBuilder name = new StringBuilder(Quoted.printable(entry.rawPath()));
        if (!entry.linkTarget().isEmpty()) {
            name.append(entry.type() == LayerEntry.Type.HARD_LINK ? " link to " : " -> ")
                    .append(Quoted.printable(entry.linkTarget()));
        }
        entry.whiteout()
                .ifPresent(whiteout -> name.append(whiteout.<String>fold(
                        removes -> " removes " + Quoted.printable(removes.path()),
                        opaque -> " hides what lower layers have in "
                                + (opaque.directory().isEmpty() ? "/" : Quoted.printable(opaque.directory())),
                        leftover -> " is skipped")));
        entry.capabilities().ifPresent(held -> name.append(" [").append(held).append(']'));
        return name.toString();
    }

    private static void writeText(String path, List<FileChange> history, PrintStream out) {
        out.println(Quoted.printable(path));
        for (FileChange change : history) {
            String kind = change.kind().name().toLowerCase(Locale.ROOT);
            StringBuilder line = new StringBuilder();
            line.append(String.format(
                    Locale.ROOT, "  layer %-3d %-8s  ", change.layer().index() + 1, kind));
            if (change.kind() == FileChange.Kind.DELETED) {
                line.append("by ").append(Quoted.printable(change.cause()));
                change.entry()
                        .ifPresent(entry -> line.append("; layer ")
                                .append(change.entryLayer().index() + 1)
                                .append(" still has it"));
            } else {
                line.append(change.entry().map(FileFormat::columns).orElse("implied by its contents"));
            }
            out.println(line);
        }
    }

    void writeJson(OutputStream out) throws IOException {
        JsonOutput json = new JsonOutput(out);
        json.beginObject().member("schema", SCHEMA).member("schemaVersion", SCHEMA_VERSION);
        writeImage(image, json);
        if (files != null) {
            json.name("files").beginArray();
            for (ImageFile file : files) {
                writeJson(file, json);
            }
            json.endArray();
        }
        if (entries != null) {
            json.name("entries").beginArray();
            for (LayerEntry entry : entries) {
                json.beginObject();
                writeMembers(entry, json);
                if (entry.whiteout().isPresent()) {
                    json.member("whiteout", word(entry.whiteout().get()));
                }
                json.endObject();
            }
            json.endArray();
        }
        if (changes != null) {
            json.name("changes").beginArray();
            for (List<FileChange> history : changes.values()) {
                for (FileChange change : history) {
                    writeJson(change, json);
                }
            }
            json.endArray();
        }
        json.endObject().finish();
    }

    /** Writes the members about the image and its layers. */
    static void writeImage(ImageVerification image, JsonOutput json) throws IOException {
        json.name("image").beginObject().member("source", image.source());
        json.member("digest", image.resolved().digest().toString());
        if (image.manifestDigest().isPresent()) {
            json.member("manifestDigest", image.manifestDigest().get().toString());
        }
        if (image.config().isPresent()) {
            json.member("platform", image.config().get().platform().toString());
        }
        json.endObject();
        if (!image.others().isEmpty()) {
            json.name("others").beginArray();
            for (ImageVerification other : image.others()) {
                json.beginObject();
                if (other.manifestDigest().isPresent()) {
                    json.member("manifestDigest", other.manifestDigest().get().toString());
                }
                json.endObject();
            }
            json.endArray();
        }
        json.name("layers").beginArray();
        for (ContentCheck check : image.checks()) {
            if (check.kind() == ContentCheck.Kind.LAYER && image.config().isPresent()) {
                json.beginObject().member("layer", check.position() + 1L);
                json.member("digest", check.digest().toString());
                json.member(
                        "diffId",
                        image.config().get().diffIds().get(check.position()).toString());
                json.endObject();
            }
        }
        json.endArray();
    }

    private static void writeJson(ImageFile file, JsonOutput json) throws IOException {
        json.beginObject();
        writePath(file.path(), json);
        json.member("type", file.type().name().toLowerCase(Locale.ROOT));
        writeAttributes(
                json,
                file.mode(),
                file.uid(),
                file.gid(),
                file.size(),
                file.modified().toString());
        if (!file.linkTarget().isEmpty()) {
            writeName("link", file.linkTarget(), json);
        }
        if (file.content().isPresent()) {
            writeRarities(file.content().get(), json);
        }
        json.member("layer", file.origin().index() + 1L);
        if (file.linkCount() > 1) {
            json.member("paths", file.linkCount());
        }
        json.endObject();
    }

    private static void writeMembers(LayerEntry entry, JsonOutput json) throws IOException {
        writePath(entry.path(), json);
        json.member("type", entry.type().name().toLowerCase(Locale.ROOT));
        writeAttributes(
                json,
                entry.mode(),
                entry.uid(),
                entry.gid(),
                entry.size(),
                entry.modified().toString());
        if (!entry.linkTarget().isEmpty()) {
            writeName("link", entry.linkTarget(), json);
        }
        writeRarities(entry, json);
    }

    private static void writePath(String path, JsonOutput json) throws IOException {
        writeName("path", path, json);
    }

    /** Writes a name in an archive, and its bytes if they are not UTF-8. */
    static void writeName(String member, String name, JsonOutput json) throws IOException {
        json.member(member, name);
        if (!isWellFormed(name)) {
            json.member(member + "Bytes", HexFormat.of().formatHex(LayerEntry.nameBytes(name)));
        }
    }

    /** {@return whether every surrogate is one of a pair} */
    private static boolean isWellFormed(String text) {
        return text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    private static void writeAttributes(JsonOutput json, int mode, long uid, long gid, long size, String modified)
            throws IOException {
        json.member("mode", String.format(Locale.ROOT, "%04o", mode));
        json.member("uid", uid).member("gid", gid).member("size", size).member("modified", modified);
    }

    private static void writeRarities(LayerEntry entry, JsonOutput json) throws IOException {
        if (entry.device().isPresent()) {
            LayerEntry.Device device = entry.device().get();
            json.member("device", device.major() + ":" + device.minor());
        }
        if (entry.capabilities().isPresent()) {
            json.member("capabilities", entry.capabilities().get().toString());
        }
    }

    private static void writeJson(FileChange change, JsonOutput json) throws IOException {
        json.beginObject();
        writePath(change.path(), json);
        json.member("layer", change.layer().index() + 1L);
        json.member("kind", change.kind().name().toLowerCase(Locale.ROOT));
        if (change.kind() == FileChange.Kind.DELETED) {
            writeName("by", change.cause(), json);
            if (change.entry().isPresent()) {
                json.member("stillIn", change.entryLayer().index() + 1L);
            }
        }
        if (change.entry().isPresent()) {
            json.name("file").beginObject();
            writeMembers(change.entry().get(), json);
            json.endObject();
        }
        json.endObject();
    }

    private static String word(Whiteout whiteout) {
        return whiteout.<String>fold(removes -> "removes", opaque -> "opaque", leftover -> "leftover");
    }

    /** {@return whether a path is at or below {@code top}; the root is empty} */
    private static boolean isWithin(String path, String top) {
        return top.isEmpty() || path.equals(top) || path.startsWith(top + "/");
    }

    /** {@return whether a file is at or below {@code top}} */
    private static boolean isWithin(ImageFile file, String top) {
        return isWithin(file.path(), top);
    }
}
