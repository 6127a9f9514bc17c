package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.image.FetchedManifest;

/** A verified manifest. */
final class Document {
    private final Digest digest;
    private final String mediaType;
    private final byte[] bytes;

    Document(Digest digest, String mediaType, byte[] bytes) {
        this.digest = digest;
        this.mediaType = mediaType;
        this.bytes = bytes;
    }

    Digest digest() {
        return digest;
    }

    String mediaType() {
        return mediaType;
    }

    /** {@return its bytes, which must not be changed} */
    byte[] bytes() {
        return bytes;
    }

    FetchedManifest fetched() {
        return FetchedManifest.of(bytes, mediaType);
    }
}
