package dev.tallyclerk.registry.layer;

import java.io.IOException;
import java.io.InputStream;

/**
 * Decompresses layers of one format.
 *
 * <p>Implementations must be strict, because their whole output is compared with a digest: they read every member or
 * frame to the end of the compressed bytes, refuse trailing data, and never end early. Layers are untrusted:
 * implementations respect {@link LayerLimits#maxWindowBytes}, and throw only {@link IOException}s from their streams,
 * which are {@link LayerException}s if the bytes are at fault. The reader limits the size of the output.
 *
 * <p>Implementations are safe for use by several threads; the streams that they open belong to one.
 */
@FunctionalInterface
public interface LayerDecompressor {
    /**
     * {@return the uncompressed content; the caller closes it, which leaves {@code compressed} open}
     *
     * @param compressed the compressed bytes; may be read ahead, not closed
     * @param limits the limits on decompression
     * @throws LayerException if the bytes are not of this format
     * @throws IOException if {@code compressed} cannot be read
     */
    InputStream open(InputStream compressed, LayerLimits limits) throws IOException;

    /** {@return this library's gzip decoder (RFC 1952), in Java; the default of {@link LayerVerifier}} */
    static LayerDecompressor gzip() {
        return GzipDecompressor.OWN;
    }

    /**
     * {@return a gzip decoder that inflates with the Java runtime's native code}
     *
     * <p>Slower; reads exactly the same streams as {@link #gzip}.
     */
    static LayerDecompressor runtimeGzip() {
        return GzipDecompressor.RUNTIME;
    }

    /**
     * {@return this library's Zstandard decoder (RFC 8878), in Java; the default of {@link LayerVerifier}}
     *
     * <p>Memory grows with the content, up to the window of the frame.
     */
    static LayerDecompressor zstd() {
        return ZstdDecompressor.OWN;
    }
}
