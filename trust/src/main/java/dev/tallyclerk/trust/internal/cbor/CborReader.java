package dev.tallyclerk.trust.internal.cbor;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads CBOR, stricter than RFC 8949.
 *
 * <p>Refuses integers and lengths that are not in their shortest form, indefinite lengths, duplicate keys and keys
 * other than integers and texts, invalid UTF-8, integers beyond 64 bits with sign, floating-point numbers, undefined
 * and other simple values, more than 16 levels and bytes after the end. Known signers of COSE write none of these.
 * Needs memory in proportion to the document, whose size the caller bounds.
 */
public final class CborReader {
    private static final int MAX_DEPTH = 16;
    private static final int DIRECT = 24;
    private static final int MAX_LENGTH_CODE = 27;

    private final byte[] document;
    private int at;

    private CborReader(byte[] document) {
        this.document = document;
    }

    /**
     * {@return the only value of a document}
     *
     * @throws EvidenceException if it is malformed or nested too deep
     */
    public static CborValue read(byte[] document) throws EvidenceException {
        CborReader reader = new CborReader(document);
        CborValue value = reader.value(1);
        if (reader.at != document.length) {
            throw reader.malformed("bytes after the end");
        }
        return value;
    }

    private CborValue value(int depth) throws EvidenceException {
        if (depth > MAX_DEPTH) {
            throw new EvidenceException(
                    Reason.LIMIT_EXCEEDED, "CBOR at byte " + at + ": nested deeper than " + MAX_DEPTH + " levels");
        }
        if (at == document.length) {
            throw malformed("ends too early");
        }
        int first = document[at] & 0xff;
        int major = first >> 5;
        if (major == 7) {
            return simple(first);
        }
        long argument = argument(first & 0x1f);
        return switch (major) {
            case 0 -> new CborValue.IntegerValue(argument);
            case 1 -> new CborValue.IntegerValue(-1 - argument);
            case 2 -> new CborValue.BytesValue(bytes(argument));
            case 3 -> new CborValue.TextValue(text(argument));
            case 4 -> array(argument, depth);
            case 5 -> map(argument, depth);
            default -> new CborValue.TaggedValue(argument, value(depth + 1));
        };
    }

    private CborValue simple(int first) throws EvidenceException {
        CborValue value = switch (first) {
            case 0xf4 -> CborValue.SimpleValue.FALSE;
            case 0xf5 -> CborValue.SimpleValue.TRUE;
            case 0xf6 -> CborValue.SimpleValue.NULL;
            default -> throw malformed("a number or simple value that COSE does not need");
        };
        at++;
        return value;
    }

    /** Moves past the first byte and the argument in it and behind it (RFC 8949, 3). */
    private long argument(int code) throws EvidenceException {
        if (code < DIRECT) {
            at++;
            return code;
        }
        if (code > MAX_LENGTH_CODE) {
            throw malformed("an indefinite or reserved length");
        }
        int bytes = 1 << (code - DIRECT);
        if (document.length - at - 1 < bytes) {
            throw malformed("ends too early");
        }
        long argument = 0;
        for (int i = 1; i <= bytes; i++) {
            argument = (argument << Byte.SIZE) | (document[at + i] & 0xff);
        }
        if (argument < 0) {
            throw malformed("a number of 64 bits");
        }
        long least = bytes == 1 ? DIRECT : 1L << (bytes * Byte.SIZE / 2);
        if (argument < least) {
            throw malformed("a number that is not in its shortest form");
        }
        at += 1 + bytes;
        return argument;
    }

    private byte[] bytes(long length) throws EvidenceException {
        if (length > document.length - at) {
            throw malformed("a string of " + length + " bytes; there are " + (document.length - at));
        }
        byte[] bytes = Arrays.copyOfRange(document, at, at + (int) length);
        at += (int) length;
        return bytes;
    }

    private String text(long length) throws EvidenceException {
        byte[] bytes = bytes(length);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new EvidenceException(
                    Reason.MALFORMED, "CBOR at byte " + (at - bytes.length) + ": a text that is not UTF-8", e);
        }
    }

    private CborValue array(long size, int depth) throws EvidenceException {
        int items = countOf(size, 1);
        List<CborValue> list = new ArrayList<>(items);
        for (int i = 0; i < items; i++) {
            list.add(value(depth + 1));
        }
        return new CborValue.ArrayValue(list);
    }

    private CborValue map(long size, int depth) throws EvidenceException {
        int entries = countOf(size, 2);
        Map<CborValue, CborValue> map = new LinkedHashMap<>();
        for (int i = 0; i < entries; i++) {
            int start = at;
            CborValue key = value(depth + 1);
            if (!(key instanceof CborValue.IntegerValue) && !(key instanceof CborValue.TextValue)) {
                at = start;
                throw malformed("a key that is neither an integer nor a text");
            }
            if (map.containsKey(key)) {
                at = start;
                throw malformed("a duplicate key");
            }
            map.put(key, value(depth + 1));
        }
        return new CborValue.MapValue(map);
    }

    /** Each value needs a byte at least. */
    private int countOf(long size, int valuesEach) throws EvidenceException {
        if (size > (document.length - at) / valuesEach) {
            throw malformed(size + " elements; there are " + (document.length - at) + " bytes");
        }
        return (int) size;
    }

    private EvidenceException malformed(String message) {
        return new EvidenceException(Reason.MALFORMED, "CBOR at byte " + at + ": " + message);
    }
}
