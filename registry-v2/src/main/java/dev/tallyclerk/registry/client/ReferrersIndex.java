package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonNumber;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.internal.json.JsonWriter;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The index of a manifest's referrers as JSON, to which referrers are added. What is not known here stays: members,
 * entries of others, and their order. Immutable.
 *
 * @param json the document, which is an index
 */
record ReferrersIndex(JsonObject json) {
    private static final String MANIFESTS = "manifests";

    /** {@return an index without entries} */
    static ReferrersIndex empty() {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("schemaVersion", new JsonNumber("2"));
        members.put("mediaType", new JsonString(MediaType.OCI_INDEX));
        members.put(MANIFESTS, new JsonArray(List.of()));
        return new ReferrersIndex(new JsonObject(members));
    }

    /**
     * Reads an index.
     *
     * @throws MalformedDocumentException if it is none, or passes a limit
     */
    static ReferrersIndex parse(byte[] document, DocumentLimits limits) throws MalformedDocumentException {
        Manifest.parse(document, MediaType.OCI_INDEX, limits);
        try {
            // As those of Manifest, which has read the document.
            JsonLimits json = new JsonLimits(
                    limits.maxManifestBytes(),
                    limits.maxDepth(),
                    limits.maxStringLength(),
                    limits.maxNumberLength(),
                    JsonLimits.valuesIn(limits.maxManifestBytes()));
            return new ReferrersIndex(JsonCursor.parse(document, json).object());
        } catch (JsonException e) {
            throw new IllegalStateException("one reader takes what another one refuses", e);
        }
    }

    /**
     * {@return how an index describes a referrer}
     *
     * <p>Its type of artifact is its own or, if it has none, that of its configuration.
     *
     * @param described type, digest and size of the referrer
     */
    static Descriptor describe(Descriptor described, Manifest referrer) {
        Descriptor plain = Descriptor.of(described.mediaType(), described.digest(), described.size())
                .withAnnotations(referrer.annotations());
        Optional<String> artifactType = referrer.artifactType();
        if (artifactType.isEmpty() && referrer instanceof ImageManifest image) {
            artifactType = Optional.of(image.config().mediaType());
        }
        return artifactType.map(plain::withArtifactType).orElse(plain);
    }

    boolean has(Digest digest) {
        return entries().stream().anyMatch(entry -> leadsTo(digest, entry));
    }

    /** {@return this index with one entry more} */
    ReferrersIndex with(Descriptor referrer) {
        List<JsonValue> entries = entries();
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("mediaType", new JsonString(referrer.mediaType()));
        members.put("digest", new JsonString(referrer.digest().toString()));
        members.put("size", new JsonNumber(Long.toString(referrer.size())));
        referrer.artifactType().ifPresent(type -> members.put("artifactType", new JsonString(type)));
        if (!referrer.annotations().isEmpty()) {
            Map<String, JsonValue> annotations = new LinkedHashMap<>();
            referrer.annotations().forEach((name, value) -> annotations.put(name, new JsonString(value)));
            members.put("annotations", new JsonObject(annotations));
        }
        entries.add(new JsonObject(members));
        return with(entries);
    }

    /** {@return this index without the entries of that digest} */
    ReferrersIndex without(Digest digest) {
        List<JsonValue> entries = entries();
        entries.removeIf(entry -> leadsTo(digest, entry));
        return with(entries);
    }

    private ReferrersIndex with(List<JsonValue> entries) {
        Map<String, JsonValue> members = new LinkedHashMap<>(json.members());
        members.put(MANIFESTS, new JsonArray(entries));
        return new ReferrersIndex(new JsonObject(members));
    }

    private List<JsonValue> entries() {
        return json.members().get(MANIFESTS) instanceof JsonArray array
                ? new ArrayList<>(array.elements())
                : new ArrayList<>();
    }

    private static boolean leadsTo(Digest digest, JsonValue entry) {
        return entry instanceof JsonObject object
                && new JsonString(digest.toString()).equals(object.members().get("digest"));
    }

    /**
     * {@return the document, which {@link #parse} reads}
     *
     * @throws HttpException if it has become larger than the limits allow
     */
    byte[] bytes(DocumentLimits limits) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonWriter.compact(out).value(json).finish();
        byte[] document = out.toByteArray();
        if (document.length > limits.maxManifestBytes() || entries().size() > limits.maxDescriptors()) {
            throw new RegistryException(
                    Reason.LIMIT_EXCEEDED,
                    0,
                    "the index of referrers would have " + entries().size() + " entries in " + document.length
                            + " bytes");
        }
        return document;
    }
}
