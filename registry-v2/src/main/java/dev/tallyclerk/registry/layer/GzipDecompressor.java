package dev.tallyclerk.registry.layer;

import dev.tallyclerk.registry.internal.gzip.GzipException;
import dev.tallyclerk.registry.internal.gzip.GzipStream;
import dev.tallyclerk.registry.layer.LayerException.Reason;
import java.io.IOException;
import java.io.InputStream;

/** gzip, with either inflater. */
enum GzipDecompressor implements ChunkDecompressor {
    OWN,
    RUNTIME;

    @Override
    public ChunkDecoder decoder(InputStream compressed, LayerLimits limits) {
        return new Decoder(this == OWN ? GzipStream.of(compressed) : GzipStream.ofRuntime(compressed));
    }

    private record Decoder(GzipStream stream) implements ChunkDecoder {
        @Override
        public byte[] newBuffer(int bytes) {
            return GzipStream.newBuffer(bytes);
        }

        @Override
        public int begin() {
            return GzipStream.CONTENT;
        }

        @Override
        public int decode(byte[] out) throws IOException {
            try {
                return stream.decode(out);
            } catch (GzipException e) {
                String message = String.valueOf(e.getMessage());
                throw switch (e.reason()) {
                    case NOT_GZIP -> new LayerException(Reason.MALFORMED, "layer is not gzip, as its media type says");
                    case CORRUPT, TRUNCATED -> new LayerException(Reason.MALFORMED, message);
                    case TRAILING_DATA -> new LayerException(Reason.TRAILING_DATA, message);
                };
            }
        }

        @Override
        public void close() {
            stream.close();
        }
    }
}
