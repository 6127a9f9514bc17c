package dev.tallyclerk.registry.internal.inventory.language;

import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.registry.internal.inventory.ContentReader;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.FoundPackage;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import dev.tallyclerk.registry.internal.inventory.WholeDocument;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Reads the package URLs of a CycloneDX or SPDX 2 document in JSON that lies in an image. They are claims of the
 * image's builder.
 */
public final class BillOfMaterials implements ContentReader {
    private static final Pattern NAME =
            Pattern.compile("[.]spdx([.]json)?$|[.]cdx[.]json$|(^|/)var/lib/db/sbom/[^/]+[.]json$"
                    + "|(^|/)usr/local/share/sbom/[^/]+[.]json$");
    private static final int MAX_DEPTH = 50;

    /** {@return whether a bill of materials is likely to lie at the path} */
    public static boolean isLikely(String path) {
        return NAME.matcher(path.toLowerCase(Locale.ROOT)).find();
    }

    @Override
    public void read(InputStream content, FileFindings into) throws IOException, UnreadableException {
        WholeDocument.json(content, into, root -> {
            JsonObject document = JsonText.object(root.value(), "the bill of materials");
            if (JsonText.text(document, "bomFormat").equals("CycloneDX")) {
                components(document, into, 0);
            } else if (JsonText.text(document, "spdxVersion").startsWith("SPDX-2")) {
                packages(document, into);
            } else {
                throw UnreadableException.unsupported("the bill of materials is neither CycloneDX nor SPDX 2");
            }
        });
    }

    private static void components(JsonObject parent, FileFindings into, int depth) throws UnreadableException {
        if (depth > MAX_DEPTH) {
            throw UnreadableException.limit("components are nested more than " + MAX_DEPTH + " deep");
        }
        for (JsonValue each : JsonText.list(parent, "components")) {
            JsonObject component = JsonText.object(each, "a component");
            claim(component, "version", JsonText.text(component, "purl"), into);
            components(component, into, depth + 1);
        }
    }

    private static void packages(JsonObject document, FileFindings into) throws UnreadableException {
        for (JsonValue each : JsonText.list(document, "packages")) {
            JsonObject listed = JsonText.object(each, "a package");
            for (JsonValue reference : JsonText.list(listed, "externalRefs")) {
                JsonObject external = JsonText.object(reference, "an external reference");
                if (JsonText.text(external, "referenceType").equals("purl")) {
                    claim(listed, "versionInfo", JsonText.text(external, "referenceLocator"), into);
                }
            }
        }
    }

    private static void claim(JsonObject listed, String version, String purl, FileFindings into)
            throws UnreadableException {
        String name = JsonText.text(listed, "name");
        if (!purl.isEmpty() && !name.isEmpty()) {
            into.add(FoundPackage.of("", name, JsonText.text(listed, version)).withClaimed(purl));
        }
    }
}
