package dev.tallyclerk.registry.layer;

import java.io.IOException;
import java.io.InputStream;

/**
 * Decompresses layers of one format.
 *
 * <p>An implementation must be strict, because what it yields is compared with a digest of all of it: it reads every
 * member or frame to the end of the compressed bytes, refuses anything that follows, and never ends early. Layers come
 * from strangers: it keeps to {@link LayerLimits#maxWindowBytes}, and lets nothing out of its streams but
 * {@link IOException}s, which are {@link LayerException}s where the bytes are to blame. How much comes out is limited
 * by the reader.
 *
 * <p>Implementations are safe for use by several threads; the streams that they open belong to one.
 */
@FunctionalInterface
public interface LayerDecompressor {
    /**
     * {@return the uncompressed content; whoever reads it closes it, which leaves {@code compressed} open}
     *
     * @param compressed the compressed bytes, which may be read ahead of and are not closed
     * @param limits what decompressing may cost
     * @throws LayerException if the bytes are not of this format
     * @throws IOException if {@code compressed} cannot be read
     */
    InputStream open(InputStream compressed, LayerLimits limits) throws IOException;

    /** {@return this library's own reader of gzip (RFC 1952), in Java; what {@link LayerVerifier} uses by itself} */
    static LayerDecompressor gzip() {
        return GzipDecompressor.OWN;
    }

    /**
     * {@return a reader of gzip that inflates with the Java runtime's native code}
     *
     * <p>It is slower. It reads the same streams, so that either can be put in the place of the other.
     */
    static LayerDecompressor runtimeGzip() {
        return GzipDecompressor.RUNTIME;
    }

    /**
     * {@return this library's own reader of Zstandard (RFC 8878), in Java; what {@link LayerVerifier} uses by itself}
     *
     * <p>It keeps as much of the content as a frame's window asks for, once there is as much.
     */
    static LayerDecompressor zstd() {
        return ZstdDecompressor.OWN;
    }
}
