package dev.tallyclerk.internal.text;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Maps whose keys are a stranger's text. */
public final class TextMaps {
    private TextMaps() {}

    /**
     * {@return a copy that cannot be changed, in the same order}
     *
     * <p>{@link Map#copyOf} looks for a free place step by step, so a hundred thousand texts that somebody has chosen
     * for one hash take it minutes; this makes trees of them.
     */
    public static <V> Map<String, V> copyOf(Map<String, ? extends V> map) {
        Map<String, V> copy = new LinkedHashMap<>();
        map.forEach(
                (key, value) -> copy.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value")));
        return copy.isEmpty() ? Map.of() : Collections.unmodifiableMap(copy);
    }
}
