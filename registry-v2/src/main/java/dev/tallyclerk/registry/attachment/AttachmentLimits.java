package dev.tallyclerk.registry.attachment;

import dev.tallyclerk.registry.model.DocumentLimits;

/**
 * Limits on reading the artifacts that are attached to one digest. Each is 1 or more; less is an
 * {@link IllegalArgumentException}.
 *
 * @param maxAttachments the number of artifacts in a list
 * @param maxManifestBytes the size of an artifact's manifest, in bytes
 * @param maxBlobBytes the size of a layer of an artifact, in bytes; it is read into memory
 * @param maxAllBytes the bytes of all manifests and layers that are read for one list, together; content that is read
 *     again counts again
 */
public record AttachmentLimits(int maxAttachments, int maxManifestBytes, int maxBlobBytes, long maxAllBytes) {
    private static final AttachmentLimits DEFAULTS = new AttachmentLimits(1_000, 1 << 20, 16 << 20, 256L << 20);

    public AttachmentLimits {
        requirePositive("maxAttachments", maxAttachments);
        requirePositive("maxManifestBytes", maxManifestBytes);
        requirePositive("maxBlobBytes", maxBlobBytes);
        requirePositive("maxAllBytes", maxAllBytes);
    }

    private static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is below 1: " + value);
        }
    }

    /** {@return limits of 1,000 artifacts, 1 MiB for a manifest, 16 MiB for a layer, and 256 MiB for all of a list} */
    public static AttachmentLimits defaults() {
        return DEFAULTS;
    }

    /** {@return these limits with another number of artifacts} */
    public AttachmentLimits withMaxAttachments(int maxAttachments) {
        return new AttachmentLimits(maxAttachments, maxManifestBytes, maxBlobBytes, maxAllBytes);
    }

    /** {@return these limits with another size of a manifest, in bytes} */
    public AttachmentLimits withMaxManifestBytes(int maxManifestBytes) {
        return new AttachmentLimits(maxAttachments, maxManifestBytes, maxBlobBytes, maxAllBytes);
    }

    /** {@return these limits with another size of a layer, in bytes} */
    public AttachmentLimits withMaxBlobBytes(int maxBlobBytes) {
        return new AttachmentLimits(maxAttachments, maxManifestBytes, maxBlobBytes, maxAllBytes);
    }

    /** {@return these limits with another number of bytes for a whole list} */
    public AttachmentLimits withMaxAllBytes(long maxAllBytes) {
        return new AttachmentLimits(maxAttachments, maxManifestBytes, maxBlobBytes, maxAllBytes);
    }

    /** {@return the limits on the documents of artifacts} */
    public DocumentLimits documents() {
        return DocumentLimits.defaults().withMaxManifestBytes(maxManifestBytes);
    }
}
