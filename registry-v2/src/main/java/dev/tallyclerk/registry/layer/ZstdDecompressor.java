package dev.tallyclerk.registry.layer;

import dev.tallyclerk.registry.internal.zstd.ZstdException;
import dev.tallyclerk.registry.internal.zstd.ZstdStream;
import dev.tallyclerk.registry.layer.LayerException.Reason;
import java.io.IOException;
import java.io.InputStream;

/** Decompresses Zstandard, in Java. */
enum ZstdDecompressor implements ChunkDecompressor {
    OWN;

    @Override
    public ChunkDecoder decoder(InputStream compressed, LayerLimits limits) {
        return new Decoder(ZstdStream.of(compressed, limits.maxWindowBytes()));
    }

    private record Decoder(ZstdStream stream) implements ChunkDecoder {
        @Override
        public byte[] newBuffer(int bytes) {
            return new byte[bytes];
        }

        @Override
        public int begin() {
            return 0;
        }

        @Override
        public int decode(byte[] out) throws IOException {
            try {
                int n = stream.readNBytes(out, 0, out.length);
                return n == 0 ? -1 : n;
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

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }
}
