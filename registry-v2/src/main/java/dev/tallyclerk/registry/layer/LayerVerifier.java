package dev.tallyclerk.registry.layer;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.layer.LayerException.Reason;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.LayerFormat;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Checks a layer in one pass over its bytes: that the blob has the size and digest its descriptor promises, and that
 * what it decompresses to has the diffID that the image's configuration promises.
 *
 * <p>A blob that is not the promised one is always reported as that, even where its bytes also fail to decompress. Uses
 * about 128 KiB whatever the layer's size. Stateless, and safe for use by several threads.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#layer-diffid">OCI image-spec v1.1.1,
 *     Layer DiffID</a>
 */
public final class LayerVerifier {
    private final LayerLimits limits;

    private LayerVerifier(LayerLimits limits) {
        this.limits = limits;
    }

    /** {@return a verifier that stops at {@code limits}} */
    public static LayerVerifier of(LayerLimits limits) {
        return new LayerVerifier(limits);
    }

    /**
     * Reads the whole layer and checks it.
     *
     * @param blob the layer's bytes as they are stored; read to their end and not closed
     * @param layer what they must be
     * @param diffId the digest that the uncompressed content must have
     * @throws VerificationException if the bytes are not those that {@code layer} describes
     * @throws LayerException if they are, and do not decompress to {@code diffId} within the limits, or cannot be
     *     decompressed by this version
     * @throws IOException if {@code blob} cannot be read
     */
    public VerifiedLayer verify(InputStream blob, Descriptor layer, Digest diffId) throws IOException {
        LayerFormat format = LayerFormat.of(layer.mediaType());
        BlobReader reader = new BlobReader(blob, layer);
        try {
            long size = switch (format) {
                case TAR, OPAQUE -> verifyPlain(reader, layer, diffId, format);
                case TAR_GZIP -> verifyGzip(reader, diffId);
                case TAR_ZSTD ->
                    throw new LayerException(
                            Reason.UNSUPPORTED, "zstd layers are not supported yet, so the diffID is not checked");
            };
            return new VerifiedLayer(layer, diffId, size);
        } catch (LayerException e) {
            reader.drain();
            throw e;
        }
    }

    private static long verifyPlain(BlobReader reader, Descriptor layer, Digest diffId, LayerFormat format)
            throws IOException {
        boolean oneHash = layer.digest().equals(diffId);
        if (format == LayerFormat.OPAQUE && !oneHash) {
            throw new LayerException(
                    Reason.UNSUPPORTED,
                    "what " + layer.mediaType() + " decompresses to is not known, so the diffID is not checked");
        }
        if (oneHash) {
            reader.drain();
            return reader.bytesRead();
        }
        // No limit but the blob's own size: nothing grows here.
        ContentVerifier content = contentVerifier(diffId, layer.size());
        while (reader.fill()) {
            content.update(reader.buffer(), reader.position(), reader.available());
            reader.advance(reader.available());
        }
        return finish(content);
    }

    private long verifyGzip(BlobReader reader, Digest diffId) throws IOException {
        ContentVerifier content = contentVerifier(diffId, Long.MAX_VALUE);
        new GzipDecoder(reader, (bytes, length) -> {
                    content.update(bytes, 0, length);
                    checkLimits(content.count(), reader.bytesRead());
                })
                .decode();
        return finish(content);
    }

    private void checkLimits(long uncompressed, long compressed) throws LayerException {
        if (uncompressed > limits.maxUncompressedBytes()) {
            throw new LayerException(
                    Reason.LIMIT_EXCEEDED,
                    "layer decompresses to more than " + limits.maxUncompressedBytes() + " bytes");
        }
        if (uncompressed > LayerLimits.RATIO_FREE_BYTES && uncompressed / limits.maxRatio() > compressed) {
            throw new LayerException(
                    Reason.LIMIT_EXCEEDED, "layer decompresses to more than " + limits.maxRatio() + " times its size");
        }
    }

    private static ContentVerifier contentVerifier(Digest diffId, long maxSize) throws LayerException {
        try {
            return ContentVerifier.ofAtMost(diffId, maxSize);
        } catch (VerificationException e) {
            throw new LayerException(Reason.UNSUPPORTED, "diffID: " + e.getMessage());
        }
    }

    private static long finish(ContentVerifier content) throws LayerException {
        try {
            content.finish();
            return content.count();
        } catch (VerificationException e) {
            throw new LayerException(
                    Reason.DIFF_ID_MISMATCH,
                    "layer decompresses to " + e.actual().map(Digest::toString).orElse("something else")
                            + ", not to the diffID " + content.expected().get(0));
        }
    }
}
