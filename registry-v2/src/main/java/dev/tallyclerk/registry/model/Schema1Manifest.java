package dev.tallyclerk.registry.model;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonException.Reason;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.internal.text.TextMaps;
import dev.tallyclerk.registry.model.ManifestReader.Head;
import dev.tallyclerk.text.Quoted;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A Docker image manifest, version 2, schema 1: layers without sizes, each with its metadata of version 1 of Docker's
 * image format. Registries still serve such manifests for old images.
 *
 * <p>A signed manifest contains its signatures. The signed {@link #payload} is the document without them: all members
 * are read from it, and {@link #digest()} is its digest, because a registry may sign again at each request. The key
 * comes with the signature, so a valid signature only proves that the document is complete; see
 * {@link #verifySignatures(Collection)}.
 *
 * @see <a href="https://github.com/distribution/distribution/blob/v2.8.3/docs/spec/manifest-v2-1.md">Distribution
 *     v2.8.3, Image Manifest Version 2, Schema 1</a>
 */
public final class Schema1Manifest extends Manifest {
    private final Content content;

    /** The signed bytes, or null. */
    private final byte @Nullable [] payload;

    private final List<JwsSignature> signatures;

    /** The members of the document. */
    record Content(String name, String tag, String architecture, List<Layer> fsLayers) {
        Content {
            fsLayers = List.copyOf(fsLayers);
        }
    }

    /** Keeps {@code payload}, which is null if there are no signatures. */
    Schema1Manifest(
            byte[] bytes,
            Map<String, String> unknownMembers,
            Content content,
            byte @Nullable [] payload,
            List<JwsSignature> signatures) {
        super(bytes, new Head(type(payload), null, null, Map.of(), unknownMembers, List.of()));
        this.content = content;
        this.payload = payload;
        this.signatures = List.copyOf(signatures);
    }

    /**
     * {@return the manifest in a document}
     *
     * @param announced the agreed media type; empty if nothing says any
     */
    static Schema1Manifest read(byte[] bytes, JsonCursor root, String announced, DocumentLimits limits)
            throws JsonException, MalformedDocumentException {
        return Reader.read(bytes, root, announced, limits);
    }

    private static String type(byte @Nullable [] payload) {
        return payload == null ? MediaType.DOCKER_SCHEMA1 : MediaType.DOCKER_SCHEMA1_SIGNED;
    }

    /** {@return the name of the repository that the image was pushed to; may be empty} */
    public String name() {
        return content.name();
    }

    /** {@return the tag that the image was pushed as; may be empty} */
    public String tag() {
        return content.tag();
    }

    /** {@return the processor architecture, which engines ignore; may be empty} */
    public String architecture() {
        return content.architecture();
    }

    /** {@return the layers in document order: the highest first} */
    public List<Layer> fsLayers() {
        return content.fsLayers();
    }

    /** {@return the layers in the order of newer formats: the lowest first} */
    public List<Layer> layers() {
        List<Layer> layers = new ArrayList<>(content.fsLayers());
        Collections.reverse(layers);
        return List.copyOf(layers);
    }

    /** {@return whether there are signatures, valid or not} */
    public boolean isSigned() {
        return payload != null;
    }

    /** {@return a copy of the signed bytes; all bytes if there are no signatures} */
    public byte[] payload() {
        return payload == null ? bytes() : payload.clone();
    }

    @Override
    byte[] identity(byte[] exact) {
        return payload == null ? exact : payload;
    }

    /**
     * {@return whether the signatures are valid for the keys in the document itself}
     *
     * <p>Valid signatures only prove that the document is complete. Costs one verification for each signature.
     */
    public Schema1Verification verifySignatures() {
        return verifySignatures(List.of());
    }

    /**
     * {@return whether all signatures are valid, and whether the caller trusts one of the keys}
     *
     * <p>Costs one verification for each signature.
     *
     * @param trusted keys from another source than the document: elliptic curve keys on P-256, or RSA keys of 2048 bits
     *     or more
     */
    public Schema1Verification verifySignatures(Collection<? extends PublicKey> trusted) {
        return payload == null
                ? new Schema1Verification.Unsigned()
                : Schema1SignatureCheck.verify(payload, signatures, List.copyOf(trusted));
    }

    /**
     * A layer and its metadata.
     *
     * @param blobSum the digest of the layer in the registry; its size and diffID are unknown
     * @param history its metadata of version 1 of Docker's image format
     */
    public record Layer(Digest blobSum, V1Image history) {
        public Layer {
            Objects.requireNonNull(blobSum, "blobSum");
            Objects.requireNonNull(history, "history");
        }
    }

    /**
     * The metadata of a layer in version 1 of Docker's image format, where each layer was an image. A text that is
     * absent, or is no string, is empty. Immutable.
     *
     * @see <a href="https://github.com/moby/docker-image-spec/blob/v1.0.0/spec.md">Docker image specification
     *     v1.0.0</a>
     */
    public static final class V1Image {
        private final String json;
        private final Map<String, String> texts;
        private final List<String> command;
        private final boolean throwaway;
        private final @Nullable Instant created;

        V1Image(
                String json,
                Map<String, String> texts,
                List<String> command,
                boolean throwaway,
                @Nullable Instant created) {
            this.json = json;
            this.texts = TextMaps.copyOf(texts);
            this.command = List.copyOf(command);
            this.throwaway = throwaway;
            this.created = created;
        }

        private String text(String name) {
            return texts.getOrDefault(name, "");
        }

        /** {@return the exact JSON text, an object} */
        public String json() {
            return json;
        }

        /** {@return the ID; may be arbitrary} */
        public String id() {
            return text("id");
        }

        /** {@return the ID of the layer below; empty for the lowest} */
        public String parent() {
            return text("parent");
        }

        /** {@return the author} */
        public String author() {
            return text("author");
        }

        /** {@return the comment} */
        public String comment() {
            return text("comment");
        }

        /** {@return the processor architecture; usually only the highest layer has one} */
        public String architecture() {
            return text("architecture");
        }

        /** {@return the operating system; usually only the highest layer has one} */
        public String os() {
            return text("os");
        }

        /** {@return the words of the command that made the layer, in the builder's own form} */
        public List<String> command() {
            return command;
        }

        /** {@return whether the layer is empty, because the build step changed no file} */
        public boolean throwaway() {
            return throwaway;
        }

        /** {@return when the layer was made, if recorded as an RFC 3339 time} */
        public Optional<Instant> created() {
            return Optional.ofNullable(created);
        }

        /** {@return whether both have the same text} */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof V1Image that && json.equals(that.json);
        }

        @Override
        public int hashCode() {
            return json.hashCode();
        }

        /** {@return the exact text} */
        @Override
        public String toString() {
            return json;
        }
    }

    /** Reads Docker's schema 1. A signed manifest is read from its payload. */
    private static final class Reader {
        private static final MemberNames MEMBERS =
                MemberNames.of("schemaVersion mediaType name tag architecture fsLayers history signatures".split(" "));
        private static final MemberNames LAYER_MEMBERS = MemberNames.of("blobSum");
        private static final MemberNames HISTORY_MEMBERS = MemberNames.of("v1Compatibility");
        private static final MemberNames V1_MEMBERS = MemberNames.of(
                "id parent created author comment architecture os throwaway container_config config".split(" "));
        private static final List<String> V1_TEXTS = List.of("id", "parent", "author", "comment", "architecture", "os");

        private static final String ONE_HISTORY_EACH =
                Specifications.SCHEMA1 + ", history: as many entries as fsLayers has";

        private Reader() {}

        static Schema1Manifest read(byte[] bytes, JsonCursor root, String announced, DocumentLimits limits)
                throws JsonException, MalformedDocumentException {
            if (!announced.isEmpty() && !MediaType.isSchema1(announced)) {
                throw MalformedDocumentException.ambiguous(
                        "/schemaVersion", "is 1, but the type is " + Quoted.quote(announced));
            }
            JsonCursor json = root.under(Specifications.SCHEMA1);
            json.refuseCaseVariants(MEMBERS);
            Optional<JsonCursor> signatures = json.member("signatures");
            if (signatures.isEmpty()) {
                if (announced.equals(MediaType.DOCKER_SCHEMA1_SIGNED)) {
                    json.required("signatures");
                }
                return new Schema1Manifest(bytes, json.others(MEMBERS), content(json, limits), null, List.of());
            }
            JwsReader jws = JwsReader.read(signatures.get(), limits);
            byte[] payload = jws.payload(bytes, signatures.get());
            JsonCursor signed = jws.requireSame(json, payload, limits).under(Specifications.SCHEMA1);
            return new Schema1Manifest(
                    bytes, signed.others(MEMBERS), content(signed, limits), payload, jws.signatures());
        }

        private static Content content(JsonCursor json, DocumentLimits limits) throws JsonException {
            List<JsonCursor> fsLayers = json.required("fsLayers").elements();
            List<JsonCursor> history = json.required("history").elements();
            limits.requireCount(json.required("fsLayers"), fsLayers.size());
            if (fsLayers.size() != history.size()) {
                throw json.required("history")
                        .failure(
                                Reason.BAD_VALUE,
                                "has " + history.size() + " entries for " + fsLayers.size() + " layers",
                                ONE_HISTORY_EACH);
            }
            List<Layer> layers = new ArrayList<>(fsLayers.size());
            for (int i = 0; i < fsLayers.size(); i++) {
                JsonCursor layer = fsLayers.get(i);
                layer.refuseCaseVariants(LAYER_MEMBERS);
                Digest blobSum = DescriptorReader.digest(layer.required("blobSum"));
                JsonCursor entry = history.get(i);
                entry.refuseCaseVariants(HISTORY_MEMBERS);
                layers.add(new Layer(blobSum, v1Image(entry.required("v1Compatibility"), limits)));
            }
            return new Content(text(json, "name"), text(json, "tag"), text(json, "architecture"), layers);
        }

        private static String text(JsonCursor json, String name) throws JsonException {
            Optional<JsonCursor> member = json.optional(name);
            return member.isPresent() ? member.get().string() : "";
        }

        /**
         * Tolerates malformed descriptive members, because version 1 of the format was never strict, but no malformed
         * members that define the image.
         */
        private static V1Image v1Image(JsonCursor place, DocumentLimits limits) throws JsonException {
            String text = place.string();
            try {
                JsonCursor json =
                        JsonCursor.parseInterchangeable(text.getBytes(StandardCharsets.UTF_8), limits.manifestJson());
                json.refuseCaseVariants(V1_MEMBERS);
                Map<String, String> texts = new HashMap<>();
                for (String name : V1_TEXTS) {
                    Optional<JsonCursor> member = json.optional(name);
                    if (member.isPresent() && member.get().value() instanceof JsonString string) {
                        texts.put(name, string.value());
                    }
                }
                Optional<JsonCursor> throwaway = json.optional("throwaway");
                Optional<JsonCursor> created = json.optional("created");
                return new V1Image(
                        text,
                        texts,
                        command(json),
                        throwaway.isPresent() && throwaway.get().bool(),
                        created.isPresent() && created.get().value() instanceof JsonString time
                                ? Rfc3339.parse(time.value()).orElse(null)
                                : null);
            } catch (JsonException e) {
                throw place.failure(e.reason(), "in its text: " + e.getMessage());
            }
        }

        private static List<String> command(JsonCursor json) {
            return json.value() instanceof JsonObject image
                            && image.members().get("container_config") instanceof JsonObject config
                            && config.members().get("Cmd") instanceof JsonArray words
                            && words.elements().stream().allMatch(JsonString.class::isInstance)
                    ? words.elements().stream()
                            .map(word -> ((JsonString) word).value())
                            .toList()
                    : List.of();
        }
    }
}
