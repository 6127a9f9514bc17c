package dev.tallyclerk.hardening.engine;

import dev.tallyclerk.internal.json.CompactJson;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.internal.subject.JsonFacts;
import dev.tallyclerk.internal.text.TextMaps;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The type of an option's value: how it is written in JSON in the file, and as values of a flag.
 *
 * @param fromJson reads the value of the file; fails if the engine would refuse to start
 * @param fromFlags reads the values of a flag in order; empty if the engine would refuse to start
 * @param isUnset whether the engine treats a value as if the option were not set
 */
record OptionType<T>(
        JsonFacts.Reading<T> fromJson, Function<List<String>, Optional<T>> fromFlags, Predicate<T> isUnset) {
    /** As Go's strconv.ParseBool. */
    private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");

    private static final Set<String> FALSE = Set.of("0", "f", "F", "false", "FALSE", "False");

    static final OptionType<Boolean> SWITCH =
            new OptionType<>(JsonCursor::bool, values -> truth(last(values)), value -> false);

    static final OptionType<String> TEXT =
            new OptionType<>(JsonCursor::string, values -> Optional.of(last(values)), String::isEmpty);

    static final OptionType<List<String>> LIST = new OptionType<>(
            at -> List.copyOf(at.strings()), values -> Optional.of(List.copyOf(values)), value -> false);

    static final OptionType<Map<String, String>> TEXTS = new OptionType<>(
            at -> TextMaps.copyOf(at.stringMap()), values -> Optional.of(pairs(values)), value -> false);

    /** Values of any type, of which only the names matter; non-strings are given as compact JSON. */
    static final OptionType<Map<String, String>> NAMED =
            new OptionType<>(OptionType::named, values -> Optional.of(pairs(values)), value -> false);

    /** Options of drivers: maps by driver in the file, and flags such as {@code bridge=name=value}. */
    static final OptionType<Map<String, Map<String, String>>> BY_DRIVER =
            new OptionType<>(OptionType::byDriver, OptionType::byDriver, value -> false);

    static Optional<Boolean> truth(String text) {
        if (TRUE.contains(text)) {
            return Optional.of(true);
        }
        return FALSE.contains(text) ? Optional.of(false) : Optional.empty();
    }

    private static String last(List<String> values) {
        return values.get(values.size() - 1);
    }

    private static Map<String, String> pairs(List<String> values) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String value : values) {
            int equals = value.indexOf('=');
            if (equals < 0) {
                pairs.put(value, "");
            } else {
                pairs.put(value.substring(0, equals), value.substring(equals + 1));
            }
        }
        return TextMaps.copyOf(pairs);
    }

    private static Map<String, Map<String, String>> byDriver(JsonCursor at) throws JsonException {
        Map<String, Map<String, String>> options = new LinkedHashMap<>();
        for (Map.Entry<String, JsonCursor> driver : at.members().entrySet()) {
            options.put(driver.getKey(), TextMaps.copyOf(driver.getValue().stringMap()));
        }
        return TextMaps.copyOf(options);
    }

    private static Optional<Map<String, Map<String, String>>> byDriver(List<String> values) {
        Map<String, Map<String, String>> options = new LinkedHashMap<>();
        for (String value : values) {
            String[] parts = value.split("=", 3);
            if (parts.length < 3) {
                return Optional.empty();
            }
            options.computeIfAbsent(parts[0], driver -> new LinkedHashMap<>()).put(parts[1], parts[2]);
        }
        Map<String, Map<String, String>> copy = new LinkedHashMap<>();
        options.forEach((driver, named) -> copy.put(driver, TextMaps.copyOf(named)));
        return Optional.of(TextMaps.copyOf(copy));
    }

    private static Map<String, String> named(JsonCursor at) throws JsonException {
        Map<String, String> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonCursor> member : at.members().entrySet()) {
            values.put(
                    member.getKey(),
                    member.getValue().value() instanceof JsonString text
                            ? text.value()
                            : CompactJson.of(member.getValue().value()));
        }
        return TextMaps.copyOf(values);
    }
}
