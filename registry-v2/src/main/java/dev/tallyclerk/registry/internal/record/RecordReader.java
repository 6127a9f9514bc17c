package dev.tallyclerk.registry.internal.record;

import dev.tallyclerk.digest.Digest;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what {@link RecordWriter} wrote. Lengths are not believed: memory is taken as the bytes come. */
public final class RecordReader {
    private static final int STEP = 1 << 16;

    private final DataInput in;

    /** Reads a part of a record. */
    @FunctionalInterface
    public interface Part<T> {
        /** {@return the next value} */
        T read() throws IOException;
    }

    /** Reads from {@code in}, and no more than it needs. */
    public RecordReader(DataInput in) {
        this.in = in;
    }

    /** {@return a truth value} */
    public boolean flag() throws IOException {
        return in.readBoolean();
    }

    /** {@return a number of four bytes} */
    public int number() throws IOException {
        return in.readInt();
    }

    /** {@return a number of eight bytes} */
    public long large() throws IOException {
        return in.readLong();
    }

    /** {@return a text} */
    public String text() throws IOException {
        if (in.readBoolean()) {
            return in.readUTF();
        }
        int length = count();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(in.readChar());
        }
        return text.toString();
    }

    /** {@return a text, or null if there is none} */
    public @Nullable String optionalText() throws IOException {
        return in.readBoolean() ? text() : null;
    }

    /** {@return bytes} */
    public byte[] bytes() throws IOException {
        int left = count();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(Math.min(left, STEP));
        while (left > 0) {
            byte[] some = new byte[Math.min(left, STEP)];
            in.readFully(some);
            bytes.writeBytes(some);
            left -= some.length;
        }
        return bytes.toByteArray();
    }

    /** {@return a digest, or null if there is none} */
    public @Nullable Digest digest() throws IOException {
        String text = optionalText();
        return text == null ? null : Digest.parse(text);
    }

    /** {@return a constant} */
    public <E extends Enum<E>> E constant(Class<E> type) throws IOException {
        return Enum.valueOf(type, text());
    }

    /** {@return how many values follow} */
    public int count() throws IOException {
        int count = in.readInt();
        if (count < 0) {
            throw new StreamCorruptedException("a negative number of values: " + count);
        }
        return count;
    }

    /** {@return the values that follow} */
    public <T> List<T> each(Part<T> part) throws IOException {
        int count = count();
        List<T> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(part.read());
        }
        return values;
    }

    /** {@return the entries that follow, in their order} */
    public <K, V> Map<K, V> each(Part<K> key, Part<V> value) throws IOException {
        int count = count();
        Map<K, V> values = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            values.put(key.read(), value.read());
        }
        return values;
    }

    /** {@return where this reads} */
    public DataInput in() {
        return in;
    }
}
