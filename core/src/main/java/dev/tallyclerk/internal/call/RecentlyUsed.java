package dev.tallyclerk.internal.call;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Maps of a bounded size, which drop the entry that was not used for the longest time. */
public final class RecentlyUsed {
    private RecentlyUsed() {}

    /**
     * {@return a map of at most {@code most} entries; safe for use by several threads, except for iterating over it}
     */
    @SuppressWarnings("serial") // it is never serialized
    public static <K, V> Map<K, V> map(int most) {
        return Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        });
    }

    /**
     * {@return a set of at most {@code most} elements; safe for use by several threads, except for iterating over it}
     */
    public static <E> Set<E> set(int most) {
        return Collections.newSetFromMap(map(most));
    }
}
