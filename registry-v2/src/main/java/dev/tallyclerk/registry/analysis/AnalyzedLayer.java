package dev.tallyclerk.registry.analysis;

import java.util.Objects;
import java.util.Optional;

/**
 * The result of analyzing one layer.
 *
 * @param index the layer's index, from 0 for the lowest
 * @param value what was found out; empty if nothing was read, because the layer is missing, its bytes are not the
 *     promised ones, or its format is not supported
 * @param problem why the layer was not read to a good end, for people; whatever it has after that is unknown. Empty if
 *     all of it was read and is what was promised
 * @param <L> the type of what is found out about one layer
 */
public record AnalyzedLayer<L>(int index, Optional<L> value, Optional<String> problem) {
    /**
     * Requires a value or a problem.
     *
     * @throws IllegalArgumentException if {@code index} is negative, or both others are empty
     */
    public AnalyzedLayer {
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(problem, "problem");
        if (index < 0) {
            throw new IllegalArgumentException("index is negative: " + index);
        }
        if (value.isEmpty() && problem.isEmpty()) {
            throw new IllegalArgumentException("a layer without a value needs a problem");
        }
    }
}
