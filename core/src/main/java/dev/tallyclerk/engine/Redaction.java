package dev.tallyclerk.engine;

import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.internal.json.StrictJson;
import dev.tallyclerk.internal.secret.HiddenValue;
import dev.tallyclerk.internal.secret.SecretAssignment;
import dev.tallyclerk.internal.secret.SecretNames;
import dev.tallyclerk.internal.secret.SecretText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Hides secrets in documents before they are written to disk: values of variables, labels and options, words after an
 * option that announces one, and what has the form of a secret in any text.
 */
final class Redaction {
    /** Maps of names that people choose. */
    private static final Set<String> OPTIONS = Set.of("Labels", "Options", "Annotations", "DriverOpts", "Config");

    private Redaction() {}

    /** {@return the document without secrets} */
    static byte[] apply(byte[] document, int maxBytes) throws JsonException {
        return JsonText.write(value(StrictJson.parse(document, JsonLimits.ofBytes(maxBytes)), false));
    }

    private static JsonValue value(JsonValue value, boolean isOptions) {
        if (value instanceof JsonObject object) {
            Map<String, JsonValue> members = new LinkedHashMap<>();
            object.members()
                    .forEach((name, member) -> members.put(
                            name,
                            isOptions && member instanceof JsonString text
                                    ? new JsonString(assigned(name, text.value()))
                                    : value(member, OPTIONS.contains(name))));
            return new JsonObject(members);
        }
        if (value instanceof JsonArray array) {
            return words(array);
        }
        return value instanceof JsonString text ? new JsonString(text(text.value())) : value;
    }

    private static JsonArray words(JsonArray array) {
        List<JsonValue> words = new ArrayList<>();
        boolean isSecretNext = false;
        for (JsonValue element : array.elements()) {
            if (element instanceof JsonString text) {
                String word = text.value();
                words.add(new JsonString(isSecretNext ? assigned("password", word) : word(word)));
                isSecretNext = word.startsWith("-") && word.indexOf('=') < 0 && SecretNames.isSecretOption(word);
            } else {
                words.add(value(element, false));
                isSecretNext = false;
            }
        }
        return new JsonArray(words);
    }

    private static String word(String word) {
        int equals = word.indexOf('=');
        if (equals <= 0) {
            return text(word);
        }
        return word.substring(0, equals + 1) + assigned(word.substring(0, equals), word.substring(equals + 1));
    }

    private static String assigned(String name, String value) {
        Optional<String> kind =
                SecretText.find(value).isEmpty() ? SecretAssignment.judgeLiteral(name, value) : Optional.empty();
        return kind.isPresent() ? HiddenValue.of(kind.get()) : text(value);
    }

    /** Also what only looks like a secret, which no rule reports. */
    private static String text(String text) {
        return SecretText.redact(SecretText.hide(text));
    }
}
