package dev.tallyclerk.registry.layer;

import java.io.IOException;
import java.io.InputStream;

/** A decompressor that can decode into buffers that other threads still read, which saves a copy of all content. */
interface ChunkDecompressor extends LayerDecompressor {
    ChunkDecoder decoder(InputStream compressed, LayerLimits limits) throws IOException;

    @Override
    default InputStream open(InputStream compressed, LayerLimits limits) throws IOException {
        return new ChunkStream(decoder(compressed, limits));
    }
}
