package dev.tallyclerk.engine;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One document for the answers of a manager: {@code {"swarm": {...}, "nodes": [...], "services": [...], ...}}. */
final class SwarmDocument {
    /** Its members, which are the paths that are asked for. */
    static final List<String> PARTS = List.of("swarm", "nodes", "services", "secrets", "configs");

    /** The member with the reasons why parts could not be read. */
    static final String UNREAD = "unread";

    private SwarmDocument() {}

    static boolean isManager(byte[] info, JsonLimits limits) {
        try {
            Optional<JsonCursor> swarm = JsonCursor.parse(info, limits).optional("Swarm");
            Optional<JsonCursor> control =
                    swarm.isPresent() ? swarm.get().optional("ControlAvailable") : Optional.empty();
            return control.isPresent() && control.get().bool();
        } catch (JsonException e) {
            return false; // the reader of the report will refuse it
        }
    }

    static byte[] write(Map<String, JsonValue> parts, Map<String, String> unread) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        parts.forEach((name, part) -> members.put(name, withoutSecrets(name, part)));
        if (!unread.isEmpty()) {
            Map<String, JsonValue> reasons = new LinkedHashMap<>();
            unread.forEach((name, why) -> reasons.put(name, new JsonString(why)));
            members.put(UNREAD, new JsonObject(reasons));
        }
        return JsonText.write(new JsonObject(members));
    }

    /** The engine gives a manager's user the tokens to join, and the content of configurations. */
    private static JsonValue withoutSecrets(String part, JsonValue value) {
        if (part.equals("swarm") && value instanceof JsonObject swarm) {
            Map<String, JsonValue> members = new LinkedHashMap<>(swarm.members());
            members.remove("JoinTokens");
            return new JsonObject(members);
        }
        boolean hasData = part.equals("configs") || part.equals("secrets");
        if (!hasData || !(value instanceof JsonArray all)) {
            return value;
        }
        List<JsonValue> elements = new ArrayList<>();
        for (JsonValue element : all.elements()) {
            elements.add(element instanceof JsonObject config ? withoutData(config) : element);
        }
        return new JsonArray(elements);
    }

    private static JsonObject withoutData(JsonObject config) {
        Map<String, JsonValue> members = new LinkedHashMap<>(config.members());
        if (members.get("Spec") instanceof JsonObject spec) {
            Map<String, JsonValue> kept = new LinkedHashMap<>(spec.members());
            kept.remove("Data");
            members.put("Spec", new JsonObject(kept));
        }
        return new JsonObject(members);
    }
}
