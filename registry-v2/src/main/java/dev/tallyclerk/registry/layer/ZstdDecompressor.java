package dev.tallyclerk.registry.layer;

import dev.tallyclerk.registry.internal.stream.BulkInputStream;
import dev.tallyclerk.registry.internal.zstd.ZstdException;
import dev.tallyclerk.registry.internal.zstd.ZstdStream;
import dev.tallyclerk.registry.layer.LayerException.Reason;
import java.io.IOException;
import java.io.InputStream;

/** Decompresses Zstandard, in Java. */
enum ZstdDecompressor implements LayerDecompressor {
    OWN;

    @Override
    public InputStream open(InputStream compressed, LayerLimits limits) {
        return new Content(ZstdStream.of(compressed, limits.maxWindowBytes()));
    }

    /** Reports errors of the decoder as those of the layer. */
    private static final class Content extends BulkInputStream {
        private final ZstdStream stream;

        Content(ZstdStream stream) {
            this.stream = stream;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                return stream.read(buffer, offset, length);
            } catch (ZstdException e) {
                String message = String.valueOf(e.getMessage());
                throw switch (e.reason()) {
                    case NOT_ZSTD ->
                        new LayerException(Reason.MALFORMED, "the media type says zstd, but the layer is not zstd");
                    case CORRUPT, TRUNCATED, CHECKSUM -> new LayerException(Reason.MALFORMED, message);
                    case TRAILING_DATA -> new LayerException(Reason.TRAILING_DATA, message);
                    case WINDOW_TOO_LARGE -> new LayerException(Reason.LIMIT_EXCEEDED, message);
                    case NEEDS_DICTIONARY -> new LayerException(Reason.UNSUPPORTED, message);
                };
            }
        }
    }
}
