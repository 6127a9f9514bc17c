package dev.tallyclerk.registry.model;

import java.util.Base64;
import java.util.Optional;

/** Canonical base64url of JWS (RFC 7515, section 2): the URL alphabet without padding. */
final class Base64Url {
    private Base64Url() {}

    static String encode(byte[] content) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(content);
    }

    /** {@return the content, or empty if {@code text} is not canonical} */
    static Optional<byte[]> decode(String text) {
        try {
            byte[] content = Base64.getUrlDecoder().decode(text);
            // Java accepts padding, and ignores leftover bits.
            return encode(content).equals(text) ? Optional.of(content) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
