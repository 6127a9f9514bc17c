package dev.tallyclerk.internal.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the strings of one document.
 *
 * <p>Member names, and short values such as media types, stand in a document again and again, so the last ones are kept
 * and given out again. The tables belong to the document: nothing that a stranger writes outlives it.
 */
final class StringReader {
    private static final int TABLE = 64;
    private static final int MAX_SHARED = 64;

    private final byte[] in;
    private final boolean interchangeable;
    private final @Nullable String[] shared = new @Nullable String[2 * TABLE];
    private final int[] sharedAt = new int[2 * TABLE];
    private int end;

    StringReader(byte[] document, boolean interchangeable) {
        this.in = document;
        this.interchangeable = interchangeable;
    }

    /** Thrown when there is no string, or one that I-JSON does not allow. */
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

    /** {@return where the string that was read last ends: the offset after its quotation mark} */
    int end() {
        return end;
    }

    /**
     * {@return the string whose quotation mark is at {@code quote}}
     *
     * @param isName whether it is a member's name
     */
    String read(int quote, boolean isName) throws IllFormedException {
        int start = quote + 1;
        int i = start;
        // Bytes are signed, so that this finds every byte beyond ASCII too.
        while (i < in.length && in[i] >= ' ' && in[i] != '"' && in[i] != '\\') {
            i++;
        }
        if (i < in.length && in[i] == '"') {
            end = i + 1;
            return ascii(start, i - start, isName ? 0 : TABLE);
        }
        return unusual(start, i);
    }

    private String ascii(int start, int length, int table) {
        if (length > MAX_SHARED || length == 0) {
            return new String(in, start, length, StandardCharsets.ISO_8859_1);
        }
        int hash = (length * 31 + in[start]) * 31 + in[start + length - 1] * 7 + in[start + length / 2];
        int slot = table + (hash & (TABLE - 1));
        String known = shared[slot];
        int knownAt = sharedAt[slot];
        if (known != null
                && known.length() == length
                && Arrays.equals(in, knownAt, knownAt + length, in, start, start + length)) {
            return known;
        }
        String text = new String(in, start, length, StandardCharsets.ISO_8859_1);
        shared[slot] = text;
        sharedAt[slot] = start;
        return text;
    }

    /** Reads a string with escapes, or with characters beyond ASCII, or one that is wrong. */
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
            default -> throw new IllFormedException(at, "no escape of JSON", "RFC 8259, 7: escapes");
        }
        return at + 2;
    }

    private int unicodeEscape(int at, StringBuilder out) throws IllFormedException {
        int codePoint = hex(at + 2);
        int next = at + 6;
        if (codePoint >= Character.MIN_HIGH_SURROGATE
                && codePoint <= Character.MAX_HIGH_SURROGATE
                && next + 1 < in.length
                && in[next] == '\\'
                && in[next + 1] == 'u') {
            int low = hex(next + 2);
            if (low >= Character.MIN_LOW_SURROGATE && low <= Character.MAX_LOW_SURROGATE) {
                codePoint = Character.toCodePoint((char) codePoint, (char) low);
                next += 6;
            }
        }
        out.appendCodePoint(allowed(codePoint, at));
        return next;
    }

    private int hex(int from) throws IllFormedException {
        int value = 0;
        for (int i = from; i < from + 4; i++) {
            int digit = i < in.length ? Character.digit(in[i], 16) : -1;
            if (digit < 0) {
                throw new IllFormedException(
                        from - 2, "four hexadecimal digits should be here", "RFC 8259, 7: escapes");
            }
            value = value * 16 + digit;
        }
        return value;
    }

    /** Reads a sequence of UTF-8, RFC 3629: in its shortest form, no surrogate, nothing above U+10FFFF. */
    private int multibyte(int at, StringBuilder out) throws IllFormedException {
        int first = in[at] & 0xFF;
        int length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
        if (first < 0xC2 || first > 0xF4 || at + length > in.length) {
            throw notUtf8(at);
        }
        int codePoint = first & (0x7F >> length);
        for (int i = at + 1; i < at + length; i++) {
            if ((in[i] & 0xC0) != 0x80) {
                throw notUtf8(at);
            }
            codePoint = codePoint << 6 | (in[i] & 0x3F);
        }
        boolean shortest = codePoint >= (length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80);
        boolean surrogate = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
        if (!shortest || surrogate || codePoint > Character.MAX_CODE_POINT) {
            throw notUtf8(at);
        }
        out.appendCodePoint(allowed(codePoint, at));
        return at + length;
    }

    private static IllFormedException notUtf8(int at) {
        return new IllFormedException(at, "not UTF-8", "RFC 8259, 8.1: UTF-8");
    }

    private int allowed(int codePoint, int at) throws IllFormedException {
        boolean allowed = interchangeable
                ? CodePoints.isInterchangeable(codePoint)
                : codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE;
        if (!allowed) {
            throw new IllFormedException(
                    at, "code point that cannot be interchanged: U+" + Integer.toHexString(codePoint), CodePoints.RULE);
        }
        return codePoint;
    }
}
