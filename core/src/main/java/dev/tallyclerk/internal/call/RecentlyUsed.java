package dev.tallyclerk.internal.call;

import java.util.LinkedHashMap;
import java.util.Map;

/** Maps of a bounded size, which drop the entry that was not used for the longest time. */
public final class RecentlyUsed {
    private RecentlyUsed() {}

    /** {@return a map of at most {@code most} entries; not safe for use by several threads} */
    @SuppressWarnings("serial") // it is never serialized
    public static <K, V> Map<K, V> map(int most) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }
}
