package dev.tallyclerk.trust.internal.encoding;

import java.util.Base64;
import java.util.Optional;

/**
 * Base64 in its one canonical form: padded, without line breaks, and with unused bits of zero (RFC 4648, 3.5). Java's
 * decoders accept more, so that one value would have several texts.
 */
public final class StrictBase64 {
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

    private static Optional<byte[]> decode(String text, Base64.Decoder decoder, Base64.Encoder encoder) {
        if (text.length() % 4 != 0) {
            return Optional.empty();
        }
        try {
            byte[] bytes = decoder.decode(text);
            String end = text.substring(Math.max(0, text.length() - 4));
            return end.equals(encoder.encodeToString(decoder.decode(end))) ? Optional.of(bytes) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
