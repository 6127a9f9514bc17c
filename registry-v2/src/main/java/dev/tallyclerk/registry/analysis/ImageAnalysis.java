package dev.tallyclerk.registry.analysis;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * The analysis of one image by one analyzer.
 *
 * <p>Several layers may be read at the same time, each with a {@link LayerAnalysis} of its own. Their results are
 * handed over together, from the lowest layer up, so that the result does not depend on which layer was read first. A
 * layer that the image has several times is read once, and one that has to be read again, because a mirror had it
 * wrong, is analyzed anew.
 *
 * @param <L> the type of what is found out about one layer; immutable, because an image may have a layer several times
 * @param <R> the type of what is found out about the image
 */
public interface ImageAnalysis<L, R> {
    /** {@return the analysis of one layer, which was not used yet; called by any thread} */
    LayerAnalysis<L> startLayer();

    /**
     * {@return what was found out about the image}
     *
     * <p>Called once, after the last layer, by the thread that verifies the image. The result should not keep the
     * merged files, which may need much memory, because results are cached.
     *
     * @param image the image
     * @param layers the layers of the image, the lowest first
     */
    R finish(AnalyzedImage image, List<AnalyzedLayer<L>> layers);

    /**
     * {@return how the results of layers are stored, so that images that share a layer have it read once}
     *
     * <p>Empty by default: then layers are read for each image.
     */
    default Optional<LayerResultFormat<L>> layerFormat() {
        return Optional.empty();
    }

    /**
     * {@return this analysis, whose results of layers can be stored}
     *
     * @param format writes and reads them
     */
    default ImageAnalysis<L, R> withLayerFormat(LayerResultFormat<L> format) {
        Objects.requireNonNull(format, "format");
        ImageAnalysis<L, R> analysis = this;
        return new ImageAnalysis<>() {
            @Override
            public LayerAnalysis<L> startLayer() {
                return analysis.startLayer();
            }

            @Override
            public R finish(AnalyzedImage image, List<AnalyzedLayer<L>> layers) {
                return analysis.finish(image, layers);
            }

            @Override
            public Optional<LayerResultFormat<L>> layerFormat() {
                return Optional.of(format);
            }
        };
    }

    /**
     * {@return an analysis of two functions}
     *
     * @param startLayer makes the analysis of a layer; called by several threads
     * @param finish makes the result from those of the layers
     * @param <L> the type of what is found out about one layer
     * @param <R> the type of what is found out about the image
     */
    static <L, R> ImageAnalysis<L, R> of(
            Supplier<? extends LayerAnalysis<L>> startLayer,
            BiFunction<? super AnalyzedImage, ? super List<AnalyzedLayer<L>>, ? extends R> finish) {
        Objects.requireNonNull(startLayer, "startLayer");
        Objects.requireNonNull(finish, "finish");
        return new ImageAnalysis<>() {
            @Override
            public LayerAnalysis<L> startLayer() {
                return startLayer.get();
            }

            @Override
            public R finish(AnalyzedImage image, List<AnalyzedLayer<L>> layers) {
                return finish.apply(image, layers);
            }
        };
    }
}
