package dev.tallyclerk.registry.layer;

import java.io.IOException;
import java.io.InputStream;

/** Decodes one stream into buffers that the caller supplies. Belongs to one thread. */
interface ChunkDecoder extends AutoCloseable {
    /**
     * {@return a buffer for {@link #decode}}
     *
     * @param bytes about how much content it has room for
     */
    byte[] newBuffer(int bytes);

    /** {@return the start of the content in a buffer} */
    int begin();

    /**
     * {@return the end of the content that is now in {@code out}, or -1 at the end of the stream}
     *
     * @param out a buffer of {@link #newBuffer}; the bytes of the previous call's buffer must be unchanged
     */
    int decode(byte[] out) throws IOException;

    @Override
    void close() throws IOException;

    /** {@return a decoder that copies from a stream and closes it} */
    static ChunkDecoder of(InputStream content) {
        return new ChunkDecoder() {
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
                int n = content.readNBytes(out, 0, out.length);
                return n == 0 ? -1 : n;
            }

            @Override
            public void close() throws IOException {
                content.close();
            }
        };
    }
}
