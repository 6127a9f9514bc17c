package dev.tallyclerk.registry.sbom;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonWriter;
import dev.tallyclerk.registry.inventory.Distribution;
import dev.tallyclerk.registry.inventory.Evidence;
import dev.tallyclerk.registry.inventory.InstalledPackage;
import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.inventory.InventoryProblem;
import dev.tallyclerk.registry.inventory.PackageUrl;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes one image as CycloneDX 1.6.
 *
 * @see <a href="https://cyclonedx.org/docs/1.6/json/">CycloneDX 1.6, JSON reference</a>
 */
final class CycloneDxDocument {
    private static final String IMAGE = "image";
    private static final String OPERATING_SYSTEM = "operating-system";
    private static final String PACKAGE = "package-";

    private final DescribedImage image;
    private final Inventory inventory;
    private final ListedPackages packages;

    CycloneDxDocument(DescribedImage image, Inventory inventory, ListedPackages packages) {
        this.image = image;
        this.inventory = inventory;
        this.packages = packages;
    }

    void write(@Nullable Instant created, OutputStream out) throws IOException {
        JsonWriter json = JsonWriter.pretty(out);
        json.beginObject()
                .member("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json")
                .member("bomFormat", "CycloneDX")
                .member("specVersion", "1.6");
        json.member("serialNumber", "urn:uuid:" + NamedUuid.of("CycloneDX", image.digest()));
        json.member("version", 1);
        metadata(created, json);
        json.name("components").beginArray();
        if (inventory.distribution().isPresent()) {
            distribution(inventory.distribution().get(), json);
        }
        for (Map.Entry<String, InstalledPackage> each : packages.byId().entrySet()) {
            component(each.getKey(), each.getValue(), json);
        }
        json.endArray();
        relations(json);
        json.endObject().finish();
    }

    private void metadata(@Nullable Instant created, JsonWriter json) throws IOException {
        json.name("metadata").beginObject();
        if (created != null) {
            json.member("timestamp", created.truncatedTo(ChronoUnit.SECONDS).toString());
        }
        json.name("tools").beginObject().name("components").beginArray();
        json.beginObject().member("type", "application").member("name", "tallyclerk");
        json.endObject().endArray().endObject();
        json.name("component").beginObject().member("bom-ref", IMAGE);
        container(image.label(), image.digest(), image.purl(), json);
        if (image.base().isPresent()) {
            DescribedImage.BaseImage base = image.base().get();
            String name = base.name().isEmpty() ? base.digest().toString() : base.name();
            json.name("pedigree").beginObject().name("ancestors").beginArray().beginObject();
            container(name, base.digest(), image.basePurl(), json);
            json.endObject().endArray().endObject();
        }
        json.name("properties").beginArray();
        List<Digest> layers = image.layers();
        for (int i = 0; i < layers.size(); i++) {
            property(Property.IMAGE_LAYER + (i + 1), layers.get(i).toString(), json);
        }
        json.endArray().endObject();
        if (!inventory.problems().isEmpty()) {
            json.name("properties").beginArray();
            for (InventoryProblem problem : inventory.problems()) {
                property(Property.PROBLEM, problem.describe(), json);
            }
            json.endArray();
        }
        json.endObject();
    }

    private static void container(String name, Digest digest, Optional<PackageUrl> purl, JsonWriter json)
            throws IOException {
        json.member("type", "container").member("name", name).member("version", digest.toString());
        if (purl.isPresent()) {
            json.member("purl", purl.get().toString());
        }
    }

    private static void distribution(Distribution distribution, JsonWriter json) throws IOException {
        json.beginObject().member("bom-ref", OPERATING_SYSTEM).member("type", "operating-system");
        json.member("name", distribution.id());
        if (distribution.versionId().isPresent()) {
            json.member("version", distribution.versionId().get());
        }
        json.name("properties").beginArray();
        for (String field : Property.OS_RELEASE_FIELDS) {
            Optional<String> value = distribution.field(field);
            if (value.isPresent()) {
                property(Property.OS_RELEASE + field, value.get(), json);
            }
        }
        json.endArray().endObject();
    }

    private static void component(String id, InstalledPackage each, JsonWriter json) throws IOException {
        Optional<PackageUrl> purl = ListedPackages.purl(each);
        json.beginObject().member("bom-ref", PACKAGE + id).member("type", "library");
        // A system's vendor is no group: scanners take the name for the name in the package manager.
        boolean isGrouped = each.type().equals("maven") && each.purl().isPresent();
        String group = isGrouped ? each.purl().get().namespace() : "";
        if (group.isEmpty()) {
            json.member("name", each.name());
        } else {
            json.member("group", group).member("name", each.purl().get().name());
        }
        if (!each.version().isEmpty()) {
            json.member("version", each.version());
        }
        if (purl.isPresent()) {
            json.member("purl", purl.get().toString());
        }
        json.name("evidence").beginObject().name("identity").beginArray().beginObject();
        json.member("field", purl.isPresent() ? "purl" : "name");
        boolean isClaim = each.evidence() == Evidence.CLAIM;
        json.member("confidence", isClaim ? 0 : 1).name("methods").beginArray().beginObject();
        json.member("technique", technique(each.evidence())).member("confidence", isClaim ? 0 : 1);
        json.endObject().endArray().endObject().endArray();
        json.name("occurrences").beginArray().beginObject().member("location", each.path());
        json.endObject().endArray().endObject();
        json.name("properties").beginArray();
        for (Map.Entry<String, String> property :
                ListedPackages.properties(each).entrySet()) {
            property(property.getKey(), property.getValue(), json);
        }
        json.endArray().endObject();
    }

    private static String technique(Evidence evidence) {
        return switch (evidence) {
            case DATABASE, INSTALLATION -> "manifest-analysis";
            case PROGRAM -> "binary-analysis";
            case CLAIM -> "attestation";
        };
    }

    private static void property(String name, String value, JsonWriter json) throws IOException {
        json.beginObject().member("name", name).member("value", value).endObject();
    }

    private void relations(JsonWriter json) throws IOException {
        json.name("dependencies").beginArray();
        json.beginObject().member("ref", IMAGE).name("dependsOn").beginArray();
        if (inventory.distribution().isPresent()) {
            json.value(OPERATING_SYSTEM);
        }
        for (String id : packages.roots()) {
            json.value(PACKAGE + id);
        }
        json.endArray().endObject();
        for (Map.Entry<String, List<String>> each : packages.parts().entrySet()) {
            json.beginObject().member("ref", PACKAGE + each.getKey());
            json.name("dependsOn").beginArray();
            for (String part : each.getValue()) {
                json.value(PACKAGE + part);
            }
            json.endArray().endObject();
        }
        json.endArray();
        // Programs without any record of a package manager are not found, so a list is never known to be complete.
        json.name("compositions").beginArray().beginObject();
        json.member("aggregate", inventory.isComplete() ? "unknown" : "incomplete");
        json.name("assemblies").beginArray().value(IMAGE).endArray().endObject().endArray();
    }
}
