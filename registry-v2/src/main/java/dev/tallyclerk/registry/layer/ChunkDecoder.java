package dev.tallyclerk.registry.layer;

import java.io.IOException;
import java.io.InputStream;

/** Decodes one stream into buffers that the caller brings in turn. Belongs to one thread. */
interface ChunkDecoder extends AutoCloseable {
    /**
     * {@return a buffer for {@link #decode}}
     *
     * @param bytes about how much content it takes
     */
    byte[] newBuffer(int bytes);

    /** {@return where the content begins in a buffer} */
    int begin();

    /**
     * {@return where the content ends that is now in {@code out}, or -1 if there is none any more}
     *
     * @param out a buffer of {@link #newBuffer}; the bytes of the one of the call before must not have been changed
     */
    int decode(byte[] out) throws IOException;

    @Override
    void close() throws IOException;

    /** {@return one that copies from a stream, and closes it} */
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
