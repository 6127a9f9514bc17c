package dev.tallyclerk.internal.json;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map in document order, such as the members of an object or annotations.
 *
 * <p>Nearly all have few names. Up to sixteen are searched one by one, which is faster than hashing and needs one small
 * array.
 */
public final class MemberMap<V> extends AbstractMap<String, V> {
    private final Entries entries;

    MemberMap(Entries entries) {
        this.entries = entries;
    }

    /** {@return an immutable copy that keeps the order, or {@code map} itself if it is one} */
    public static <V> Map<String, V> copyOf(Map<String, V> map) {
        return map.isEmpty() ? Map.of() : map instanceof MemberMap ? map : new MemberMap<>(Entries.of(map));
    }

    Entries entries() {
        return entries;
    }

    @Override
    public int size() {
        return entries.size();
    }

    @Override
    @SuppressWarnings("unchecked") // only values of that type are put in
    public @Nullable V get(@Nullable Object name) {
        return (V) entries.get(name);
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return entries.get(name) != null;
    }

    @Override
    public Set<Entry<String, V>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return entries.size();
            }

            @Override
            public Iterator<Entry<String, V>> iterator() {
                return new Iterator<>() {
                    private int next;

                    @Override
                    public boolean hasNext() {
                        return next < entries.size();
                    }

                    @Override
                    @SuppressWarnings("unchecked") // only values of that type are put in
                    public Entry<String, V> next() {
                        if (!hasNext()) {
                            throw new NoSuchElementException();
                        }
                        int at = next++;
                        return Map.entry(entries.name(at), (V) entries.value(at));
                    }
                };
            }
        };
    }

    /** Names and values; not changed once it is handed over. */
    static final class Entries {
        private static final int MAX_FEW = 16;
        private static final int USUAL = 4;

        /** Each name with its value after it. */
        private Object[] namesAndValues;

        private int size;

        /** For many names: a hash table that colliding names cannot slow down. */
        private @Nullable Map<String, Object> index;

        Entries() {
            this(USUAL);
        }

        Entries(int expected) {
            this.namesAndValues = new Object[2 * expected];
        }

        static Entries of(Map<String, ?> map) {
            Entries entries = new Entries(map.size());
            map.forEach(entries::add);
            return entries;
        }

        int size() {
            return size;
        }

        String name(int position) {
            return (String) namesAndValues[2 * position];
        }

        Object value(int position) {
            return namesAndValues[2 * position + 1];
        }

        @Nullable Object get(@Nullable Object name) {
            if (index != null) {
                return index.get(name);
            }
            for (int i = 0; i < size; i++) {
                if (name(i).equals(name)) {
                    return value(i);
                }
            }
            return null;
        }

        /** {@return whether the value was added, because the name is new} */
        boolean add(String name, Object value) {
            Objects.requireNonNull(value, name);
            if (get(name) != null) {
                return false;
            }
            if (2 * size == namesAndValues.length) {
                namesAndValues = Arrays.copyOf(namesAndValues, 4 * size + 2);
            }
            namesAndValues[2 * size] = name;
            namesAndValues[2 * size + 1] = value;
            size++;
            if (index != null) {
                index.put(name, value);
            } else if (size > MAX_FEW) {
                index = index();
            }
            return true;
        }

        /** Replaces the value of an existing name. */
        void replace(String name, Object value) {
            for (int i = 0; i < size; i++) {
                if (name(i).equals(name)) {
                    namesAndValues[2 * i + 1] = value;
                }
            }
            if (index != null) {
                index.put(name, value);
            }
        }

        private Map<String, Object> index() {
            Map<String, Object> out = new HashMap<>(4 * MAX_FEW);
            for (int i = 0; i < size; i++) {
                out.put(name(i), value(i));
            }
            return out;
        }
    }
}
