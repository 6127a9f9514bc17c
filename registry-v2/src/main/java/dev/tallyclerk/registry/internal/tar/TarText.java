package dev.tallyclerk.registry.internal.tar;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Converts names to text: UTF-8, with each invalid byte as a lone surrogate, U+DC80 for 0x80 to U+DCFF for 0xff. So
 * sequences of bytes and such texts correspond one to one (the "surrogateescape" of Python's PEP 383).
 */
public final class TarText {
    private static final char ESCAPE = 0xdc00;
    private static final int LATIN_1 = 0xff;

    /** A text object and its array, without the characters. */
    private static final int OBJECT_BYTES = 40;

    private TarText() {}

    static String decode(byte[] bytes, int start, int end) {
        int or = 0;
        for (int i = start; i < end; i++) {
            or |= bytes[i];
        }
        return decode(bytes, start, end, or < 0);
    }

    /** The same if the caller knows whether there is a byte beyond ASCII. */
    static String decode(byte[] bytes, int start, int end, boolean beyondAscii) {
        if (!beyondAscii) {
            return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
        }
        StringBuilder text = new StringBuilder(end - start);
        int at = start;
        while (at < end) {
            int length = sequence(bytes, at, end);
            if (length == 0) {
                text.append((char) (ESCAPE | (bytes[at++] & 0xff)));
            } else {
                text.appendCodePoint(codePoint(bytes, at, length));
                at += length;
            }
        }
        return text.toString();
    }

    /** {@return the bytes that {@code text} was decoded from} */
    public static byte[] encode(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() + 16);
        int at = 0;
        while (at < text.length()) {
            int c = text.codePointAt(at);
            at += Character.charCount(c);
            if (isEscape(c)) {
                bytes.write(c & 0xff);
            } else {
                bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    /** {@return whether the bytes of {@code text} are valid UTF-8} */
    public static boolean isUtf8(String text) {
        return text.codePoints().noneMatch(TarText::isEscape);
    }

    /** {@return the approximate memory use of a text with its two objects, in bytes; an empty one is shared} */
    public static long memoryBytes(String text) {
        return text.isEmpty() ? 0 : OBJECT_BYTES + storedBytes(text);
    }

    /** {@return the memory use of a text's characters, in bytes: two for each if one is beyond Latin-1} */
    public static long storedBytes(String text) {
        int or = 0;
        for (int i = 0; i < text.length(); i++) {
            or |= text.charAt(i);
        }
        return (or > LATIN_1 ? 2L : 1L) * text.length();
    }

    private static boolean isEscape(int c) {
        return c >= 0xdc80 && c <= 0xdcff;
    }

    /**
     * {@return the length in bytes of the well-formed sequence at {@code at} (RFC 3629, section 4), or 0 if there is
     * none}
     */
    private static int sequence(byte[] bytes, int at, int end) {
        int first = bytes[at] & 0xff;
        if (first < 0x80) {
            return 1;
        }
        int length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
        if (length == 0 || at + length > end) {
            return 0;
        }
        for (int i = 1; i < length; i++) {
            if ((bytes[at + i] & 0xc0) != 0x80) {
                return 0;
            }
        }
        int second = bytes[at + 1] & 0xff;
        boolean wellFormed = switch (first) {
            case 0xe0 -> second >= 0xa0;
            case 0xed -> second < 0xa0;
            case 0xf0 -> second >= 0x90;
            case 0xf4 -> second < 0x90;
            default -> true;
        };
        return wellFormed ? length : 0;
    }

    private static int codePoint(byte[] bytes, int at, int length) {
        int first = bytes[at] & 0xff;
        if (length == 1) {
            return first;
        }
        int value = first & (0x7f >> length);
        for (int i = 1; i < length; i++) {
            value = value << 6 | (bytes[at + i] & 0x3f);
        }
        return value;
    }
}
