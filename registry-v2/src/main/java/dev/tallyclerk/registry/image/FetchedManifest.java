package dev.tallyclerk.registry.image;

import java.util.Objects;

/** A manifest's bytes as a source gave them, unverified, with the media type under which it gave them. */
public final class FetchedManifest {
    private final byte[] bytes;
    private final String mediaType;

    private FetchedManifest(byte[] bytes, String mediaType) {
        this.bytes = bytes.clone();
        this.mediaType = Objects.requireNonNull(mediaType, "mediaType");
    }

    /**
     * {@return bytes that came under a media type}
     *
     * @param mediaType the type, without parameters, or an empty string if the source does not say
     */
    public static FetchedManifest of(byte[] bytes, String mediaType) {
        return new FetchedManifest(bytes, mediaType);
    }

    /** {@return a copy of the bytes} */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** {@return the media type, or an empty string if the source does not say} */
    public String mediaType() {
        return mediaType;
    }

    /** {@return how many bytes of which media type} */
    @Override
    public String toString() {
        return bytes.length + " bytes" + (mediaType.isEmpty() ? "" : " of " + mediaType);
    }
}
