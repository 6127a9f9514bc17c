package dev.tallyclerk.trust.internal.cbor;

import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A data item of CBOR: all major types but floating-point numbers (RFC 8949, 3.1). Immutable. */
public sealed interface CborValue {
    /** An integer from -2^63 to 2^63 - 1, half of what CBOR has. */
    record IntegerValue(long value) implements CborValue {}

    /** A byte string. */
    final class BytesValue implements CborValue {
        private final byte[] bytes;

        /** Keeps a copy. */
        public BytesValue(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        /** {@return a copy of the bytes} */
        public byte[] bytes() {
            return bytes.clone();
        }

        /** {@return the number of bytes} */
        public int length() {
            return bytes.length;
        }

        /** {@return whether the other is a byte string of the same bytes} */
        @Override
        public boolean equals(Object o) {
            return o instanceof BytesValue other && Arrays.equals(bytes, other.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        /** {@return the bytes in hexadecimal, as diagnostic notation has it} */
        @Override
        public String toString() {
            return "h'" + HexFormat.of().formatHex(bytes) + "'";
        }
    }

    /** A text string, without lone surrogates. */
    record TextValue(String value) implements CborValue {
        /** Requires the text. */
        public TextValue {
            Objects.requireNonNull(value, "value");
        }
    }

    /** An array. */
    record ArrayValue(List<CborValue> items) implements CborValue {
        /** Keeps a copy of the list. */
        public ArrayValue {
            items = List.copyOf(items);
        }

        /** {@return an array of the items} */
        public static ArrayValue of(CborValue... items) {
            return new ArrayValue(List.of(items));
        }
    }

    /**
     * A map, in the order of its encoding.
     *
     * @param entries the entries, whose keys are integers or texts
     */
    record MapValue(Map<CborValue, CborValue> entries) implements CborValue {
        /**
         * Keeps a copy of the map.
         *
         * @throws IllegalArgumentException if a key is neither an integer nor a text
         */
        public MapValue {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
            for (CborValue key : entries.keySet()) {
                if (!(key instanceof IntegerValue) && !(key instanceof TextValue)) {
                    throw new IllegalArgumentException("a key that is neither an integer nor a text");
                }
            }
        }

        /** {@return the value of an integer key, if the map has it} */
        public Optional<CborValue> get(long label) {
            return Optional.ofNullable(entries.get(new IntegerValue(label)));
        }

        /** {@return the value of a text key, if the map has it} */
        public Optional<CborValue> get(String label) {
            return Optional.ofNullable(entries.get(new TextValue(label)));
        }
    }

    /** A value with a tag. */
    record TaggedValue(long tag, CborValue content) implements CborValue {
        /**
         * Checks the tag.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public TaggedValue {
            Objects.requireNonNull(content, "content");
            if (tag < 0) {
                throw new IllegalArgumentException("a negative tag: " + tag);
            }
        }
    }

    /** A simple value. */
    enum SimpleValue implements CborValue {
        FALSE,
        TRUE,
        NULL
    }
}
