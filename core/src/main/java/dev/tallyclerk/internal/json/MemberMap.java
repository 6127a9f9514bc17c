package dev.tallyclerk.internal.json;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The members of an object that has few, which is nearly every object, in document order. Immutable.
 *
 * <p>Looking at up to sixteen names one by one is faster than hashing, and costs two small arrays.
 */
final class MemberMap extends AbstractMap<String, JsonValue> {
    private static final int MAX_FEW = 16;

    private final String[] names;
    private final JsonValue[] values;
    private final int size;

    private MemberMap(String[] names, JsonValue[] values, int size) {
        this.names = names;
        this.values = values;
        this.size = size;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public @Nullable JsonValue get(@Nullable Object name) {
        for (int i = 0; i < size; i++) {
            if (names[i].equals(name)) {
                return values[i];
            }
        }
        return null;
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return get(name) != null;
    }

    @Override
    public Set<Entry<String, JsonValue>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public Iterator<Entry<String, JsonValue>> iterator() {
                return new Iterator<>() {
                    private int next;

                    @Override
                    public boolean hasNext() {
                        return next < size;
                    }

                    @Override
                    public Entry<String, JsonValue> next() {
                        if (next == size) {
                            throw new NoSuchElementException();
                        }
                        return Map.entry(names[next], values[next++]);
                    }
                };
            }
        };
    }

    /** Collects the members of one object. */
    static final class Builder {
        private String[] names = new String[4];
        private JsonValue[] values = new JsonValue[4];
        private int size;

        /** The members, once they are many: a hash table that strangers cannot slow down with names of one hash. */
        private @Nullable Map<String, JsonValue> many;

        /** {@return whether the member could be added, because there is none of that name yet} */
        boolean add(String name, JsonValue value) {
            if (many != null) {
                return many.putIfAbsent(name, value) == null;
            }
            for (int i = 0; i < size; i++) {
                if (names[i].equals(name)) {
                    return false;
                }
            }
            if (size == MAX_FEW) {
                many = new LinkedHashMap<>(4 * MAX_FEW);
                for (int i = 0; i < size; i++) {
                    many.put(names[i], values[i]);
                }
                many.put(name, value);
                return true;
            }
            if (size == names.length) {
                names = Arrays.copyOf(names, 2 * size);
                values = Arrays.copyOf(values, 2 * size);
            }
            names[size] = name;
            values[size++] = value;
            return true;
        }

        /** {@return the members, immutable} */
        Map<String, JsonValue> build() {
            if (many != null) {
                return Collections.unmodifiableMap(many);
            }
            return size == 0 ? Map.of() : new MemberMap(names, values, size);
        }
    }
}
