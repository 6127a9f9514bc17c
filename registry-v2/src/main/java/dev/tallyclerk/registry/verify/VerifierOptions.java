package dev.tallyclerk.registry.verify;

import dev.tallyclerk.registry.analysis.ImageAnalyzer;
import dev.tallyclerk.registry.filesystem.MergeOptions;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link ImageVerifier} is told.
 *
 * @param platform the wanted platform, or null for the default, which an image need not state
 * @param merge how layers are read and merged
 * @param parallel the most layers to read at a time
 * @param analyzers what looks at the layers, each once
 * @param results what is known of layers, or null
 */
record VerifierOptions(
        @Nullable Platform platform,
        DocumentLimits limits,
        MergeOptions merge,
        VerificationListener listener,
        Executor executor,
        int parallel,
        boolean readsLayers,
        List<ImageAnalyzer<?>> analyzers,
        @Nullable LayerResults results) {
    VerifierOptions {
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(merge, "merge");
        Objects.requireNonNull(listener, "listener");
        Objects.requireNonNull(executor, "executor");
        if (parallel < 1) {
            throw new IllegalArgumentException("parallel is below 1: " + parallel);
        }
        analyzers = List.copyOf(analyzers);
    }

    static VerifierOptions defaults() {
        return new VerifierOptions(
                null,
                DocumentLimits.defaults(),
                MergeOptions.defaults(),
                VerificationListener.silent(),
                Runnable::run,
                1,
                true,
                List.of(),
                null);
    }

    VerifierOptions withPlatform(Platform platform) {
        return new VerifierOptions(
                platform, limits, merge, listener, executor, parallel, readsLayers, analyzers, results);
    }

    VerifierOptions withLimits(DocumentLimits limits) {
        return new VerifierOptions(
                platform, limits, merge, listener, executor, parallel, readsLayers, analyzers, results);
    }

    VerifierOptions withMerge(MergeOptions merge) {
        return new VerifierOptions(
                platform, limits, merge, listener, executor, parallel, readsLayers, analyzers, results);
    }

    VerifierOptions withListener(VerificationListener listener) {
        return new VerifierOptions(
                platform, limits, merge, listener, executor, parallel, readsLayers, analyzers, results);
    }

    VerifierOptions withExecutor(Executor executor, int parallel) {
        return new VerifierOptions(
                platform, limits, merge, listener, executor, parallel, readsLayers, analyzers, results);
    }

    VerifierOptions withoutLayers() {
        return new VerifierOptions(platform, limits, merge, listener, executor, parallel, false, analyzers, results);
    }

    VerifierOptions withResults(LayerResults results) {
        return new VerifierOptions(
                platform, limits, merge, listener, executor, parallel, readsLayers, analyzers, results);
    }

    VerifierOptions withAnalyzer(ImageAnalyzer<?> analyzer) {
        Objects.requireNonNull(analyzer, "analyzer");
        for (ImageAnalyzer<?> known : analyzers) {
            if (known == analyzer) {
                return this;
            }
        }
        List<ImageAnalyzer<?>> more = new ArrayList<>(analyzers);
        more.add(analyzer);
        return new VerifierOptions(platform, limits, merge, listener, executor, parallel, readsLayers, more, results);
    }
}
