package dev.tallyclerk.internal.text;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Lists of words, written as one text. */
public final class Words {
    private Words() {}

    /** {@return the words of {@code text}, which white space separates} */
    public static List<String> list(String text) {
        return List.of(text.strip().split("\\s+", -1));
    }

    /** {@return the words of {@code text} in their order, unmodifiable} */
    public static Set<String> set(String text) {
        return Collections.unmodifiableSet(
                new LinkedHashSet<>(Arrays.asList(text.strip().split("\\s+", -1))));
    }

    /** {@return the words of {@code text}, each {@code KEY=VALUE}, or a key that is its own value} */
    public static Map<String, String> map(String text) {
        Map<String, String> map = new LinkedHashMap<>();
        for (String word : list(text)) {
            int equals = word.indexOf('=');
            map.put(equals < 0 ? word : word.substring(0, equals), word.substring(equals + 1));
        }
        return Collections.unmodifiableMap(map);
    }
}
