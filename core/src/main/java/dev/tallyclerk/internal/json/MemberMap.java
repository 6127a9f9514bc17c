package dev.tallyclerk.internal.json;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Something by names, in the order of the document, immutable: the members of an object, or annotations.
 *
 * <p>Nearly all have few names. Looking at up to sixteen one by one is faster than hashing, and costs two small arrays.
 */
public final class MemberMap<V> extends AbstractMap<String, V> {
    private static final int MAX_FEW = 16;

    private final String[] names;
    private final Object[] values;
    private final int size;

    /** Where the names are many: a hash table that strangers cannot slow down with names of one hash. */
    private final @Nullable Map<String, V> index;

    private MemberMap(String[] names, Object[] values, int size, @Nullable Map<String, V> index) {
        this.names = names;
        this.values = values;
        this.size = size;
        this.index = index;
    }

    /** {@return an immutable copy that keeps the order, or {@code map} itself if it is one} */
    public static <V> Map<String, V> copyOf(Map<String, V> map) {
        return membersOf(map);
    }

    static <V> MemberMap<V> membersOf(Map<String, V> map) {
        if (map instanceof MemberMap<V> members) {
            return members;
        }
        Builder<V> builder = new Builder<>();
        map.forEach(builder::add);
        return builder.build();
    }

    @Override
    public int size() {
        return size;
    }

    String name(int position) {
        return names[position];
    }

    @SuppressWarnings("unchecked") // only the builder puts something in
    V value(int position) {
        return (V) values[position];
    }

    @Override
    public @Nullable V get(@Nullable Object name) {
        if (index != null) {
            return index.get(name);
        }
        for (int i = 0; i < size; i++) {
            if (names[i].equals(name)) {
                return value(i);
            }
        }
        return null;
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return get(name) != null;
    }

    @Override
    public Set<Entry<String, V>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public Iterator<Entry<String, V>> iterator() {
                return new Iterator<>() {
                    private int next;

                    @Override
                    public boolean hasNext() {
                        return next < size;
                    }

                    @Override
                    public Entry<String, V> next() {
                        if (next == size) {
                            throw new NoSuchElementException();
                        }
                        return Map.entry(names[next], value(next++));
                    }
                };
            }
        };
    }

    /** Collects what one object has. */
    static final class Builder<V> {
        private String[] names;
        private Object[] values;
        private int size;
        private @Nullable Map<String, V> index;

        Builder() {
            this(4);
        }

        Builder(int expected) {
            names = new String[expected];
            values = new Object[expected];
        }

        /** {@return whether it could be added, because there is nothing of that name yet} */
        boolean add(String name, V value) {
            if (has(name)) {
                return false;
            }
            if (size == names.length) {
                names = Arrays.copyOf(names, 2 * size + 1);
                values = Arrays.copyOf(values, 2 * size + 1);
            }
            names[size] = name;
            values[size++] = value;
            if (index != null) {
                index.put(name, value);
            } else if (size > MAX_FEW) {
                index = index();
            }
            return true;
        }

        private boolean has(String name) {
            if (index != null) {
                return index.containsKey(name);
            }
            for (int i = 0; i < size; i++) {
                if (names[i].equals(name)) {
                    return true;
                }
            }
            return false;
        }

        @SuppressWarnings("unchecked") // only add() puts something in
        private Map<String, V> index() {
            Map<String, V> out = new HashMap<>(4 * MAX_FEW);
            for (int i = 0; i < size; i++) {
                out.put(names[i], (V) values[i]);
            }
            return out;
        }

        MemberMap<V> build() {
            return new MemberMap<>(names, values, size, index);
        }
    }
}
