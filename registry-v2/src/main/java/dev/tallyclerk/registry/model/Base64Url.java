package dev.tallyclerk.registry.model;

import java.util.Base64;
import java.util.Optional;

/** Base64 as JWS has it (RFC 7515, section 2): the URL alphabet, no padding, and one text only for each content. */
final class Base64Url {
    private Base64Url() {}

    static String encode(byte[] content) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(content);
    }

    /** {@return the content, or nothing if {@code text} is not the one text for any} */
    static Optional<byte[]> decode(String text) {
        try {
            byte[] content = Base64.getUrlDecoder().decode(text);
            // Java takes padding, and does not look at the bits that no byte needs.
            return encode(content).equals(text) ? Optional.of(content) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
