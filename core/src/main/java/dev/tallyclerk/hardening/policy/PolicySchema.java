package dev.tallyclerk.hardening.policy;

import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonBoolean;
import dev.tallyclerk.internal.json.JsonValue.JsonNumber;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.internal.json.JsonWriter;
import dev.tallyclerk.internal.json.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The JSON Schema (draft 2020-12) of the policies that {@link PolicyReader} reads.
 *
 * <p>The resource {@value #RESOURCE} contains everything except the rules; the reader refuses every document that it
 * refuses. {@link #write} adds the rules, their parameters and ranges, and the kinds of subjects. Only the reader
 * compares versions and durations, and the kind of a waiver with its rule. Immutable.
 */
public final class PolicySchema {
    /** The schema, for {@link Class#getResourceAsStream} of this class; other modules may read it too. */
    public static final String RESOURCE = "/META-INF/tallyclerk/policy-1.schema.json";

    private static final int MAX_BYTES = 1 << 20;

    private final KnownRules known;

    private PolicySchema(KnownRules known) {
        this.known = known;
    }

    /**
     * {@return the schema of policies over rule sets}
     *
     * @param ruleSets all rules that a policy may name
     * @throws IllegalArgumentException if two rule sets have a rule with the same id
     */
    public static PolicySchema of(Collection<RuleSet> ruleSets) {
        return new PolicySchema(KnownRules.of(ruleSets));
    }

    /**
     * Writes the schema, with the rules, their parameters and ranges, and the kinds of subjects.
     *
     * @param out the destination; flushed, not closed
     * @throws IOException if {@code out} throws it
     */
    public void write(OutputStream out) throws IOException {
        Map<String, JsonValue> root = new LinkedHashMap<>(resource().members());
        if (!(root.get("$defs") instanceof JsonObject generic)) {
            throw new IllegalStateException(RESOURCE + " has no $defs");
        }
        Map<String, JsonValue> definitions = new LinkedHashMap<>(generic.members());
        definitions.put("ruleId", knownOrCustom(known));
        if (!known.allKinds().isEmpty()) {
            definitions.put("kind", object("enum", strings(known.allKinds())));
        }
        definitions.put("ruleSets", ruleSets(known));
        definitions.put("rules", rules(known));
        root.put("$defs", new JsonObject(definitions));
        JsonWriter json = JsonWriter.pretty(out);
        json.value(new JsonObject(root));
        json.finish();
    }

    /** {@return the ids of the rules, and all with another prefix, which a policy may give its own} */
    private static JsonObject knownOrCustom(KnownRules known) {
        String prefixes = known.rules().keySet().stream()
                .map(id -> id.substring(0, id.indexOf('-')))
                .distinct()
                .collect(Collectors.joining("|"));
        String own = "^(?!(" + prefixes + ")-)[A-Z][A-Z0-9]{1,7}-[0-9]{3,4}$";
        return object(
                "anyOf",
                new JsonArray(List.of(
                        object("enum", strings(known.rules().keySet())), object("pattern", new JsonString(own)))));
    }

    private static JsonObject resource() throws IOException {
        try (InputStream in = PolicySchema.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the library's resource " + RESOURCE + " is missing");
            }
            JsonValue document = StrictJson.parse(in.readAllBytes(), JsonLimits.ofBytes(MAX_BYTES));
            return (JsonObject) document;
        } catch (JsonException e) {
            throw new IllegalStateException(RESOURCE + " is not JSON", e);
        }
    }

    private static JsonObject ruleSets(KnownRules known) {
        Map<String, JsonValue> properties = new LinkedHashMap<>();
        known.versions().keySet().forEach(name -> properties.put(name, reference("version")));
        return closed(properties);
    }

    private static JsonObject rules(KnownRules known) {
        Map<String, JsonValue> properties = new LinkedHashMap<>();
        known.rules().forEach((id, rule) -> properties.put(id, rule(rule)));
        return closed(properties);
    }

    private static JsonObject rule(RuleInfo rule) {
        Map<String, JsonValue> parameters = new LinkedHashMap<>();
        rule.parameters().forEach(parameter -> parameters.put(parameter.name(), parameter(parameter)));
        Map<String, JsonValue> out = new LinkedHashMap<>();
        out.put("description", new JsonString(rule.title()));
        out.put("allOf", new JsonArray(List.of(reference("rule"))));
        out.put("properties", object("parameters", closed(parameters)));
        return new JsonObject(out);
    }

    private static JsonObject parameter(RuleParameter<?> parameter) {
        Map<String, JsonValue> out = new LinkedHashMap<>();
        out.put("description", new JsonString(parameter.description()));
        switch (parameter.type()) {
            case INTEGER -> {
                out.put("type", new JsonString("integer"));
                parameter.minimum().ifPresent(least -> out.put("minimum", new JsonNumber(least.toString())));
                parameter.maximum().ifPresent(most -> out.put("maximum", new JsonNumber(most.toString())));
            }
            case DURATION -> out.put("$ref", new JsonString("#/$defs/duration"));
            case TEXT -> out.put("type", new JsonString("string"));
            case TEXT_LIST -> {
                out.put("type", new JsonString("array"));
                out.put("items", object("type", new JsonString("string")));
            }
            case FLAG -> out.put("type", new JsonString("boolean"));
        }
        return new JsonObject(out);
    }

    private static JsonObject closed(Map<String, JsonValue> properties) {
        Map<String, JsonValue> out = new LinkedHashMap<>();
        out.put("type", new JsonString("object"));
        out.put("properties", new JsonObject(properties));
        out.put("additionalProperties", new JsonBoolean(false));
        return new JsonObject(out);
    }

    private static JsonObject reference(String definition) {
        return object("$ref", new JsonString("#/$defs/" + definition));
    }

    private static JsonObject object(String member, JsonValue value) {
        return new JsonObject(Map.of(member, value));
    }

    private static JsonArray strings(Collection<String> texts) {
        return new JsonArray(texts.stream().<JsonValue>map(JsonString::new).toList());
    }
}
