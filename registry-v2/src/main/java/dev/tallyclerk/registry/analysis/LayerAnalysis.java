package dev.tallyclerk.registry.analysis;

import dev.tallyclerk.registry.layer.LayerEntry;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The analysis of one layer. Used by one thread.
 *
 * <p>A layer may have millions of entries, and an entry any size: what this keeps has to be bounded.
 *
 * @param <L> the type of what is found out about the layer
 */
public interface LayerAnalysis<L> {
    /**
     * Looks at the next entry.
     *
     * <p>Called for every entry in the order of the archive, whiteouts included. An entry has not been compared with
     * others: its path may contain {@code ..} or lead through a link, and a later entry may replace it. Nothing is
     * verified before {@link #finish}.
     *
     * @param entry the entry
     * @return receives the content, if it is wanted and the entry is a file
     */
    Optional<ContentConsumer> entry(LayerEntry entry);

    /**
     * {@return what was found out about the layer}
     *
     * <p>Called once, after the last entry that could be read, if the layer's bytes are the promised ones. If its
     * archive could not be read to its end, {@link AnalyzedLayer#problem} says why. Not called for other bytes.
     */
    L finish();

    /**
     * {@return an analysis whose result is an object that a function adds to}
     *
     * @param result the object, changed by nothing else
     * @param entry looks at an entry, and returns what receives its content
     * @param <L> the type of the object
     */
    static <L> LayerAnalysis<L> of(
            L result, BiFunction<? super LayerEntry, ? super L, Optional<ContentConsumer>> entry) {
        Objects.requireNonNull(result, "result");
        Objects.requireNonNull(entry, "entry");
        return new LayerAnalysis<>() {
            @Override
            public Optional<ContentConsumer> entry(LayerEntry next) {
                return entry.apply(next, result);
            }

            @Override
            public L finish() {
                return result;
            }
        };
    }
}
