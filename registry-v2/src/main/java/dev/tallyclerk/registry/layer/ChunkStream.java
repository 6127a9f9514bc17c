package dev.tallyclerk.registry.layer;

import dev.tallyclerk.registry.internal.stream.BlockStream;
import java.io.IOException;

/** A stream over a decoder. */
final class ChunkStream extends BlockStream {
    private static final int BUFFER = 64 * 1024;

    private final ChunkDecoder decoder;
    private boolean over;

    ChunkStream(ChunkDecoder decoder) {
        this.decoder = decoder;
        this.block = decoder.newBuffer(BUFFER);
    }

    @Override
    protected boolean nextBlock() throws IOException {
        int end = over ? -1 : decoder.decode(block);
        over = end < 0;
        if (!over) {
            position = decoder.begin();
            limit = end;
        }
        return !over;
    }

    @Override
    public void close() throws IOException {
        decoder.close();
    }
}
