package dev.tallyclerk.internal.json;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names of the members that were read of all open objects, to find duplicates.
 *
 * <p>Nearly all objects have few names: up to sixteen are searched one by one.
 */
final class OpenNames {
    /** Bounds the memory: each takes up to some hundred bytes. */
    static final int MAX = 100_000;

    private static final int FEW = 16;

    private String[] names = new String[64];
    private int size;

    /** For each open object, where its names begin, and their index if they are many. */
    private int[] begins = new int[8];

    private @Nullable Set<String>[] indexes = newIndexes(8);
    private int depth;

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
    private static @Nullable Set<String>[] newIndexes(int length) {
        return new Set[length];
    }

    /** Begins an object. */
    void open() {
        if (depth == begins.length) {
            begins = Arrays.copyOf(begins, 2 * depth);
            indexes = Arrays.copyOf(indexes, 2 * depth);
        }
        begins[depth++] = size;
    }

    /** Ends the innermost object. */
    void close() {
        depth--;
        indexes[depth] = null;
        size = begins[depth];
    }

    /** {@return whether there are as many names as there may be} */
    boolean isFull() {
        return size == MAX;
    }

    /** Adds a name to the innermost object, and returns whether it is new. */
    boolean add(String name) {
        int begin = begins[depth - 1];
        Set<String> index = indexes[depth - 1];
        if (index != null) {
            if (!index.add(name)) {
                return false;
            }
        } else {
            for (int i = begin; i < size; i++) {
                if (names[i].equals(name)) {
                    return false;
                }
            }
        }
        if (size == names.length) {
            names = Arrays.copyOf(names, 2 * size);
        }
        names[size++] = name;
        if (index == null && size - begin > FEW) {
            indexes[depth - 1] = new HashSet<>(Arrays.asList(names).subList(begin, size));
        }
        return true;
    }
}
