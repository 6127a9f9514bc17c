package dev.tallyclerk.registry.sbom;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonWriter;
import dev.tallyclerk.registry.inventory.Distribution;
import dev.tallyclerk.registry.inventory.InstalledPackage;
import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.inventory.InventoryProblem;
import dev.tallyclerk.registry.inventory.PackageUrl;
import dev.tallyclerk.registry.inventory.SourcePackage;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes one image as SPDX 2.3.
 *
 * @see <a href="https://spdx.github.io/spdx-spec/v2.3/">SPDX 2.3</a>
 */
final class SpdxDocument {
    private static final String DOCUMENT = "SPDXRef-DOCUMENT";
    private static final String IMAGE = "SPDXRef-image";
    private static final String BASE = "SPDXRef-base-image";
    private static final String OPERATING_SYSTEM = "SPDXRef-operating-system";
    private static final String PACKAGE = "SPDXRef-package-";
    private static final String UNKNOWN = "NOASSERTION";

    private final DescribedImage image;
    private final Inventory inventory;
    private final ListedPackages packages;

    SpdxDocument(DescribedImage image, Inventory inventory, ListedPackages packages) {
        this.image = image;
        this.inventory = inventory;
        this.packages = packages;
    }

    void write(@Nullable Instant created, OutputStream out) throws IOException {
        JsonWriter json = JsonWriter.pretty(out);
        json.beginObject()
                .member("spdxVersion", "SPDX-2.3")
                .member("dataLicense", "CC0-1.0")
                .member("SPDXID", DOCUMENT);
        json.member("name", image.label());
        json.member("documentNamespace", "urn:uuid:" + NamedUuid.of("SPDX", image.digest()));
        Instant time = created == null ? image.created().orElse(Instant.EPOCH) : created;
        json.name("creationInfo").beginObject();
        json.member("created", time.truncatedTo(ChronoUnit.SECONDS).toString());
        json.name("creators").beginArray().value("Tool: tallyclerk").endArray();
        if (!inventory.problems().isEmpty()) {
            json.member(
                    "comment",
                    inventory.problems().stream()
                            .map(InventoryProblem::describe)
                            .map(problem -> Property.PROBLEM + "=" + CommentLine.escaped(problem))
                            .collect(Collectors.joining("\n")));
        }
        json.endObject();
        json.name("documentDescribes").beginArray().value(IMAGE).endArray();
        json.name("packages").beginArray();
        container(IMAGE, image.label(), image.digest(), image.purl(), json);
        comment(layers(), json);
        json.endObject();
        if (image.base().isPresent()) {
            DescribedImage.BaseImage base = image.base().get();
            String name = base.name().isEmpty() ? base.digest().toString() : base.name();
            container(BASE, name, base.digest(), image.basePurl(), json);
            json.endObject();
        }
        if (inventory.distribution().isPresent()) {
            distribution(inventory.distribution().get(), json);
        }
        for (Map.Entry<String, InstalledPackage> each : packages.byId().entrySet()) {
            installed(each.getKey(), each.getValue(), json);
        }
        json.endArray();
        relations(json);
        json.endObject().finish();
    }

    private Map<String, String> layers() {
        Map<String, String> layers = new LinkedHashMap<>();
        image.layers().forEach(layer -> layers.put(Property.IMAGE_LAYER + (layers.size() + 1), layer.toString()));
        return layers;
    }

    private static void container(String id, String name, Digest digest, Optional<PackageUrl> purl, JsonWriter json)
            throws IOException {
        begin(id, name, digest.toString(), purl, json);
        json.member("primaryPackagePurpose", "CONTAINER");
    }

    /** Begins a package; its content and its licenses are not examined. */
    private static void begin(String id, String name, String version, Optional<PackageUrl> purl, JsonWriter json)
            throws IOException {
        json.beginObject().member("SPDXID", id).member("name", name);
        if (!version.isEmpty()) {
            json.member("versionInfo", version);
        }
        json.member("downloadLocation", UNKNOWN).member("filesAnalyzed", false);
        json.member("licenseConcluded", UNKNOWN)
                .member("licenseDeclared", UNKNOWN)
                .member("copyrightText", UNKNOWN);
        if (purl.isPresent()) {
            json.name("externalRefs").beginArray().beginObject();
            json.member("referenceCategory", "PACKAGE-MANAGER").member("referenceType", "purl");
            json.member("referenceLocator", purl.get().toString()).endObject().endArray();
        }
    }

    private static void distribution(Distribution distribution, JsonWriter json) throws IOException {
        begin(OPERATING_SYSTEM, distribution.id(), distribution.versionId().orElse(""), Optional.empty(), json);
        json.member("primaryPackagePurpose", "OPERATING-SYSTEM");
        Map<String, String> fields = new LinkedHashMap<>();
        for (String field : Property.OS_RELEASE_FIELDS) {
            distribution.field(field).ifPresent(value -> fields.put(Property.OS_RELEASE + field, value));
        }
        comment(fields, json);
        json.endObject();
    }

    private static void installed(String id, InstalledPackage each, JsonWriter json) throws IOException {
        begin(PACKAGE + id, each.name(), each.version(), ListedPackages.purl(each), json);
        json.member("primaryPackagePurpose", "LIBRARY");
        if (each.source().isPresent()) {
            SourcePackage source = each.source().get();
            json.member("sourceInfo", "built from " + source.name() + " " + source.version());
        }
        comment(ListedPackages.properties(each), json);
        json.endObject();
    }

    /** A name has no equals sign, and a line feed in a value is escaped, so each line is one property. */
    private static void comment(Map<String, String> properties, JsonWriter json) throws IOException {
        if (!properties.isEmpty()) {
            json.member(
                    "comment",
                    properties.entrySet().stream()
                            .map(each -> each.getKey() + "=" + CommentLine.escaped(each.getValue()))
                            .collect(Collectors.joining("\n")));
        }
    }

    private void relations(JsonWriter json) throws IOException {
        json.name("relationships").beginArray();
        relation(DOCUMENT, "DESCRIBES", IMAGE, json);
        if (image.base().isPresent()) {
            relation(IMAGE, "DESCENDANT_OF", BASE, json);
        }
        if (inventory.distribution().isPresent()) {
            relation(IMAGE, "CONTAINS", OPERATING_SYSTEM, json);
        }
        for (String id : packages.roots()) {
            relation(IMAGE, "CONTAINS", PACKAGE + id, json);
        }
        for (Map.Entry<String, List<String>> each : packages.parts().entrySet()) {
            for (String part : each.getValue()) {
                relation(PACKAGE + each.getKey(), "CONTAINS", PACKAGE + part, json);
            }
        }
        json.endArray();
    }

    private static void relation(String from, String type, String to, JsonWriter json) throws IOException {
        json.beginObject().member("spdxElementId", from).member("relationshipType", type);
        json.member("relatedSpdxElement", to).endObject();
    }
}
