package dev.tallyclerk.registry.layer;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.layer.LayerException.Reason;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.LayerFormat;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;

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
    /** gzip, Zstandard, bzip2, xz. */
    private static final List<byte[]> COMPRESSED = List.of(
            new byte[] {0x1f, (byte) 0x8b, 8},
            new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd},
            new byte[] {'B', 'Z', 'h'},
            new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0});

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
        if (reader.fill() && isCompressed(reader)) {
            throw format == LayerFormat.TAR
                    ? new LayerException(
                            Reason.MALFORMED, "layer is compressed, and its media type says that it is not")
                    : new LayerException(Reason.UNSUPPORTED, "layer is compressed, and its media type is not known");
        }
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

    /** Some engines look at the first bytes and not at the media type, and would unpack something else. */
    private static boolean isCompressed(BlobReader reader) {
        for (byte[] magic : COMPRESSED) {
            int end = reader.position() + Math.min(magic.length, reader.available());
            if (reader.available() >= magic.length
                    && Arrays.equals(reader.buffer(), reader.position(), end, magic, 0, magic.length)) {
                return true;
            }
        }
        return false;
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
