package dev.tallyclerk.registry.layer;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.layer.LayerException.Reason;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.LayerFormat;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The uncompressed content of a layer, whose end is given only after blob and content were the promised ones.
 *
 * <p>A plain form of {@code LayerVerifier.open}, for as long as there is none.
 */
final class LayerContent extends InputStream {
    private static final int BUFFER = 64 * 1024;

    private final InputStream blob;
    private final InputStream raw;
    private final ContentVerifier content;
    private boolean ended;

    private LayerContent(InputStream blob, InputStream raw, ContentVerifier content) {
        this.blob = blob;
        this.raw = raw;
        this.content = content;
    }

    static InputStream open(InputStream blob, Descriptor layer, Digest diffId, LayerLimits limits) throws IOException {
        InputStream verified = VerifyingInputStream.of(blob, layer.digest(), layer.size());
        InputStream raw;
        switch (LayerFormat.of(layer.mediaType())) {
            case TAR -> raw = verified;
            case TAR_GZIP -> raw = new GZIPInputStream(verified, BUFFER);
            default ->
                throw new LayerException(
                        Reason.UNSUPPORTED, "layers of the type " + layer.mediaType() + " are not read");
        }
        return new LayerContent(verified, raw, ContentVerifier.ofAtMost(diffId, limits.maxUncompressedBytes()));
    }

    @Override
    public int read() throws IOException {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (ended) {
            return -1;
        }
        int n;
        try {
            n = raw.read(buffer, offset, length);
        } catch (ZipException e) {
            blob.transferTo(OutputStream.nullOutputStream());
            throw new LayerException(Reason.MALFORMED, "gzip: " + e.getMessage());
        }
        if (n < 0) {
            blob.transferTo(OutputStream.nullOutputStream());
        }
        try {
            if (n >= 0) {
                content.update(buffer, offset, n);
                return n;
            }
            content.finish();
        } catch (VerificationException e) {
            throw new LayerException(Reason.DIFF_ID_MISMATCH, "diffID: " + e.getMessage());
        }
        ended = true;
        return -1;
    }

    @Override
    public void close() throws IOException {
        blob.close();
    }
}
