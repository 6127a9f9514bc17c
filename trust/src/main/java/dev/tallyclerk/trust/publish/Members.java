package dev.tallyclerk.trust.publish;

import dev.tallyclerk.internal.json.CanonicalJson;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonNumber;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.trust.publish.PublishException.Reason;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads and replaces members of JSON objects. Metadata is edited as JSON and not by the models of the client, so that
 * members that this version does not know survive a change.
 */
final class Members {
    static final JsonObject EMPTY = new JsonObject(Map.of());

    private Members() {}

    /** Reads one member. */
    @FunctionalInterface
    interface Reading<T> {
        T read(JsonCursor in) throws JsonException;
    }

    static <T> T read(JsonObject object, Reading<T> reading) throws PublishException {
        try {
            return reading.read(JsonCursor.at(object));
        } catch (JsonException e) {
            throw PublishException.of(Reason.MALFORMED, "malformed metadata", e);
        }
    }

    static JsonObject parse(byte[] document, int maxBytes) throws PublishException {
        try {
            return JsonCursor.parse(document, JsonLimits.ofBytes(maxBytes)).object();
        } catch (JsonException e) {
            throw PublishException.of(Reason.MALFORMED, "not JSON", e);
        }
    }

    static JsonValue value(byte[] document, JsonLimits limits) throws PublishException {
        try {
            return JsonCursor.parse(document, limits).value();
        } catch (JsonException e) {
            throw PublishException.of(Reason.MALFORMED, "not JSON", e);
        }
    }

    static JsonObject with(JsonObject object, String name, JsonValue value) {
        Map<String, JsonValue> members = new LinkedHashMap<>(object.members());
        members.put(name, value);
        return new JsonObject(members);
    }

    static JsonObject without(JsonObject object, String name) {
        Map<String, JsonValue> members = new LinkedHashMap<>(object.members());
        members.remove(name);
        return new JsonObject(members);
    }

    static Optional<JsonObject> object(JsonObject object, String name) {
        return object.members().get(name) instanceof JsonObject child ? Optional.of(child) : Optional.empty();
    }

    static List<JsonObject> objects(JsonObject object, String name) {
        List<JsonObject> out = new ArrayList<>();
        if (object.members().get(name) instanceof JsonArray array) {
            for (JsonValue element : array.elements()) {
                if (element instanceof JsonObject child) {
                    out.add(child);
                }
            }
        }
        return out;
    }

    static String text(JsonObject object, String name) throws PublishException {
        return read(object, in -> in.required(name).string());
    }

    static long number(JsonObject object, String name) throws PublishException {
        return read(object, in -> in.required(name).integer(0, Long.MAX_VALUE));
    }

    static List<String> texts(JsonObject object, String name) throws PublishException {
        return read(object, in -> in.strings(name));
    }

    static Instant time(JsonObject object, String name) throws PublishException {
        String text = text(object, name);
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw PublishException.of(Reason.MALFORMED, "malformed time", e);
        }
    }

    static JsonValue of(long number) {
        return new JsonNumber(Long.toString(number));
    }

    static JsonValue of(String text) {
        return new JsonString(text);
    }

    static JsonValue of(List<String> texts) {
        return new JsonArray(texts.stream().map(Members::of).toList());
    }

    /** {@return the bytes that signatures are made over} */
    static byte[] canonical(JsonObject object) throws PublishException {
        try {
            return CanonicalJson.encode(JsonCursor.at(object));
        } catch (JsonException e) {
            throw PublishException.of(Reason.MALFORMED, "metadata without a canonical form", e);
        }
    }
}
