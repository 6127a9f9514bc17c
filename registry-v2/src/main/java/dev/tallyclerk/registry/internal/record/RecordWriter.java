package dev.tallyclerk.registry.internal.record;

import dev.tallyclerk.digest.Digest;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes values for {@link RecordReader}. Texts may have lone surrogates, as names in archives have. */
public final class RecordWriter {
    /** Up to this length {@link DataOutput#writeUTF} takes any text. */
    static final int SHORT_TEXT = 0xffff / 3;

    private final DataOutput out;

    /** Writes a part of a record. */
    @FunctionalInterface
    public interface Part<T> {
        /** Writes a value. */
        void write(T value) throws IOException;
    }

    /** Writes to {@code out}, without a buffer of its own. */
    public RecordWriter(DataOutput out) {
        this.out = out;
    }

    /** Writes a truth value. */
    public void flag(boolean value) throws IOException {
        out.writeBoolean(value);
    }

    /** Writes a number in four bytes. */
    public void number(int value) throws IOException {
        out.writeInt(value);
    }

    /** Writes a number in eight bytes. */
    public void large(long value) throws IOException {
        out.writeLong(value);
    }

    /** Writes a text of any length. */
    public void text(String value) throws IOException {
        boolean isShort = value.length() <= SHORT_TEXT;
        out.writeBoolean(isShort);
        if (isShort) {
            out.writeUTF(value);
        } else {
            out.writeInt(value.length());
            out.writeChars(value);
        }
    }

    /** Writes a text, or that there is none. */
    public void optionalText(@Nullable String value) throws IOException {
        out.writeBoolean(value != null);
        if (value != null) {
            text(value);
        }
    }

    /** Writes bytes. */
    public void bytes(byte[] value) throws IOException {
        out.writeInt(value.length);
        out.write(value);
    }

    /** Writes a digest, or that there is none. */
    public void digest(@Nullable Digest value) throws IOException {
        optionalText(value == null ? null : value.toString());
    }

    /** Writes a constant by its name. */
    public void constant(Enum<?> value) throws IOException {
        text(value.name());
    }

    /** Writes how many values there are, and each of them. */
    public <T> void each(Collection<? extends T> values, Part<T> part) throws IOException {
        out.writeInt(values.size());
        for (T value : values) {
            part.write(value);
        }
    }

    /** Writes how many entries there are, and each of them. */
    public <K, V> void each(Map<K, V> values, Part<? super K> key, Part<? super V> value) throws IOException {
        out.writeInt(values.size());
        for (Map.Entry<K, V> entry : values.entrySet()) {
            key.write(entry.getKey());
            value.write(entry.getValue());
        }
    }

    /** {@return where this writes} */
    public DataOutput out() {
        return out;
    }
}
