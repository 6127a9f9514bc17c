package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.registry.analysis.AnalyzedImage;
import dev.tallyclerk.registry.analysis.AnalyzedLayer;
import dev.tallyclerk.registry.analysis.ImageAnalysis;
import dev.tallyclerk.registry.analysis.ImageAnalyzer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Finds what the rules of {@link FileSystemRules} judge, in the pass that verifies the layers.
 *
 * <p>Reads the contents of the configuration files that the rules look at, each up to
 * {@link FileCheck#MAX_CONTENT_BYTES} and 64 MiB in all; whatever is larger is unknown. Keeps up to 1,000 files for
 * each rule. Immutable, and safe for use by several threads.
 *
 * <pre>{@code
 * FileSystemAnalyzer files = FileSystemAnalyzer.create();
 * ImageVerification image = ImageVerifier.create().withAnalyzer(files).verify(source);
 * AuditReport report = auditor.audit(FileSystemSubject.allOf(image, files));
 * }</pre>
 */
public final class FileSystemAnalyzer implements ImageAnalyzer<FileSystemFacts> {
    private static final long MAX_KEPT_BYTES = 64L << 20;

    /** One object, so that verifications of two programs are found in one cache. */
    private static final FileSystemAnalyzer BUILT_IN = new FileSystemAnalyzer(List.of());

    private final List<FileCheck> checks;

    private FileSystemAnalyzer(List<FileCheck> checks) {
        this.checks = List.copyOf(checks);
    }

    /** {@return the analyzer for the built-in rules, always the same object} */
    public static FileSystemAnalyzer create() {
        return BUILT_IN;
    }

    /** {@return an analyzer with one more check; make the rule by {@link FileSystemRules#rule}} */
    public FileSystemAnalyzer withCheck(FileCheck check) {
        List<FileCheck> more = new ArrayList<>(checks);
        more.add(Objects.requireNonNull(check, "check"));
        return new FileSystemAnalyzer(more);
    }

    @Override
    public ImageAnalysis<?, FileSystemFacts> start() {
        AtomicLong budget = new AtomicLong(MAX_KEPT_BYTES);
        return ImageAnalysis.of(() -> new LayerCollector(this::isWanted, budget), this::finish);
    }

    private boolean isWanted(String path) {
        if (WantedPaths.contains(path)) {
            return true;
        }
        for (FileCheck check : checks) {
            if (check.wantsContent(path)) {
                return true;
            }
        }
        return false;
    }

    private FileSystemFacts finish(AnalyzedImage image, List<AnalyzedLayer<LayerFacts>> layers) {
        return new FactsBuilder(image, layers, checks, this::isWanted).build();
    }
}
