package dev.tallyclerk.trust.internal.cbor;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Writes CBOR: numbers and lengths in their shortest form, maps in their own order. */
public final class CborWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private CborWriter() {}

    /** {@return the encoding of a value} */
    public static byte[] write(CborValue value) {
        CborWriter writer = new CborWriter();
        writer.add(value);
        return writer.out.toByteArray();
    }

    private void add(CborValue value) {
        if (value instanceof CborValue.IntegerValue number) {
            boolean isNegative = number.value() < 0;
            head(isNegative ? 1 : 0, isNegative ? -1 - number.value() : number.value());
        } else if (value instanceof CborValue.BytesValue string) {
            head(2, string.length());
            out.writeBytes(string.bytes());
        } else if (value instanceof CborValue.TextValue text) {
            byte[] bytes = text.value().getBytes(StandardCharsets.UTF_8);
            head(3, bytes.length);
            out.writeBytes(bytes);
        } else if (value instanceof CborValue.ArrayValue array) {
            head(4, array.items().size());
            array.items().forEach(this::add);
        } else if (value instanceof CborValue.MapValue map) {
            head(5, map.entries().size());
            for (Map.Entry<CborValue, CborValue> entry : map.entries().entrySet()) {
                add(entry.getKey());
                add(entry.getValue());
            }
        } else if (value instanceof CborValue.TaggedValue tagged) {
            head(6, tagged.tag());
            add(tagged.content());
        } else if (value instanceof CborValue.SimpleValue simple) {
            out.write(
                    switch (simple) {
                        case FALSE -> 0xf4;
                        case TRUE -> 0xf5;
                        case NULL -> 0xf6;
                    });
        }
    }

    private void head(int major, long argument) {
        int type = major << 5;
        if (argument < 24) {
            out.write(type | (int) argument);
            return;
        }
        int code = 24;
        while (code < 27 && argument >= 1L << (Byte.SIZE << (code - 24))) {
            code++;
        }
        out.write(type | code);
        for (int shift = (Byte.SIZE << (code - 24)) - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            out.write((int) (argument >>> shift));
        }
    }
}
