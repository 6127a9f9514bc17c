package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.internal.secret.SecretEngine;
import dev.tallyclerk.registry.analysis.AnalyzedImage;
import dev.tallyclerk.registry.analysis.AnalyzedLayer;
import dev.tallyclerk.registry.analysis.ImageAnalysis;
import dev.tallyclerk.registry.analysis.ImageAnalyzer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Collects the facts that {@link FileSystemRules} judge, in the pass that verifies the layers.
 *
 * <p>Reads the contents of the configuration files that the rules look at, each up to
 * {@link FileCheck#MAX_CONTENT_BYTES} and 64 MiB in all; whatever is larger is unknown. Keeps up to 1,000 files for
 * each rule. Immutable, and safe for use by several threads.
 *
 * <p>Files up to 1 MiB below {@code /usr}, {@code /lib} and {@code /bin} that have a secret are compared with the
 * checksums of dpkg, apk and rpm in the same layer, such as examples of keys that a distribution has. The checksums are
 * part of the image: they tell files that somebody added or changed from those of packages, and not honest packages
 * from forged ones. Therefore only those of the layer that brings the distribution are accepted, and not reported
 * unless a policy sets {@code allowDistribution} to false; those that a higher layer brings are reported with low
 * severity.
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
    private static final FileSystemAnalyzer BUILT_IN =
            new FileSystemAnalyzer(List.of(), List.of(), SecretEngine.builtIn());

    private final List<FileCheck> checks;

    /** The lines of {@code secrets} that are not built in. */
    private final List<String> patterns;

    private final SecretEngine secrets;

    private FileSystemAnalyzer(List<FileCheck> checks, List<String> patterns, SecretEngine secrets) {
        this.checks = List.copyOf(checks);
        this.patterns = List.copyOf(patterns);
        this.secrets = secrets;
    }

    /** {@return the analyzer for the built-in rules, always the same object} */
    public static FileSystemAnalyzer create() {
        return BUILT_IN;
    }

    /** {@return the analyzer for the built-in rules, which also finds the secrets of a policy's kinds} */
    public static FileSystemAnalyzer of(Policy policy) {
        return BUILT_IN.withPolicy(policy);
    }

    /**
     * {@return an analyzer that also finds the secrets of a policy's kinds; this object if it finds them already}
     *
     * @param policy the policy
     */
    public FileSystemAnalyzer withPolicy(Policy policy) {
        List<String> more = new ArrayList<>(policy.secretPatterns());
        more.removeAll(patterns);
        return more.isEmpty() ? this : withSecretPatterns(String.join("\n", more));
    }

    /** {@return an analyzer with one more check; make the rule by {@link FileSystemRules#rule}} */
    public FileSystemAnalyzer withCheck(FileCheck check) {
        List<FileCheck> more = new ArrayList<>(checks);
        more.add(Objects.requireNonNull(check, "check"));
        return new FileSystemAnalyzer(more, patterns, secrets);
    }

    /** {@return an analyzer with more checks, for example those of {@linkplain FileRulePack#installed rule packs}} */
    public FileSystemAnalyzer withChecks(Collection<? extends FileCheck> checks) {
        FileSystemAnalyzer all = this;
        for (FileCheck check : checks) {
            all = all.withCheck(check);
        }
        return all;
    }

    /**
     * {@return an analyzer that finds more kinds of secrets in files}
     *
     * <p>One pattern a line, in six columns: the name, the kind ({@code private-key}, {@code cloud}, {@code registry},
     * {@code package}, {@code kubernetes} or {@code token}, which decides the rule), where it is looked for
     * ({@code any}, or endings of paths), the keywords one of which starts it, what follows, and checks. Counts are
     * taken as far as they go and nothing is tried twice, so that the time is linear in the size of the files:
     *
     * <pre>{@code
     * Example token | token | any | extok_ | [0-9a-f]{8}-[A-Z]{2,4} | entropy=2
     * Example file | package | .examplerc | secret | <value> | -
     * }</pre>
     *
     * <p>The checks are {@code crc32} and {@code web-token}; {@code entropy=BITS} of each character;
     * {@code example=START} of a secret that is none, or {@code example=*PART}; {@code before=CHARACTERS} of the secret
     * before its keyword; {@code encrypted} by another secret; {@code doubtful} for low severity; and {@code -} for
     * none. A path that ends in {@code /*} stands for the files of a directory. Lines that are empty or start with
     * {@code #} are skipped.
     *
     * @param table the patterns
     * @throws IllegalArgumentException if a line is not a pattern; the message says which and why
     */
    public FileSystemAnalyzer withSecretPatterns(String table) {
        List<String> more = new ArrayList<>(patterns);
        more.addAll(List.of(table.split("\n", -1)));
        return new FileSystemAnalyzer(checks, more, secrets.withPatterns(table));
    }

    @Override
    public ImageAnalysis<?, FileSystemFacts> start() {
        AtomicLong budget = new AtomicLong(MAX_KEPT_BYTES);
        Supplier<PackageFiles> packages = PackageFiles.ofLayers();
        return ImageAnalysis.<LayerFacts, FileSystemFacts>of(
                        () -> new LayerCollector(this::isKept, budget, secrets, packages.get()), this::finish)
                .withLayerFormat(new LayerFactsFormat(budget));
    }

    private boolean isKept(String path) {
        return WantedPaths.mayBe(path) || isWanted(path);
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
