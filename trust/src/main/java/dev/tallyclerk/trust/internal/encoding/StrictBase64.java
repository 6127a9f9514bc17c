package dev.tallyclerk.trust.internal.encoding;

import java.util.Base64;
import java.util.Optional;

/**
 * Base64 in its one canonical form: padded unless stated otherwise, without line breaks, and with unused bits of zero
 * (RFC 4648, 3.5). Java's decoders accept more, so that one value would have several texts.
 */
public final class StrictBase64 {
    /** A multiple of 4. */
    private static final int PART = 1 << 14;

    private StrictBase64() {}

    /** {@return the bytes of a text in the standard alphabet (RFC 4648, 4); empty if it is malformed} */
    public static Optional<byte[]> decode(String text) {
        return decode(text, Base64.getDecoder(), Base64.getEncoder());
    }

    /** {@return the bytes of a text in the standard or the URL-safe alphabet, not both; empty if it is malformed} */
    public static Optional<byte[]> decodeEither(String text) {
        return text.indexOf('-') >= 0 || text.indexOf('_') >= 0
                ? decode(text, Base64.getUrlDecoder(), Base64.getUrlEncoder())
                : decode(text);
    }

    /**
     * {@return the bytes of a text in the URL-safe alphabet without padding, as in JWS (RFC 7515, 2); empty if it is
     * malformed}
     */
    public static Optional<byte[]> decodeUnpadded(String text) {
        int missing = -text.length() & 3;
        return missing == 3 || text.endsWith("=")
                ? Optional.empty()
                : decode(text + "=".repeat(missing), Base64.getUrlDecoder(), Base64.getUrlEncoder());
    }

    private static Optional<byte[]> decode(String text, Base64.Decoder decoder, Base64.Encoder encoder) {
        int length = text.length();
        if (length % 4 != 0) {
            return Optional.empty();
        }
        int padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
        byte[] bytes = new byte[length / 4 * 3 - padding];
        try {
            // In parts, because a decoder copies its whole input.
            for (int from = 0; from < length; from += PART) {
                int to = Math.min(length, from + PART);
                byte[] part = decoder.decode(text.substring(from, to));
                int wanted = (to - from) / 4 * 3 - (to == length ? padding : 0);
                if (part.length != wanted) {
                    return Optional.empty();
                }
                System.arraycopy(part, 0, bytes, from / 4 * 3, wanted);
            }
            String end = text.substring(Math.max(0, length - 4));
            return end.equals(encoder.encodeToString(decoder.decode(end))) ? Optional.of(bytes) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
