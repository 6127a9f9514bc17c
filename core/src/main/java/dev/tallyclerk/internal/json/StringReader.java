package dev.tallyclerk.internal.json;

import dev.tallyclerk.internal.json.JsonValue.JsonString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the strings of one document.
 *
 * <p>Member names and short values such as media types repeat within a document, so the last ones are cached. The cache
 * belongs to the document: no text of an attacker outlives it.
 */
final class StringReader {
    private static final int TABLE = 64;
    private static final int MAX_SHARED = 64;

    private static final long ONES = 0x0101010101010101L;
    private static final long SCATTER = 0x9E3779B97F4A7C15L;
    private static final int SCATTER_SHIFT = Long.SIZE - 6;

    private final byte[] in;
    private final boolean interchangeable;
    private final @Nullable JsonString[] shared = new @Nullable JsonString[2 * TABLE];
    private final int[] sharedAt = new int[2 * TABLE];
    private final long[] beginnings = new long[2 * TABLE];
    private int end;

    StringReader(byte[] document, boolean interchangeable) {
        this.in = document;
        this.interchangeable = interchangeable;
    }

    /** Thrown for a malformed string, or one that I-JSON does not allow. */
    static final class IllFormedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final int at;
        private final String detail;
        private final String rule;

        IllFormedException(int at, String detail, String rule) {
            super(detail, null, false, false);
            this.at = at;
            this.detail = detail;
            this.rule = rule;
        }

        int at() {
            return at;
        }

        String detail() {
            return detail;
        }

        String rule() {
            return rule;
        }
    }

    /** {@return the offset after the quotation mark of the last string} */
    int end() {
        return end;
    }

    /**
     * {@return the string whose quotation mark is at {@code quote}}
     *
     * @param isName whether it is a member name
     */
    JsonString read(int quote, boolean isName) throws IllFormedException {
        int start = quote + 1;
        int stop = usualUntil(start);
        if (stop == in.length || in[stop] != '"') {
            return new JsonString(unusual(start, stop));
        }
        end = stop + 1;
        int length = stop - start;
        boolean maybeKnown = length > 0 && length <= MAX_SHARED && start <= in.length - Long.BYTES;
        return maybeKnown ? shared(start, length, isName ? 0 : TABLE) : string(start, length);
    }

    private JsonString string(int start, int length) {
        return new JsonString(new String(in, start, length, StandardCharsets.ISO_8859_1));
    }

    /** {@return the offset of the next quotation mark, backslash, control character or byte beyond ASCII} */
    private int usualUntil(int start) {
        int i = start;
        for (; i <= in.length - Long.BYTES; i += Long.BYTES) {
            long unusual = JsonBytes.unusual((long) JsonBytes.EIGHT.get(in, i));
            if (unusual != 0) {
                return i + JsonBytes.first(unusual);
            }
        }
        // Bytes are signed, so this also finds all bytes beyond ASCII.
        while (i < in.length && in[i] >= ' ' && in[i] != '"' && in[i] != '\\') {
            i++;
        }
        return i;
    }

    /** {@return the string there, from the cache if it is one of the last} */
    private JsonString shared(int start, int length, int table) {
        long beginning = (long) JsonBytes.EIGHT.get(in, start);
        if (length < Long.BYTES) {
            // No byte of a string is zero here, so the rest also encodes the length.
            beginning &= (1L << (length * Byte.SIZE)) - 1;
        }
        int slot = table + (int) ((beginning * SCATTER + length * ONES) >>> SCATTER_SHIFT);
        JsonString known = known(slot, beginning, start, length);
        // Each string has two slots, so that two strings of one slot do not evict each other.
        known = known == null ? known(slot ^ 1, beginning, start, length) : known;
        if (known != null) {
            return known;
        }
        JsonString text = string(start, length);
        int other = slot ^ 1;
        shared[other] = shared[slot];
        sharedAt[other] = sharedAt[slot];
        beginnings[other] = beginnings[slot];
        shared[slot] = text;
        sharedAt[slot] = start;
        beginnings[slot] = beginning;
        return text;
    }

    private @Nullable JsonString known(int slot, long beginning, int start, int length) {
        JsonString known = shared[slot];
        boolean same = known != null
                && beginnings[slot] == beginning
                && known.value().length() == length
                && (length <= Long.BYTES || isSame(sharedAt[slot], start, length));
        return same ? known : null;
    }

    private boolean isSame(int one, int other, int length) {
        return Arrays.equals(in, one + Long.BYTES, one + length, in, other + Long.BYTES, other + length);
    }

    /** Reads a string with escapes or non-ASCII characters, or a malformed one. */
    private String unusual(int start, int from) throws IllFormedException {
        StringBuilder out = new StringBuilder(new String(in, start, from - start, StandardCharsets.ISO_8859_1));
        int i = from;
        while (i < in.length) {
            byte b = in[i];
            if (b == '"') {
                end = i + 1;
                return out.toString();
            }
            if (b >= 0 && b < ' ') {
                throw new IllFormedException(i, "control character in a string", "RFC 8259, 7: control characters");
            }
            if (b == '\\') {
                i = escape(i, out);
            } else if (b >= 0) {
                out.append((char) b);
                i++;
            } else {
                i = multibyte(i, out);
            }
        }
        throw new IllFormedException(i, "document ends within a string", "RFC 8259, 7: strings");
    }

    private int escape(int at, StringBuilder out) throws IllFormedException {
        int kind = at + 1 < in.length ? in[at + 1] : -1;
        switch (kind) {
            case '"', '\\', '/' -> out.append((char) kind);
            case 'b' -> out.append('\b');
            case 'f' -> out.append('\f');
            case 'n' -> out.append('\n');
            case 'r' -> out.append('\r');
            case 't' -> out.append('\t');
            case 'u' -> {
                return unicodeEscape(at, out);
            }
            default -> throw new IllFormedException(at, "unknown escape", "RFC 8259, 7: escapes");
        }
        return at + 2;
    }

    private int unicodeEscape(int at, StringBuilder out) throws IllFormedException {
        int codePoint = JsonBytes.escapedCodePoint(in, at);
        if (codePoint < 0) {
            throw new IllFormedException(at, "expected four hexadecimal digits", "RFC 8259, 7: escapes");
        }
        out.appendCodePoint(allowed(codePoint, at));
        return at + JsonBytes.escapeLength(codePoint);
    }

    private int multibyte(int at, StringBuilder out) throws IllFormedException {
        int codePoint = JsonBytes.codePoint(in, at);
        if (codePoint < 0) {
            throw new IllFormedException(at, "not UTF-8", "RFC 8259, 8.1: UTF-8");
        }
        out.appendCodePoint(allowed(codePoint, at));
        return at + JsonBytes.length(codePoint);
    }

    private int allowed(int codePoint, int at) throws IllFormedException {
        boolean allowed = interchangeable ? CodePoints.isInterchangeable(codePoint) : !JsonBytes.isSurrogate(codePoint);
        if (!allowed) {
            throw new IllFormedException(
                    at, "code point that I-JSON does not allow: U+" + Integer.toHexString(codePoint), CodePoints.RULE);
        }
        return codePoint;
    }
}
