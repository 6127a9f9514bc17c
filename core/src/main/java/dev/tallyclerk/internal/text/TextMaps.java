package dev.tallyclerk.internal.text;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Maps whose keys are untrusted text. */
public final class TextMaps {
    private TextMaps() {}

    /**
     * {@return an unmodifiable copy in the same order}
     *
     * <p>{@link Map#copyOf} probes linearly, so a hundred thousand keys chosen to have the same hash take it minutes;
     * the buckets of this map become trees.
     */
    public static <V> Map<String, V> copyOf(Map<String, ? extends V> map) {
        Map<String, V> copy = new LinkedHashMap<>();
        map.forEach(
                (key, value) -> copy.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value")));
        return copy.isEmpty() ? Map.of() : Collections.unmodifiableMap(copy);
    }
}
