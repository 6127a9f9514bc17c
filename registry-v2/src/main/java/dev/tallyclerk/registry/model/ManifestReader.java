package dev.tallyclerk.registry.model;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.registry.model.MalformedDocumentException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides what kind of manifest a document is, and reads it as that.
 *
 * <p>The type that was announced, the document's own {@code mediaType} and its shape must agree; CVE-2021-41190 is what
 * happens to readers that believe one of them.
 */
final class ManifestReader {
    private static final Set<String> MEMBERS = Set.of(
            "schemaVersion",
            "mediaType",
            "artifactType",
            "config",
            "layers",
            "manifests",
            "subject",
            "annotations",
            "fsLayers",
            "history",
            "signatures");

    private ManifestReader() {}

    static Manifest read(byte[] bytes, String announced, RegistryLimits limits) throws MalformedDocumentException {
        try {
            JsonCursor json = JsonCursor.parse(bytes, JsonLimits.ofBytes(limits.maxManifestBytes()));
            json.refuseCaseVariants(MEMBERS);
            refuseSchema1(json, announced);
            String mediaType = agreedMediaType(json, announced);
            Optional<JsonCursor> annotations = json.optional("annotations");
            Map<String, String> annotationMap =
                    annotations.isPresent() ? annotations.get().stringMap() : Map.of();
            if (MediaType.isIndex(mediaType)) {
                refuseMembers(json, mediaType, "config", "layers", "fsLayers");
                return new ImageIndex(
                        bytes,
                        mediaType,
                        descriptors(json.required("manifests"), limits),
                        optionalDescriptor(json, "subject"),
                        annotationMap);
            }
            refuseMembers(json, mediaType, "manifests", "fsLayers");
            return new ImageManifest(
                    bytes,
                    mediaType,
                    Descriptor.read(json.required("config")),
                    descriptors(json.required("layers"), limits),
                    artifactType(json),
                    optionalDescriptor(json, "subject"),
                    annotationMap);
        } catch (JsonException e) {
            throw MalformedDocumentException.of("manifest", e);
        }
    }

    private static void refuseSchema1(JsonCursor json, String announced)
            throws JsonException, MalformedDocumentException {
        long version = json.required("schemaVersion").integer(Integer.MIN_VALUE, Integer.MAX_VALUE);
        if (version == 1 || MediaType.isSchema1(announced)) {
            throw new MalformedDocumentException(
                    Reason.UNSUPPORTED,
                    "/schemaVersion",
                    "manifest: Docker schema 1 is not supported yet; push the image again as schema 2 or OCI");
        }
        if (version != 2) {
            throw json.required("schemaVersion").badValue(version + " is not 2 (manifest.md, schemaVersion)");
        }
    }

    private static String agreedMediaType(JsonCursor json, String announced)
            throws JsonException, MalformedDocumentException {
        Optional<JsonCursor> member = json.optional("mediaType");
        String own = member.isPresent() ? Descriptor.readMediaType(member.get()) : "";
        if (!own.isEmpty() && !announced.isEmpty() && !own.equals(announced)) {
            throw new MalformedDocumentException(
                    Reason.AMBIGUOUS,
                    "/mediaType",
                    "manifest: says it is " + Quoted.quote(own) + ", and was announced as " + Quoted.quote(announced));
        }
        String mediaType = own.isEmpty() ? announced : own;
        if (mediaType.isEmpty()) {
            return json.member("manifests").isPresent() ? MediaType.OCI_INDEX : MediaType.OCI_MANIFEST;
        }
        if (!MediaType.isManifest(mediaType) && !MediaType.isIndex(mediaType)) {
            throw new MalformedDocumentException(
                    Reason.UNSUPPORTED,
                    "",
                    "manifest: " + Quoted.quote(mediaType) + " is no type of manifest known here");
        }
        return mediaType;
    }

    private static void refuseMembers(JsonCursor json, String mediaType, String... names)
            throws JsonException, MalformedDocumentException {
        for (String name : names) {
            if (json.member(name).isPresent()) {
                throw new MalformedDocumentException(
                        Reason.AMBIGUOUS,
                        "/" + name,
                        "manifest: a document of type " + mediaType + " has no member \"" + name
                                + "\"; another reader could take it for another kind");
            }
        }
    }

    private static List<Descriptor> descriptors(JsonCursor array, RegistryLimits limits)
            throws JsonException, MalformedDocumentException {
        List<JsonCursor> elements = array.elements();
        if (elements.size() > limits.maxDescriptors()) {
            throw new MalformedDocumentException(
                    Reason.LIMIT_EXCEEDED,
                    array.pointer(),
                    "manifest: " + elements.size() + " descriptors, " + limits.maxDescriptors() + " allowed");
        }
        List<Descriptor> out = new ArrayList<>(elements.size());
        for (JsonCursor element : elements) {
            out.add(Descriptor.read(element));
        }
        return out;
    }

    private static Optional<Descriptor> optionalDescriptor(JsonCursor json, String name) throws JsonException {
        Optional<JsonCursor> member = json.optional(name);
        return member.isEmpty() ? Optional.empty() : Optional.of(Descriptor.read(member.get()));
    }

    private static Optional<String> artifactType(JsonCursor json) throws JsonException {
        Optional<JsonCursor> member = json.optional("artifactType");
        return member.isEmpty() ? Optional.empty() : Optional.of(Descriptor.readMediaType(member.get()));
    }
}
