package dev.tallyclerk.command;

import dev.tallyclerk.registry.inventory.Distribution;
import dev.tallyclerk.registry.inventory.InstalledPackage;
import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.inventory.InventoryProblem;
import dev.tallyclerk.registry.inventory.SourcePackage;
import dev.tallyclerk.registry.sbom.Sbom;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The packages of an image. The JSON:
 *
 * <pre>{@code
 * {"schema": "dev.tallyclerk.packages", "schemaVersion": 1,
 *  "image": ..., "others"?: ..., "layers": as in FilesReport, or
 *  "sbom": {"format": "cyclonedx" | "spdx", "specVersion": TEXT, "name": TEXT, "identifier": TEXT, "attestation": BOOLEAN},
 *  "distribution"?: {"id": TEXT, "versionId"?: TEXT, "prettyName"?: TEXT},
 *  "complete": whether everything that was recognised was read,
 *  "problems": [PROBLEM...],
 *  "packages": [PACKAGE...]}
 *
 * PACKAGE: {"type": TEXT, "name": TEXT, "version": TEXT, "layer"?: LAYER FROM 1, "path": TEXT,
 *           "evidence": "database" | "installation" | "program" | "claim", "purl"?: TEXT, "architecture"?: TEXT,
 *           "source"?: TEXT, "sourceVersion"?: TEXT, "sourceEpoch"?: NUMBER, "modularityLabel"?: TEXT, "owner"?: TEXT}
 * PROBLEM: {"reason": InventoryProblem.Reason, "layer"?: LAYER, "path"?: TEXT, "detail": TEXT}
 * }</pre>
 *
 * On lines of their own, each package has the member "kind" with the value "package", and each problem "unknown".
 */
final class PackagesReport {
    private static final String SCHEMA = "dev.tallyclerk.packages";
    private static final int SCHEMA_VERSION = 1;

    private final @Nullable ImageVerification image;
    private final @Nullable Sbom sbom;
    private final Inventory inventory;
    private final List<InstalledPackage> packages;

    /**
     * Creates a report.
     *
     * @param layer the only layer to list, from 1; 0 for all
     */
    PackagesReport(ImageVerification image, Inventory inventory, int layer) {
        this(image, null, inventory, layer);
    }

    /** Creates a report on what a bill of materials claims. */
    PackagesReport(Sbom sbom) {
        this(null, sbom, sbom.inventory(), 0);
    }

    private PackagesReport(@Nullable ImageVerification image, @Nullable Sbom sbom, Inventory inventory, int layer) {
        this.image = image;
        this.sbom = sbom;
        this.inventory = inventory;
        this.packages = inventory.packages().stream()
                .filter(each -> layer == 0 || each.layer().index() == layer - 1)
                .toList();
    }

    void writeText(PrintStream out) {
        inventory
                .distribution()
                .ifPresent(of -> out.println(Quoted.printable(of.prettyName().orElse(of.toString()))));
        if (inventory.packages().isEmpty()) {
            out.println(
                    "No packages were found: no package database of a distribution, no installed package of a language,"
                            + " and no program with a list of its own");
            return;
        }
        int type = width("TYPE", InstalledPackage::type);
        int name = width("NAME", InstalledPackage::name);
        int version = width("VERSION", InstalledPackage::version);
        String start = "%-" + type + "s  %-" + name + "s  %-" + version + "s  ";
        // Layers that a document claims are not those of an image that was read.
        String format = start + (image == null ? "%5$s%n" : "%5s  %s%n");
        out.print(row(format, "TYPE", "NAME", "VERSION", "LAYER", "PATH"));
        for (InstalledPackage each : packages) {
            out.print(row(
                    format,
                    Quoted.printable(each.type()),
                    Quoted.printable(each.name()),
                    Quoted.printable(each.version()),
                    String.valueOf(each.layer().index() + 1),
                    Quoted.printable(each.path()) + notes(each)));
        }
    }

    private static String row(String format, String... columns) {
        return String.format(Locale.ROOT, format, (Object[]) columns);
    }

    private static String notes(InstalledPackage each) {
        String owner =
                each.owner().map(of -> " (of " + Quoted.printable(of) + ")").orElse("");
        return switch (each.evidence()) {
            case CLAIM -> owner + " (claimed)";
            case DATABASE, INSTALLATION, PROGRAM -> owner;
        };
    }

    /** Gives a property of a package. */
    private interface Column {
        String of(InstalledPackage each);
    }

    /** {@return the width that most values have; a longer one moves its row} */
    private int width(String title, Column column) {
        int widest = title.length();
        for (InstalledPackage each : packages) {
            widest = Math.max(widest, Quoted.printable(column.of(each)).length());
        }
        return Math.min(widest, 60);
    }

    void writeJson(PrintStream out) throws IOException {
        JsonOutput json = new JsonOutput(out);
        json.beginObject().member("schema", SCHEMA).member("schemaVersion", SCHEMA_VERSION);
        if (image != null) {
            FilesReport.writeImage(image, json);
        }
        if (sbom != null) {
            json.name("sbom")
                    .beginObject()
                    .member("format", sbom.format().name().toLowerCase(Locale.ROOT));
            json.member("specVersion", sbom.specVersion()).member("name", sbom.name());
            json.member("identifier", sbom.identifier()).member("attestation", sbom.isAttestation());
            json.endObject();
        }
        if (inventory.distribution().isPresent()) {
            Distribution distribution = inventory.distribution().get();
            json.name("distribution").beginObject().member("id", distribution.id());
            if (distribution.versionId().isPresent()) {
                json.member("versionId", distribution.versionId().get());
            }
            if (distribution.prettyName().isPresent()) {
                json.member("prettyName", distribution.prettyName().get());
            }
            json.endObject();
        }
        json.member("complete", inventory.isComplete()).name("problems").beginArray();
        for (InventoryProblem problem : inventory.problems()) {
            writeMembers(problem, json.beginObject());
            json.endObject();
        }
        json.endArray().name("packages").beginArray();
        for (InstalledPackage each : packages) {
            writeMembers(each, image != null, json.beginObject());
            json.endObject();
        }
        json.endArray().endObject().finish();
    }

    void writeLines(PrintStream out) throws IOException {
        JsonLines lines = new JsonLines(out);
        for (InstalledPackage each : packages) {
            lines.line(object -> writeMembers(each, image != null, object.member("kind", "package")));
        }
        for (InventoryProblem problem : inventory.problems()) {
            lines.line(object ->
                    writeMembers(problem, object.member("kind", "unknown").member("what", "inventory")));
        }
    }

    static void writeMembers(InventoryProblem problem, JsonOutput json) throws IOException {
        json.member("reason", problem.reason().name());
        if (problem.layer() >= 0) {
            json.member("layer", problem.layer() + 1L);
        }
        if (!problem.path().isEmpty()) {
            json.member("path", problem.path());
        }
        json.member("detail", problem.detail());
    }

    static void writeMembers(InstalledPackage each, JsonOutput json) throws IOException {
        writeMembers(each, true, json);
    }

    private static void writeMembers(InstalledPackage each, boolean hasLayer, JsonOutput json) throws IOException {
        json.member("type", each.type()).member("name", each.name()).member("version", each.version());
        if (hasLayer) {
            json.member("layer", each.layer().index() + 1L);
        }
        json.member("path", each.path());
        json.member("evidence", each.evidence().name().toLowerCase(Locale.ROOT));
        if (each.purl().isPresent()) {
            json.member("purl", each.purl().get().toString());
        }
        if (each.architecture().isPresent()) {
            json.member("architecture", each.architecture().get());
        }
        if (each.source().isPresent()) {
            SourcePackage source = each.source().get();
            json.member("source", source.name()).member("sourceVersion", source.version());
            if (source.epoch().isPresent()) {
                json.member("sourceEpoch", source.epoch().getAsLong());
            }
        }
        if (each.modularityLabel().isPresent()) {
            json.member("modularityLabel", each.modularityLabel().get());
        }
        if (each.owner().isPresent()) {
            json.member("owner", each.owner().get());
        }
    }
}
