package dev.tallyclerk.registry.model;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonException.Reason;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.registry.model.Schema1Manifest.Content;
import dev.tallyclerk.registry.model.Schema1Manifest.Layer;
import dev.tallyclerk.registry.model.Schema1Manifest.V1Image;
import dev.tallyclerk.text.Quoted;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads Docker's schema 1. A signed manifest is read from its payload. */
final class Schema1Reader {
    private static final MemberNames MEMBERS =
            MemberNames.of("schemaVersion mediaType name tag architecture fsLayers history signatures".split(" "));
    private static final MemberNames LAYER_MEMBERS = MemberNames.of("blobSum");
    private static final MemberNames HISTORY_MEMBERS = MemberNames.of("v1Compatibility");
    private static final MemberNames V1_MEMBERS = MemberNames.of(
            "id parent created author comment architecture os throwaway container_config config".split(" "));
    private static final List<String> V1_TEXTS = List.of("id", "parent", "author", "comment", "architecture", "os");

    private static final String ONE_HISTORY_EACH =
            Specifications.SCHEMA1 + ", history: as many entries as fsLayers has";

    private Schema1Reader() {}

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
        return new Schema1Manifest(bytes, signed.others(MEMBERS), content(signed, limits), payload, jws.signatures());
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
