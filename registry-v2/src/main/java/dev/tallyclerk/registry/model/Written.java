package dev.tallyclerk.registry.model;

import dev.tallyclerk.internal.json.JsonLimits;

/** Reads back what a builder wrote, so that there is no document whose typed view is not what its bytes say. */
final class Written {
    /** What was written costs what the caller made it cost; whether others take it is their affair. */
    private static final DocumentLimits LIMITS = new DocumentLimits(
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            JsonLimits.DEEPEST,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE);

    private Written() {}

    static Manifest manifest(byte[] bytes, String mediaType) {
        try {
            return Manifest.parse(bytes, mediaType, LIMITS);
        } catch (MalformedDocumentException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    static ImageConfig config(byte[] bytes) {
        try {
            return ImageConfig.parse(bytes, LIMITS);
        } catch (MalformedDocumentException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
