package dev.tallyclerk.registry.sbom;

import dev.tallyclerk.digest.Digest;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Derives the identifiers of documents from the digests of images.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9562#section-5.8">RFC 9562, 5.8, UUID Version 8</a>
 */
final class NamedUuid {
    private static final int HEX_OF_LONG = 16;

    private NamedUuid() {}

    /** {@return the UUID of a document of a kind about an image} */
    static UUID of(String kind, Digest image) {
        String hash = Digest.sha256Of(("tallyclerk " + kind + " " + image).getBytes(StandardCharsets.UTF_8))
                .encoded();
        long high = Long.parseUnsignedLong(hash.substring(0, HEX_OF_LONG), 16);
        long low = Long.parseUnsignedLong(hash.substring(HEX_OF_LONG, 2 * HEX_OF_LONG), 16);
        return new UUID((high & ~0xf000L) | 0x8000L, (low & ~(3L << 62)) | (1L << 63));
    }
}
