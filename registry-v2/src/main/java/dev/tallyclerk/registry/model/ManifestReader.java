package dev.tallyclerk.registry.model;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue.JsonNull;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.internal.json.MemberMap;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.registry.model.MalformedDocumentException.Reason;
import dev.tallyclerk.text.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A manifest or index of any kind, opened to read its parts.
 *
 * <p>The announced type, the document's own {@code mediaType} and its shape must agree; readers that trust only one of
 * them have CVE-2021-41190.
 */
final class ManifestReader {
    static final String DOCUMENT = "manifest";

    /** The members of all kinds, because a case variant of another kind's member is ambiguous too. */
    private static final MemberNames MEMBERS = MemberNames.of(
            "schemaVersion mediaType artifactType config layers manifests subject annotations fsLayers history signatures"
                    .split(" "));

    private static final MemberNames MANIFEST_MEMBERS =
            MemberNames.of("schemaVersion mediaType artifactType config layers subject annotations".split(" "));
    private static final MemberNames INDEX_MEMBERS =
            MemberNames.of("schemaVersion", "mediaType", "artifactType", "manifests", "subject", "annotations");

    private static final String ARTIFACT_TYPE =
            "OCI image-spec v1.1.1, manifest.md, artifactType: must be set where config is the empty type";

    /** What a document is. */
    enum Kind {
        SCHEMA1,
        MANIFEST,
        INDEX
    }

    /** The members of every kind. */
    record Head(
            String mediaType,
            @Nullable String artifactType,
            @Nullable Descriptor subject,
            Map<String, String> annotations,
            Map<String, String> unknownMembers,
            List<Deviation> deviations) {
        Head {
            annotations = MemberMap.copyOf(annotations);
            unknownMembers = MemberMap.copyOf(unknownMembers);
            deviations = List.copyOf(deviations);
        }
    }

    private final JsonCursor json;
    private final Kind kind;
    private final String mediaType;
    private final DocumentLimits limits;

    private ManifestReader(JsonCursor json, Kind kind, String mediaType, DocumentLimits limits) {
        this.json = json;
        this.kind = kind;
        this.mediaType = mediaType;
        this.limits = limits;
    }

    /** {@return a reader of a document, whose kind is clear} */
    static ManifestReader open(byte[] bytes, String announced, DocumentLimits limits)
            throws JsonException, MalformedDocumentException {
        JsonCursor json =
                JsonCursor.parseInterchangeable(bytes, limits.manifestJson()).under(Specifications.of(announced));
        json.refuseCaseVariants(MEMBERS);
        long version = json.required("schemaVersion").integer(Integer.MIN_VALUE, Integer.MAX_VALUE);
        if (version == 1) {
            refuseMembers(json, MediaType.DOCKER_SCHEMA1, "config", "layers", "manifests", "subject");
            return new ManifestReader(json, Kind.SCHEMA1, agreedType(json, announced), limits);
        }
        if (version != 2) {
            throw json.required("schemaVersion").badValue("is " + version + ", must be 2");
        }
        String agreed = agreedType(json, announced);
        if (MediaType.isSchema1(agreed)) {
            throw MalformedDocumentException.ambiguous("/schemaVersion", "is 2, but the type is " + agreed);
        }
        String mediaType = agreed.isEmpty() ? typeByShape(json) : agreed;
        JsonCursor typed = json.under(Specifications.of(mediaType));
        if (MediaType.isIndex(mediaType)) {
            refuseMembers(typed, mediaType, "config", "layers", "fsLayers");
            return new ManifestReader(typed, Kind.INDEX, mediaType, limits);
        }
        if (!MediaType.isManifest(mediaType)) {
            throw new MalformedDocumentException(
                    Reason.UNSUPPORTED,
                    Specifications.MANIFEST + ", mediaType",
                    "",
                    "manifest: unsupported media type " + Quoted.quote(mediaType));
        }
        refuseMembers(typed, mediaType, "manifests", "fsLayers");
        return new ManifestReader(typed, Kind.MANIFEST, mediaType, limits);
    }

    Kind kind() {
        return kind;
    }

    /** {@return the whole document} */
    JsonCursor json() {
        return json;
    }

    /** {@return the agreed type; empty for a {@link Kind#SCHEMA1} document if nothing says any} */
    String mediaType() {
        return mediaType;
    }

    /** {@return the members that manifests and indexes share} */
    Head head() throws JsonException {
        Optional<JsonCursor> artifactType = json.optional("artifactType");
        Optional<JsonCursor> subject = json.optional("subject");
        Optional<JsonCursor> annotations = json.optional("annotations");
        List<Deviation> deviations = new ArrayList<>();
        noteIfEmpty(json.optional("mediaType"), "/mediaType", deviations);
        noteIfEmpty(artifactType, "/artifactType", deviations);
        return new Head(
                mediaType,
                artifactType.isPresent() ? DescriptorReader.typeOrNull(artifactType.get()) : null,
                subject.isPresent() ? DescriptorReader.read(subject.get()) : null,
                annotations.isPresent() ? annotations.get().stringMap() : Map.of(),
                json.others(kind == Kind.INDEX ? INDEX_MEMBERS : MANIFEST_MEMBERS),
                deviations);
    }

    Descriptor config() throws JsonException {
        return DescriptorReader.read(json.required("config"));
    }

    List<Descriptor> layers() throws JsonException {
        return descriptors(json.required("layers"), true);
    }

    List<Descriptor> manifests() throws JsonException {
        return descriptors(json.required("manifests"), false);
    }

    /** Go writes null for an empty list: BuildKit for layers, umoci for manifests. */
    private List<Descriptor> descriptors(JsonCursor list, boolean ofLayers) throws JsonException {
        return list.value() instanceof JsonNull ? List.of() : DescriptorReader.readAll(list, ofLayers, limits);
    }

    /**
     * Refuses an OCI manifest without a configuration and without an artifact type. Layers may be absent: the
     * specification only says SHOULD, and builders make images without them.
     */
    void requireArtifactType(Head head, Descriptor config) throws JsonException {
        if (mediaType.equals(MediaType.OCI_MANIFEST)
                && config.mediaType().equals(MediaType.OCI_EMPTY)
                && head.artifactType() == null) {
            throw new JsonException(
                    JsonException.Reason.MISSING,
                    "/artifactType",
                    "required member is absent; it is required because the configuration is empty",
                    ARTIFACT_TYPE);
        }
    }

    private static void noteIfEmpty(Optional<JsonCursor> member, String pointer, List<Deviation> deviations)
            throws JsonException {
        if (member.isPresent() && member.get().string().isEmpty()) {
            deviations.add(new Deviation(pointer, "is empty; engines read it as absent"));
        }
    }

    /** {@return the announced type or the document's own, which must be equal; empty if there is neither} */
    private static String agreedType(JsonCursor json, String announced)
            throws JsonException, MalformedDocumentException {
        Optional<JsonCursor> member = json.optional("mediaType");
        if (member.isEmpty()) {
            return announced;
        }
        String own = DescriptorReader.typeOrNull(member.get());
        if (own == null) {
            return announced;
        }
        if (!announced.isEmpty() && !own.equals(announced)) {
            throw MalformedDocumentException.ambiguous(
                    "/mediaType",
                    "is " + Quoted.quote(own) + ", but the document was announced as " + Quoted.quote(announced));
        }
        return own;
    }

    /** A document without a type is OCI's, or Docker's if its configuration is; other readers guess the same. */
    private static String typeByShape(JsonCursor json) throws JsonException {
        if (json.member("manifests").isPresent()) {
            return MediaType.OCI_INDEX;
        }
        JsonCursor config = json.required("config");
        Optional<JsonCursor> configType = config.optional("mediaType");
        boolean docker = configType.isPresent()
                && configType.get().value() instanceof JsonString type
                && type.value().equals(MediaType.DOCKER_CONFIG);
        return docker ? MediaType.DOCKER_MANIFEST : MediaType.OCI_MANIFEST;
    }

    private static void refuseMembers(JsonCursor json, String mediaType, String... names)
            throws JsonException, MalformedDocumentException {
        for (String name : names) {
            if (json.member(name).isPresent()) {
                throw MalformedDocumentException.ambiguous(
                        "/" + name,
                        "is no member of a document of type " + mediaType
                                + "; another reader could take the document for another kind");
            }
        }
    }
}
