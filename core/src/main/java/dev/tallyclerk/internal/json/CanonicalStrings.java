package dev.tallyclerk.internal.json;

import java.nio.charset.StandardCharsets;

/**
 * Copies strings of a document in canonical form: {@code "} and {@code \} escaped, all other characters raw.
 *
 * <p>The output is never longer than the input, so an output as long as the document always suffices.
 */
final class CanonicalStrings {
    private byte[] in = {};
    private byte[] out = {};
    private int written;

    /** Thrown when a document is refused; the tree reader finds out why. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException() {
            super(null, null, false, false);
        }
    }

    void begin(byte[] document, byte[] output) {
        in = document;
        out = output;
    }

    /** {@return the end in the output of the last string that {@link #copyUnusual} copied} */
    int written() {
        return written;
    }

    /** {@return the number of raw bytes copied} */
    int copyUsual(int from, int to) {
        byte[] source = in;
        byte[] target = out;
        int i = from;
        int o = to;
        while (i <= source.length - Long.BYTES) {
            long eight = (long) JsonBytes.EIGHT.get(source, i);
            // Writes too many, which the next ones overwrite.
            JsonBytes.EIGHT.set(target, o, eight);
            long unusual = JsonBytes.unusual(eight);
            if (unusual != 0) {
                return i + JsonBytes.first(unusual) - from;
            }
            i += Long.BYTES;
            o += Long.BYTES;
        }
        // Bytes are signed, so this also finds all bytes beyond ASCII.
        while (i < source.length && source[i] >= ' ' && source[i] != '"' && source[i] != '\\') {
            target[o++] = source[i++];
        }
        return i - from;
    }

    /**
     * Copies the rest of a string, from a byte that is no raw ASCII, up to its quotation mark.
     *
     * @param from the offset in the document
     * @param to the offset in the output, at most {@code from}
     * @return the end of the string in the document
     */
    int copyUnusual(int from, int to) throws RefusedException {
        int i = from;
        int o = to;
        while (i < in.length) {
            byte b = in[i];
            if (b == '"') {
                out[o] = b;
                written = o + 1;
                return i + 1;
            }
            int codePoint;
            if (b == '\\') {
                codePoint = escaped(i);
                i += i + 1 < in.length && in[i + 1] == 'u' ? JsonBytes.escapeLength(codePoint) : 2;
            } else {
                // Control characters must be escaped.
                codePoint = b >= 0 ? -1 : JsonBytes.codePoint(in, i);
                i += JsonBytes.length(codePoint);
            }
            if (codePoint < 0 || JsonBytes.isSurrogate(codePoint)) {
                break;
            }
            o = write(codePoint, o);
            int usual = copyUsual(i, o);
            i += usual;
            o += usual;
        }
        throw new RefusedException();
    }

    /** {@return the code point of an escape, or -1 if it is none} */
    private int escaped(int at) {
        int kind = at + 1 < in.length ? in[at + 1] : -1;
        return switch (kind) {
            case '"', '\\', '/' -> kind;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> JsonBytes.escapedCodePoint(in, at);
            default -> -1;
        };
    }

    private int write(int codePoint, int to) {
        int o = to;
        switch (JsonBytes.length(codePoint)) {
            case 1 -> {
                if (codePoint == '"' || codePoint == '\\') {
                    out[o++] = '\\';
                }
                out[o++] = (byte) codePoint;
            }
            case 2 -> out[o++] = (byte) (0xC0 | codePoint >> 6);
            case 3 -> {
                out[o++] = (byte) (0xE0 | codePoint >> 12);
                out[o++] = continuation(codePoint >> 6);
            }
            default -> {
                out[o++] = (byte) (0xF0 | codePoint >> 18);
                out[o++] = continuation(codePoint >> 12);
                out[o++] = continuation(codePoint >> 6);
            }
        }
        if (codePoint >= 0x80) {
            out[o++] = continuation(codePoint);
        }
        return o;
    }

    private static byte continuation(int bits) {
        return (byte) (0x80 | (bits & 0x3F));
    }

    /** {@return the text of a canonical string with quotation marks} */
    static String decode(byte[] text, int start, int end) {
        int escape = start + 1;
        while (escape < end - 1 && text[escape] != '\\') {
            escape++;
        }
        if (escape == end - 1) {
            return new String(text, start + 1, end - start - 2, StandardCharsets.UTF_8);
        }
        byte[] plain = new byte[end - start - 2];
        int length = 0;
        for (int i = start + 1; i < end - 1; i++) {
            if (text[i] == '\\') {
                i++;
            }
            plain[length++] = text[i];
        }
        return new String(plain, 0, length, StandardCharsets.UTF_8);
    }

    /** {@return the end of the canonical string whose quotation mark is at {@code quote}} */
    static int end(byte[] text, int quote) {
        int i = quote + 1;
        while (true) {
            if (i <= text.length - Long.BYTES) {
                long found = JsonBytes.escapesAndEnds((long) JsonBytes.EIGHT.get(text, i));
                if (found == 0) {
                    i += Long.BYTES;
                    continue;
                }
                i += JsonBytes.first(found);
            }
            if (text[i] == '"') {
                return i + 1;
            }
            i += text[i] == '\\' ? 2 : 1;
        }
    }
}
