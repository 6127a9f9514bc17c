package dev.tallyclerk.registry.internal.inventory.language;

import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.registry.internal.inventory.ContentReader;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.FoundPackage;
import dev.tallyclerk.registry.internal.inventory.Lines;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import dev.tallyclerk.registry.internal.inventory.WholeDocument;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the package URLs of a bill of materials that lies in an image: CycloneDX or SPDX in JSON, or SPDX 2 in tags and
 * values. They are claims of the image's builder.
 *
 * @see <a href="https://spdx.github.io/spdx-spec/v2.3/conformance/">SPDX 2.3, tag-value format</a>
 */
public final class BillOfMaterials implements ContentReader {
    private static final Pattern NAME =
            Pattern.compile("[.]spdx([.]json)?$|[.]cdx([.](json|xml))?$|(^|/)var/lib/db/sbom/[^/]+[.]json$"
                    + "|(^|/)usr/local/share/sbom/[^/]+[.]json$");
    private static final int MAX_DEPTH = 50;
    private static final Pattern TAG = Pattern.compile("([A-Za-z0-9]+):\\s*(.*)");
    private static final Pattern PURL = Pattern.compile("(?i)PACKAGE[-_]MANAGER\\s+purl\\s+(\\S+)");

    /** {@return whether a bill of materials is likely to lie at the path} */
    public static boolean isLikely(String path) {
        return NAME.matcher(path.toLowerCase(Locale.ROOT)).find();
    }

    @Override
    public void read(InputStream content, FileFindings into) throws IOException, UnreadableException {
        PushbackInputStream document = new PushbackInputStream(content);
        int first = document.read();
        if (first == '<') {
            throw UnreadableException.unsupported("the bill of materials is in XML");
        }
        if (first >= 0) {
            document.unread(first);
        }
        if (first == '#' || Character.isLetter(first)) {
            tags(new Lines(document), into);
        } else {
            json(document, into);
        }
    }

    /** Reads tags, of which those after a package's name belong to the package. */
    private static void tags(Lines lines, FileFindings into) throws IOException, UnreadableException {
        boolean isSpdx = false;
        boolean isText = false;
        String name = "";
        String version = "";
        for (String line = lines.next(); line != null; line = lines.next()) {
            boolean isInside = isText;
            isText = line.lastIndexOf("<text>") > line.lastIndexOf("</text>") || (isText && !line.contains("</text>"));
            Matcher tag = TAG.matcher(line);
            if (isInside || !tag.matches()) {
                continue;
            }
            String value = tag.group(2).strip();
            switch (tag.group(1)) {
                case "SPDXVersion" -> isSpdx |= value.startsWith("SPDX-2");
                case "PackageName" -> {
                    name = value;
                    version = "";
                }
                case "PackageVersion" -> version = value;
                case "ExternalRef" -> {
                    Matcher purl = PURL.matcher(value);
                    if (purl.matches()) {
                        claim(name, version, purl.group(1), into);
                    }
                }
                default -> {
                    // Says nothing about which packages there are.
                }
            }
        }
        if (!isSpdx) {
            throw UnreadableException.unsupported("the bill of materials is neither CycloneDX nor SPDX");
        }
    }

    private static void json(InputStream content, FileFindings into) throws IOException, UnreadableException {
        WholeDocument.json(content, into, root -> {
            JsonObject document = JsonText.object(root.value(), "the bill of materials");
            if (JsonText.text(document, "bomFormat").equals("CycloneDX")) {
                components(document, into, 0);
            } else if (JsonText.text(document, "spdxVersion").startsWith("SPDX-2")) {
                packages(document, into);
            } else if (document.members().containsKey("@graph")) {
                graph(document, into);
            } else {
                throw UnreadableException.unsupported("the bill of materials is neither CycloneDX nor SPDX");
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

    /** Reads the packages of SPDX 3. */
    private static void graph(JsonObject document, FileFindings into) throws UnreadableException {
        for (JsonValue each : JsonText.list(document, "@graph")) {
            JsonObject element = JsonText.object(each, "an element");
            if (!JsonText.text(element, "type").equals("software_Package")) {
                continue;
            }
            String version = "software_packageVersion";
            claim(element, version, JsonText.text(element, "software_packageUrl"), into);
            for (JsonValue identifier : JsonText.list(element, "externalIdentifier")) {
                if (identifier instanceof JsonObject external
                        && JsonText.text(external, "externalIdentifierType").equals("packageUrl")) {
                    claim(element, version, JsonText.text(external, "identifier"), into);
                }
            }
        }
    }

    private static void claim(JsonObject listed, String version, String purl, FileFindings into)
            throws UnreadableException {
        claim(JsonText.text(listed, "name"), JsonText.text(listed, version), purl, into);
    }

    private static void claim(String name, String version, String purl, FileFindings into) throws UnreadableException {
        if (!purl.isEmpty() && !name.isEmpty()) {
            into.add(FoundPackage.of("", name, version).withClaimed(purl));
        }
    }
}
