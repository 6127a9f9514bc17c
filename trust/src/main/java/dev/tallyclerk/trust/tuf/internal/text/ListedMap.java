package dev.tallyclerk.trust.tuf.internal.text;

import dev.tallyclerk.internal.json.CanonicalReader;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.MemberTable;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The members of an object in a verified file. Each value is read from the file's bytes when it is asked for, because a
 * file may list a million entries, and a client looks up a few of them. Immutable.
 */
public final class ListedMap<V> extends AbstractMap<String, V> {
    private final MemberTable table;
    private final Decoder<V> decoder;

    /** Reads a value that was checked when the file was verified. */
    @FunctionalInterface
    public interface Decoder<V> {
        V read(String name, CanonicalReader value) throws JsonException;
    }

    public ListedMap(MemberTable table, Decoder<V> decoder) {
        this.table = table;
        this.decoder = decoder;
    }

    /** {@return an immutable copy, or {@code map} itself if it is a {@code ListedMap}} */
    public static <V> Map<String, V> copyOf(Map<String, V> map) {
        return map instanceof ListedMap ? map : Map.copyOf(map);
    }

    @Override
    public int size() {
        return table.size();
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return name instanceof String text && table.find(text) >= 0;
    }

    @Override
    public @Nullable V get(@Nullable Object name) {
        if (!(name instanceof String text)) {
            return null;
        }
        int found = table.find(text);
        return found < 0 ? null : value(text, found);
    }

    private V value(String name, int member) {
        try {
            return decoder.read(name, table.value(member, ""));
        } catch (JsonException e) {
            throw new IllegalStateException("the value was checked when the file was verified", e);
        }
    }

    private Entry<String, V> entry(int member) {
        String name = table.name(member);
        return Map.entry(name, value(name, member));
    }

    @Override
    public Set<Entry<String, V>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return table.size();
            }

            @Override
            public Iterator<Entry<String, V>> iterator() {
                return new Iterator<>() {
                    private int next;

                    @Override
                    public boolean hasNext() {
                        return next < table.size();
                    }

                    @Override
                    public Entry<String, V> next() {
                        if (!hasNext()) {
                            throw new NoSuchElementException();
                        }
                        return entry(next++);
                    }
                };
            }
        };
    }
}
