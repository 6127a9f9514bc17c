package dev.tallyclerk.registry.model;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue.JsonNull;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.model.MalformedDocumentException.Reason;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads manifests and indexes of all kinds.
 *
 * <p>The announced type, the document's own {@code mediaType} and its shape must agree; readers that trust only one of
 * them have CVE-2021-41190.
 */
final class ManifestReader {
    private static final String DOCUMENT = "manifest";

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

    private ManifestReader() {}

    static Manifest read(byte[] bytes, String announced, DocumentLimits limits) throws MalformedDocumentException {
        try {
            JsonCursor json = JsonCursor.parseInterchangeable(bytes, limits.manifestJson())
                    .under(Specifications.of(announced));
            json.refuseCaseVariants(MEMBERS);
            long version = json.required("schemaVersion").integer(Integer.MIN_VALUE, Integer.MAX_VALUE);
            if (version == 1) {
                refuseMembers(json, MediaType.DOCKER_SCHEMA1, "config", "layers", "manifests", "subject");
                return Schema1Manifest.read(bytes, json, agreedType(json, announced), limits);
            }
            if (version != 2) {
                throw json.required("schemaVersion").badValue("is " + version + ", must be 2");
            }
            String mediaType = agreedType(json, announced);
            if (MediaType.isSchema1(mediaType)) {
                throw MalformedDocumentException.ambiguous("/schemaVersion", "is 2, but the type is " + mediaType);
            }
            return schema2(bytes, json, mediaType.isEmpty() ? typeByShape(json) : mediaType, limits);
        } catch (JsonException e) {
            throw MalformedDocumentException.of(DOCUMENT, e);
        }
    }

    /** Reads a document once it has the promised digests and size. */
    static Manifest readVerified(byte[] bytes, String announced, ResolvedDigest promised, DocumentLimits limits)
            throws VerificationException, MalformedDocumentException {
        Manifest.requireAllowedSize(promised, limits);
        if (promised.size().isEmpty() && bytes.length > limits.maxManifestBytes()) {
            throw MalformedDocumentException.tooManyBytes("manifest", promised.digest(), limits.maxManifestBytes());
        }
        Manifest signed = null;
        for (Digest digest : promised.digests()) {
            try {
                verify(bytes, digest, promised.size().orElse(bytes.length));
            } catch (VerificationException mismatch) {
                signed = signed == null ? signed(bytes, announced, limits, mismatch) : signed;
                verifySigned(signed, digest, promised.size(), mismatch);
            }
        }
        return signed == null ? read(bytes, announced, limits) : signed;
    }

    private static void verify(byte[] bytes, Digest digest, long size) throws VerificationException {
        ContentVerifier verifier = ContentVerifier.of(digest, size);
        verifier.update(bytes, 0, bytes.length);
        verifier.finish();
    }

    /** {@return the document, if it may be a signed one, whose bytes may differ from the promised ones} */
    private static Manifest signed(
            byte[] bytes, String announced, DocumentLimits limits, VerificationException mismatch)
            throws VerificationException {
        boolean maybeSigned = mismatch.reason() != VerificationException.Reason.UNSUPPORTED_ALGORITHM
                && bytes.length <= limits.maxManifestBytes()
                && (announced.isEmpty() || MediaType.isSchema1(announced));
        if (!maybeSigned) {
            throw mismatch;
        }
        try {
            return read(bytes, announced, limits);
        } catch (MalformedDocumentException e) {
            mismatch.addSuppressed(e);
            throw mismatch;
        }
    }

    /**
     * Compares the payload with a digest. A registry may sign again at each request, so only the payload stays the
     * same. The promised size may be that of either.
     */
    private static void verifySigned(
            Manifest manifest, Digest digest, OptionalLong size, VerificationException mismatch)
            throws VerificationException {
        if (!(manifest instanceof Schema1Manifest schema1) || !schema1.isSigned()) {
            throw mismatch;
        }
        byte[] payload = schema1.payload();
        if (size.isPresent() && size.getAsLong() != manifest.size() && size.getAsLong() != payload.length) {
            throw mismatch;
        }
        verify(payload, digest, payload.length);
    }

    private static Manifest schema2(byte[] bytes, JsonCursor root, String mediaType, DocumentLimits limits)
            throws JsonException, MalformedDocumentException {
        JsonCursor json = root.under(Specifications.of(mediaType));
        if (MediaType.isIndex(mediaType)) {
            refuseMembers(json, mediaType, "config", "layers", "fsLayers");
            Manifest.Head head = head(json, mediaType, INDEX_MEMBERS);
            return new ImageIndex(bytes, head, descriptors(json.required("manifests"), false, limits));
        }
        if (!MediaType.isManifest(mediaType)) {
            throw new MalformedDocumentException(
                    Reason.UNSUPPORTED,
                    Specifications.MANIFEST + ", mediaType",
                    "",
                    "manifest: unsupported media type " + Quoted.quote(mediaType));
        }
        refuseMembers(json, mediaType, "manifests", "fsLayers");
        Manifest.Head head = head(json, mediaType, MANIFEST_MEMBERS);
        Descriptor config = DescriptorReader.read(json.required("config"));
        List<Descriptor> layers = descriptors(json.required("layers"), true, limits);
        ImageManifest manifest = new ImageManifest(bytes, head, config, layers);
        if (mediaType.equals(MediaType.OCI_MANIFEST)) {
            requireArtifactType(manifest);
        }
        return manifest;
    }

    /** Go writes null for an empty list: BuildKit for layers, umoci for manifests. */
    private static List<Descriptor> descriptors(JsonCursor list, boolean ofLayers, DocumentLimits limits)
            throws JsonException {
        return list.value() instanceof JsonNull ? List.of() : DescriptorReader.readAll(list, ofLayers, limits);
    }

    /** Layers may be absent: the specification only says SHOULD, and builders make images without them. */
    private static void requireArtifactType(ImageManifest manifest) throws JsonException {
        if (manifest.config().mediaType().equals(MediaType.OCI_EMPTY)
                && manifest.artifactType().isEmpty()) {
            throw new JsonException(
                    JsonException.Reason.MISSING,
                    "/artifactType",
                    "required member is absent; it is required because the configuration is empty",
                    ARTIFACT_TYPE);
        }
    }

    private static Manifest.Head head(JsonCursor json, String mediaType, MemberNames members) throws JsonException {
        Optional<JsonCursor> artifactType = json.optional("artifactType");
        Optional<JsonCursor> subject = json.optional("subject");
        Optional<JsonCursor> annotations = json.optional("annotations");
        List<Deviation> deviations = new ArrayList<>();
        noteIfEmpty(json.optional("mediaType"), "/mediaType", deviations);
        noteIfEmpty(artifactType, "/artifactType", deviations);
        return new Manifest.Head(
                mediaType,
                artifactType.isPresent() ? DescriptorReader.typeOrNull(artifactType.get()) : null,
                subject.isPresent() ? DescriptorReader.read(subject.get()) : null,
                annotations.isPresent() ? annotations.get().stringMap() : Map.of(),
                json.others(members),
                deviations);
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
