package dev.tallyclerk.registry.layout;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.reference.MalformedReferenceException;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The {@code manifest.json} of a docker archive. */
final class DockerManifest {
    static final String FILE = "manifest.json";

    /** The only list of images in an archive from before Docker 1.10. */
    static final String REPOSITORIES = "repositories";

    private static final Set<String> MEMBERS = Set.of("Config", "RepoTags", "Layers", "LayerSources", "Parent");

    private DockerManifest() {}

    /**
     * An image.
     *
     * @param config the path of its configuration within the archive
     * @param tags its names
     * @param layers the paths of its layers within the archive, the lowest first
     */
    record Item(String config, List<Reference> tags, List<String> layers) {
        /** {@return the digest that the file name of the configuration claims, as Docker and others name the files} */
        Optional<Digest> claimedId() {
            return claimedDigest(config);
        }
    }

    /** {@return the images, or empty if there is no {@code manifest.json}} */
    static Optional<List<Item>> read(FileTree files, LayoutLimits limits) throws IOException {
        int maxBytes = limits.documents().maxManifestBytes();
        Optional<byte[]> document = files.readDocument(FILE, maxBytes);
        if (document.isEmpty()) {
            return Optional.empty();
        }
        try {
            List<JsonCursor> elements = JsonCursor.parse(document.get(), JsonLimits.ofBytes(maxBytes))
                    .elements();
            if (elements.size() > limits.maxImages()) {
                throw LayoutException.limit(
                        files.path() + " has " + elements.size() + " images, " + limits.maxImages() + " allowed");
            }
            List<Item> items = new ArrayList<>();
            for (JsonCursor element : elements) {
                items.add(item(element));
            }
            return Optional.of(List.copyOf(items));
        } catch (JsonException e) {
            throw LayoutException.of(files.path() + ": " + FILE, e);
        }
    }

    private static Item item(JsonCursor json) throws JsonException {
        json.refuseCaseVariants(MEMBERS);
        List<Reference> tags = new ArrayList<>();
        for (JsonCursor tag : elements(json, "RepoTags")) {
            try {
                tags.add(Reference.parseNormalized(tag.string()));
            } catch (MalformedReferenceException e) {
                throw tag.badValue("not an image reference: " + e.reason());
            }
        }
        List<String> layers = new ArrayList<>();
        for (JsonCursor layer : elements(json, "Layers")) {
            layers.add(innerPath(layer));
        }
        return new Item(innerPath(json.required("Config")), List.copyOf(tags), List.copyOf(layers));
    }

    /** Docker writes null for an image without names or layers. */
    private static List<JsonCursor> elements(JsonCursor json, String name) throws JsonException {
        Optional<JsonCursor> list = json.optional(name);
        return list.isPresent() ? list.get().elements() : List.of();
    }

    private static String innerPath(JsonCursor json) throws JsonException {
        String text = json.string();
        String normalized = TarEntry.normalize(text);
        // Buildpacks write absolute names, with a single slash before.
        if (normalized.isEmpty()
                || text.startsWith("//")
                || List.of(text.split("/", -1)).contains("..")) {
            throw json.badValue("not a path within the archive: " + Quoted.quote(text));
        }
        return normalized;
    }

    /** {@return the digest that a file name claims: {@code <hex>}, {@code <hex>.json} or {@code sha256:<hex>}} */
    static Optional<Digest> claimedDigest(String innerPath) {
        String name = innerPath.substring(innerPath.lastIndexOf('/') + 1);
        String hex = name.startsWith("sha256:") ? name.substring("sha256:".length()) : name;
        if (hex.endsWith(".json")) {
            hex = hex.substring(0, hex.length() - ".json".length());
        }
        return hex.matches("[0-9a-f]{64}") ? Optional.of(Digest.parse("sha256:" + hex)) : Optional.empty();
    }
}
