package dev.tallyclerk.registry.layer;

import dev.tallyclerk.registry.internal.gzip.GzipException;
import dev.tallyclerk.registry.internal.gzip.GzipStream;
import dev.tallyclerk.registry.layer.LayerException.Reason;
import java.io.IOException;
import java.io.InputStream;

/** Decompresses gzip, with this library's inflater or the runtime's. */
enum GzipDecompressor implements LayerDecompressor {
    OWN,
    RUNTIME;

    @Override
    public InputStream open(InputStream compressed, LayerLimits limits) {
        return new ChunkStream(decoder(compressed));
    }

    /** {@return a decoder into buffers that other threads may still read, which saves a copy of all content} */
    ChunkDecoder decoder(InputStream compressed) {
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
                    case NOT_GZIP ->
                        new LayerException(Reason.MALFORMED, "the media type says gzip, but the layer is not gzip");
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
