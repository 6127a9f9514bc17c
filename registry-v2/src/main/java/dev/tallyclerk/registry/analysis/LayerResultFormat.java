package dev.tallyclerk.registry.analysis;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Writes what an analysis found out about a layer as bytes, so that other images with the layer need not read it.
 *
 * <p>What is read has to have the same effect as what was written. Bytes are read by the version of the program that
 * wrote them, from a store that is trusted as the program is.
 *
 * @param <L> the type of what is found out about one layer
 * @see dev.tallyclerk.registry.verify.LayerResults
 */
public interface LayerResultFormat<L> {
    /**
     * Writes a result.
     *
     * @throws IOException if {@code out} cannot be written
     */
    void write(L result, DataOutput out) throws IOException;

    /**
     * {@return the result that was written}
     *
     * <p>Within an image, results are read by several threads at a time.
     *
     * @throws IOException if {@code in} cannot be read, or does not have what was written
     */
    L read(DataInput in) throws IOException;
}
