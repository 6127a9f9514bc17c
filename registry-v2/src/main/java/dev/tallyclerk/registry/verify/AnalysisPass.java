package dev.tallyclerk.registry.verify;

import dev.tallyclerk.registry.analysis.AnalyzedImage;
import dev.tallyclerk.registry.analysis.AnalyzedLayer;
import dev.tallyclerk.registry.analysis.ContentConsumer;
import dev.tallyclerk.registry.analysis.ImageAnalysis;
import dev.tallyclerk.registry.analysis.ImageAnalyzer;
import dev.tallyclerk.registry.analysis.LayerAnalysis;
import dev.tallyclerk.registry.analysis.LayerResultFormat;
import dev.tallyclerk.registry.layer.EntryVisitor;
import dev.tallyclerk.registry.layer.LayerEntry;
import dev.tallyclerk.registry.layer.LayerReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The analyses of one image. {@link #startLayer} may be called by several threads. */
final class AnalysisPass {
    private final List<ImageAnalyzer<?>> analyzers;
    private final List<ImageAnalysis<?, ?>> analyses = new ArrayList<>();

    AnalysisPass(List<ImageAnalyzer<?>> analyzers) {
        this.analyzers = analyzers;
        for (ImageAnalyzer<?> analyzer : analyzers) {
            analyses.add(Objects.requireNonNull(analyzer.start(), "analysis"));
        }
    }

    /**
     * What the analyses found out about one layer.
     *
     * @param values one for each analyzer; null if nothing was read
     * @param problem why not all was read, or null
     */
    record LayerValues(
            @Nullable List<Object> values, @Nullable String problem) {
        static LayerValues unread(String problem) {
            return new LayerValues(null, problem);
        }

        private AnalyzedLayer<Object> of(int analyzer, int index) {
            return new AnalyzedLayer<>(
                    index,
                    values == null ? Optional.empty() : Optional.of(values.get(analyzer)),
                    Optional.ofNullable(problem));
        }
    }

    /** {@return how the results of layers are stored, one for each analyzer; empty if one has no format} */
    @SuppressWarnings("unchecked") // the format is that of its analysis, whose type of layer only it knows
    Optional<List<LayerResultFormat<Object>>> formats() {
        List<LayerResultFormat<Object>> formats = new ArrayList<>();
        for (ImageAnalysis<?, ?> analysis : analyses) {
            analysis.layerFormat().ifPresent(format -> formats.add((LayerResultFormat<Object>) format));
        }
        return formats.size() == analyses.size() ? Optional.of(formats) : Optional.empty();
    }

    Layer startLayer() {
        List<LayerAnalysis<?>> started = new ArrayList<>();
        for (ImageAnalysis<?, ?> analysis : analyses) {
            started.add(Objects.requireNonNull(analysis.startLayer(), "analysis of a layer"));
        }
        return new Layer(started);
    }

    /** {@return the results by analyzer} */
    Map<ImageAnalyzer<?>, Object> finish(AnalyzedImage image, List<LayerValues> layers) {
        Map<ImageAnalyzer<?>, Object> results = new HashMap<>();
        for (int i = 0; i < analyses.size(); i++) {
            List<AnalyzedLayer<Object>> values = new ArrayList<>(layers.size());
            for (LayerValues layer : layers) {
                values.add(layer.of(i, values.size()));
            }
            results.put(analyzers.get(i), finish(analyses.get(i), image, values));
        }
        return results;
    }

    /** The values are those of this analysis, whose type of layer only it knows. */
    @SuppressWarnings("unchecked")
    private static Object finish(
            ImageAnalysis<?, ?> analysis, AnalyzedImage image, List<AnalyzedLayer<Object>> layers) {
        return Objects.requireNonNull(
                ((ImageAnalysis<Object, ?>) analysis).finish(image, List.copyOf(layers)), "result of an analysis");
    }

    /** The analyses of one layer. Belongs to one thread. */
    static final class Layer implements EntryVisitor {
        private final List<LayerAnalysis<?>> analyses;
        private final List<ContentConsumer> consumers = new ArrayList<>();
        private byte @Nullable [] buffer;

        private Layer(List<LayerAnalysis<?>> analyses) {
            this.analyses = analyses;
        }

        @Override
        public void visit(LayerEntry entry, LayerReader layer) throws IOException {
            consumers.clear();
            for (LayerAnalysis<?> analysis : analyses) {
                analysis.entry(entry).ifPresent(consumers::add);
            }
            if (!consumers.isEmpty() && entry.type() == LayerEntry.Type.FILE) {
                hand(layer.content());
            }
        }

        private void hand(InputStream content) throws IOException {
            byte[] chunk = buffer == null ? new byte[ContentConsumer.CHUNK_BYTES] : buffer;
            buffer = chunk;
            while (!consumers.isEmpty()) {
                int length = content.readNBytes(chunk, 0, chunk.length);
                if (length > 0) {
                    consumers.removeIf(consumer -> !consumer.update(chunk, 0, length));
                }
                if (length < chunk.length) {
                    consumers.forEach(ContentConsumer::finish);
                    return;
                }
            }
        }

        /** {@return what was found out, with why not all was read, or null} */
        LayerValues finish(@Nullable String problem) {
            List<Object> values = new ArrayList<>();
            for (LayerAnalysis<?> analysis : analyses) {
                values.add(Objects.requireNonNull(analysis.finish(), "result of the analysis of a layer"));
            }
            return new LayerValues(values, problem);
        }
    }
}
