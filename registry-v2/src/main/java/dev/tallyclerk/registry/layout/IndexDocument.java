package dev.tallyclerk.registry.layout;

import dev.tallyclerk.internal.json.CompactJson;
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
import dev.tallyclerk.registry.model.MediaType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The {@code index.json} of a layout as JSON, for adding images. Unknown members, entries and annotations stay, in
 * their order. Immutable.
 *
 * @param json the document, which is an index
 */
record IndexDocument(JsonObject json) {
    private static final String MANIFESTS = "manifests";
    private static final String ANNOTATIONS = "annotations";

    /**
     * The name of an entry.
     *
     * @param key the annotation whose value is unique among the entries
     * @param value the name
     * @param more annotations that go with it
     */
    record Name(String key, String value, Map<String, String> more) {
        static Name of(String refName) {
            return new Name(LayoutFiles.REF_NAME, refName, Map.of());
        }
    }

    /** {@return an index without entries} */
    static IndexDocument empty() {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("schemaVersion", new JsonNumber("2"));
        members.put("mediaType", new JsonString(MediaType.OCI_INDEX));
        members.put(MANIFESTS, new JsonArray(List.of()));
        return new IndexDocument(new JsonObject(members));
    }

    /**
     * Reads an index.
     *
     * @param path the layout, for messages
     * @throws LayoutException if it is no index, or exceeds a limit
     */
    static IndexDocument parse(Path path, byte[] document, DocumentLimits limits) throws LayoutException {
        LayoutFiles.parseIndex(path, document, limits);
        try {
            JsonLimits json = JsonLimits.ofBytes(limits.maxManifestBytes());
            return new IndexDocument(JsonCursor.parse(document, json).object());
        } catch (JsonException e) {
            throw LayoutException.of(path + ": index.json", e);
        }
    }

    /** {@return this index with an entry for {@code root}; an existing one is enough, whatever its name} */
    IndexDocument with(Descriptor root) {
        List<JsonValue> entries = entries();
        int target = 0;
        while (target < entries.size() && !leadsTo(root, entries.get(target))) {
            target++;
        }
        return with(entries, target, root, Map.of());
    }

    /**
     * {@return this index with an entry for {@code root} of that name}
     *
     * <p>An entry for other content that has the name loses it and stays. An entry for {@code root} without a name of
     * that kind gets it.
     */
    IndexDocument with(Descriptor root, Name name) {
        List<JsonValue> entries = entries();
        int target = entries.size();
        for (int i = 0; i < entries.size(); i++) {
            JsonValue entry = entries.get(i);
            JsonValue own = annotations(entry).get(name.key());
            boolean isNamedSo = new JsonString(name.value()).equals(own);
            if (target == entries.size() && leadsTo(root, entry) && (isNamedSo || own == null)) {
                target = i;
            } else if (isNamedSo) {
                entries.set(i, without(entry, name.key()));
            }
        }
        Map<String, String> names = new LinkedHashMap<>();
        names.put(name.key(), name.value());
        names.putAll(name.more());
        return with(entries, target, root, names);
    }

    private List<JsonValue> entries() {
        return json.members().get(MANIFESTS) instanceof JsonArray array
                ? new ArrayList<>(array.elements())
                : new ArrayList<>();
    }

    /** {@return this index with those entries, one of which, or a new one, describes {@code root}} */
    private IndexDocument with(List<JsonValue> entries, int target, Descriptor root, Map<String, String> names) {
        if (target == entries.size()) {
            entries.add(new JsonObject(Map.of()));
        }
        entries.set(target, described(entries.get(target), root, names));
        Map<String, JsonValue> members = new LinkedHashMap<>(json.members());
        members.put(MANIFESTS, new JsonArray(entries));
        return new IndexDocument(new JsonObject(members));
    }

    private static Map<String, JsonValue> members(JsonValue entry) {
        return entry instanceof JsonObject object ? object.members() : Map.of();
    }

    private static Map<String, JsonValue> annotations(JsonValue entry) {
        JsonValue annotations = members(entry).get(ANNOTATIONS);
        return annotations == null ? Map.of() : members(annotations);
    }

    private static boolean leadsTo(Descriptor root, JsonValue entry) {
        return new JsonString(root.digest().toString()).equals(members(entry).get("digest"));
    }

    private static JsonValue without(JsonValue entry, String annotation) {
        Map<String, JsonValue> members = new LinkedHashMap<>(members(entry));
        Map<String, JsonValue> annotations = new LinkedHashMap<>(annotations(entry));
        annotations.remove(annotation);
        if (annotations.isEmpty()) {
            members.remove(ANNOTATIONS);
        } else {
            members.put(ANNOTATIONS, new JsonObject(annotations));
        }
        return new JsonObject(members);
    }

    /** The root was verified, so its descriptor wins over the entry's members. */
    private static JsonValue described(JsonValue entry, Descriptor root, Map<String, String> names) {
        Map<String, JsonValue> members = new LinkedHashMap<>(members(entry));
        members.put("mediaType", new JsonString(root.mediaType()));
        members.put("digest", new JsonString(root.digest().toString()));
        members.put("size", new JsonNumber(Long.toString(root.size())));
        if (!names.isEmpty()) {
            Map<String, JsonValue> annotations = new LinkedHashMap<>(annotations(entry));
            names.forEach((key, value) -> annotations.put(key, new JsonString(value)));
            members.put(ANNOTATIONS, new JsonObject(annotations));
        }
        return new JsonObject(members);
    }

    /**
     * {@return whether both have the same text}
     *
     * <p>Compares texts, because the runtime generates the {@code equals} of each record type at its first call, which
     * takes a new process longer.
     */
    boolean isSame(IndexDocument other) {
        return CompactJson.of(json).equals(CompactJson.of(other.json));
    }

    /**
     * {@return the document, which {@link #parse} reads}
     *
     * @throws LayoutException if it exceeds the limits
     */
    byte[] bytes(Path path, DocumentLimits limits) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonWriter.compact(out).value(json).finish();
        byte[] document = out.toByteArray();
        LayoutFiles.parseIndex(path, document, limits);
        return document;
    }
}
