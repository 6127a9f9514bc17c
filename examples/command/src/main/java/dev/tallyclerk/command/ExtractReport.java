package dev.tallyclerk.command;

import dev.tallyclerk.registry.filesystem.ExtractionResult;
import dev.tallyclerk.registry.filesystem.Omission;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The result of an extraction. The JSON:
 *
 * <pre>{@code
 * {"schema": "dev.tallyclerk.extract-report", "schemaVersion": 1,
 *  "image":, "others"?: and "layers": as in FilesReport,
 *  "target": TEXT, "files": NUMBER, "directories": NUMBER, "symbolicLinks": NUMBER, "hardLinks": NUMBER, "bytes": BYTES,
 *  "omissions": [{"path": TEXT, "pathBytes"?: HEXADECIMAL IF NOT UTF-8, "kind": Omission.Kind, "detail"?: TEXT,
 *                 "detailBytes"?: HEXADECIMAL IF NOT UTF-8}...]}
 * }</pre>
 */
record ExtractReport(ImageVerification image, Path target, ExtractionResult result) {
    private static final String SCHEMA = "dev.tallyclerk.extract-report";
    private static final int SCHEMA_VERSION = 1;
    private static final int SHOWN = 10;

    void writeText(PrintStream out) {
        out.println("Unpacked " + Quoted.printable(image.source()) + " into " + Quoted.printable(target.toString()));
        out.println("  " + count(result.files(), "file") + " (" + Sizes.of(result.bytes()) + "), "
                + count(result.directories(), "folder") + ", " + count(result.symbolicLinks(), "symbolic link") + ", "
                + count(result.hardLinks(), "hard link"));
        Map<Omission.Kind, List<Omission>> byKind = new EnumMap<>(Omission.Kind.class);
        for (Omission omission : result.omissions()) {
            byKind.computeIfAbsent(omission.kind(), kind -> new ArrayList<>()).add(omission);
        }
        byKind.forEach((kind, omissions) -> {
            out.println(title(kind));
            omissions.stream().limit(SHOWN).forEach(omission -> out.println("  " + line(omission)));
            if (omissions.size() > SHOWN) {
                out.println("  and " + (omissions.size() - SHOWN) + " more");
            }
        });
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static String title(Omission.Kind kind) {
        return switch (kind) {
            case DEVICE -> "Devices, not created:";
            case FIFO -> "Named pipes, not created:";
            case SET_ID_BITS -> "Without set-user-ID and set-group-ID bits (see --keep-setid):";
            case EXTENDED_ATTRIBUTE -> "Without extended attributes:";
            case TIME -> "With a different modification time:";
            case MODES -> "No file has its mode: the file system of DIR has none";
            case LINK_SLASHES -> "Links, without redundant slashes:";
        };
    }

    private static String line(Omission omission) {
        String detail = omission.detail().isEmpty() ? "" : "  " + Quoted.printable(omission.detail());
        return (omission.path().isEmpty() ? "/" : Quoted.printable(omission.path())) + detail;
    }

    void writeJson(OutputStream out) throws IOException {
        JsonOutput json = new JsonOutput(out);
        json.beginObject().member("schema", SCHEMA).member("schemaVersion", SCHEMA_VERSION);
        FilesReport.writeImage(image, json);
        json.member("target", target.toString());
        json.member("files", result.files()).member("directories", result.directories());
        json.member("symbolicLinks", result.symbolicLinks()).member("hardLinks", result.hardLinks());
        json.member("bytes", result.bytes());
        json.name("omissions").beginArray();
        for (Omission omission : result.omissions()) {
            json.beginObject();
            FilesReport.writeName("path", omission.path(), json);
            json.member("kind", omission.kind().name().toLowerCase(Locale.ROOT));
            if (!omission.detail().isEmpty()) {
                FilesReport.writeName("detail", omission.detail(), json);
            }
            json.endObject();
        }
        json.endArray().endObject().finish();
    }
}
