package dev.tallyclerk.registry.verify;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * A store of what was found out about layers, so that images that share a layer have it read, hashed and analyzed once.
 *
 * <p>Only layers whose bytes are the promised ones get in, so that a result holds for a digest, wherever the layer is.
 * That a source has the layer is not known then, and neither are the bytes that it has: a caller that reports on the
 * content of sources has a store for each.
 *
 * <p>The verifier believes what the store gives it. The store has to be as safe from changes as the program, has to
 * notice damaged bytes, and belongs to one version of the library and to verifiers with the same limits, decompressors
 * and analyzers. Safe for use by several threads.
 *
 * @see ImageVerifier#withLayerResults
 */
public interface LayerResults {
    /** Writes a result. */
    @FunctionalInterface
    interface Content {
        /**
         * Writes the whole result.
         *
         * @param out not closed
         */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * {@return the result that was saved under a key, or empty if there is none}
     *
     * <p>The verifier closes the stream. A result that cannot be read to its end, or is malformed, counts as none.
     *
     * @param key the digests of the layer, its size and how it is read: up to 400 characters of printable ASCII
     * @throws IOException if the store cannot be used, which ends the verification
     */
    Optional<InputStream> find(String key) throws IOException;

    /**
     * Saves a result; an existing one may be replaced or stay.
     *
     * @param key as in {@link #find}
     * @param content writes the result, of about 100 bytes for each entry of the layer
     * @throws IOException if the store cannot be used, which ends the verification
     */
    void save(String key, Content content) throws IOException;
}
