package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.text.Words;
import dev.tallyclerk.registry.analysis.AnalyzedLayer;
import dev.tallyclerk.registry.filesystem.ImageFile;
import dev.tallyclerk.registry.layer.LayerEntry;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells secrets that the image's files show from those that lie in a lower layer only. Used once.
 *
 * <p>What is in a merged file is reported by its own rule, and all else by FS-025.
 */
final class SecretChecks {
    static final String DELETED = "FS-025";

    private static final String AS_INSTALLED = ", and is as its package brought it";

    private static final List<String> RULES =
            List.of("FS-016", "FS-019", "FS-020", "FS-021", "FS-022", "FS-026", DELETED);

    /** Directories whose keys and tokens are mostly examples. */
    private static final Set<String> EXAMPLES = Words.set("""
            __fixtures__ __mocks__ __tests__ doc docs demo example examples fixture fixtures gems gocode man node_modules
            sample samples site-packages spec dist-packages test test-data testdata testing tests vendor
            """);

    /** Words of file names that say the same: {@code tls_test.go}, {@code .env.example}. */
    private static final Set<String> EXAMPLE_WORDS = Words.set("demo example examples fixture sample spec test tests");

    private static final Pattern NO_LETTERS = Pattern.compile("[^a-z]+");

    private final List<AnalyzedLayer<LayerFacts>> layers;
    private final Findings findings;

    /** The lowest layer that brings a distribution, or -1. */
    private final int base;

    /** The secrets that merged files have, by layer and position. */
    private final Set<Long> shown = new HashSet<>();

    /** The fingerprints of the secrets of merged files. */
    private final Map<String, Long> present = new HashMap<>();

    SecretChecks(List<AnalyzedLayer<LayerFacts>> layers, Findings findings) {
        this.layers = layers;
        this.findings = findings;
        this.base = layers.stream()
                .filter(layer -> layer.value()
                        .map(facts -> facts.packages().hasDistribution())
                        .orElse(false))
                .mapToInt(AnalyzedLayer::index)
                .findFirst()
                .orElse(-1);
    }

    /** Looks at a merged file. */
    void look(ImageFile file) {
        LayerEntry entry = file.content().orElse(null);
        if (entry == null || file.type() != LayerEntry.Type.FILE) {
            return;
        }
        int layer = file.contentOrigin().index();
        SecretFile secrets = layers.get(layer)
                .value()
                .map(facts -> facts.secrets().get(entry.position()))
                .orElse(null);
        if (secrets != null) {
            shown.add(key(layer, entry));
            present.put(file.path(), secrets.fingerprint());
            report(secrets, layer, file.path());
        }
    }

    private static long key(int layer, LayerEntry entry) {
        return (long) layer << 32 | entry.position();
    }

    private void report(SecretFile secrets, int layer, String path) {
        boolean isUnchanged = isUnchanged(layer, secrets);
        secrets.byRule().forEach((rule, hit) -> {
            if (!PathChecks.isByName(rule)) {
                String message = "has a secret (" + hit.describe() + ")" + (isUnchanged ? AS_INSTALLED : "");
                Severity severity =
                        isUnchanged || isExample(path) || hit.isDoubtful() ? Severity.LOW : severity(rule, hit);
                findings.report(
                        rule, new Sighting(layer, path, message, List.of(), severity, isUnchanged && layer == base));
            }
        });
    }

    private boolean isUnchanged(int layer, SecretFile secrets) {
        return layers.get(layer).value().stream()
                .anyMatch(facts ->
                        facts.packages().unchanged().contains(secrets.entry().position()));
    }

    /** {@return another severity than the rule's, or null} */
    private static @Nullable Severity severity(String rule, SecretFile.Hit hit) {
        return rule.equals("FS-016") && hit.isProtected() ? Severity.MEDIUM : null;
    }

    private static boolean isExample(String path) {
        int start = 0;
        for (int end; (end = path.indexOf('/', start)) >= 0; start = end + 1) {
            if (EXAMPLES.contains(path.substring(start, end))) {
                return true;
            }
        }
        String name = path.substring(start).toLowerCase(Locale.ROOT);
        return NO_LETTERS.splitAsStream(name).anyMatch(EXAMPLE_WORDS::contains);
    }

    /** Reports what no merged file shows. */
    void finish() {
        each((layer, path, secrets) -> {
            Long same = present.get(path);
            boolean isSame = same != null && same == secrets.fingerprint();
            if (!shown.contains(key(layer, secrets.entry())) && !isSame) {
                boolean isUnchanged = isUnchanged(layer, secrets);
                Map.Entry<String, SecretFile.Hit> first = secrets.byRule().entrySet().stream()
                        .min(Map.Entry.comparingByKey())
                        .orElseThrow();
                String message = "has a secret (" + first.getValue().describe()
                        + "), and a later layer deletes or replaces the file, but not this copy of it";
                findings.report(
                        DELETED,
                        new Sighting(
                                layer,
                                path,
                                message + (isUnchanged ? AS_INSTALLED : ""),
                                List.of(Evidence.of("rule", first.getKey())),
                                isUnchanged
                                                || isExample(path)
                                                || first.getValue().isDoubtful()
                                        ? Severity.LOW
                                        : null,
                                isUnchanged && layer == base));
            }
        });
    }

    /** Reports all secrets by their own rules, because it is not known which are deleted. */
    void unmerged() {
        each((layer, path, secrets) -> report(secrets, layer, path));
    }

    /** Receives a file with secrets. */
    private interface Visitor {
        void file(int layer, String path, SecretFile secrets);
    }

    private void each(Visitor visitor) {
        for (AnalyzedLayer<LayerFacts> layer : layers) {
            LayerFacts facts = layer.value().orElse(null);
            if (facts == null) {
                continue;
            }
            facts.secrets().values().stream()
                    .sorted((a, b) ->
                            Integer.compare(a.entry().position(), b.entry().position()))
                    .forEach(secrets ->
                            visitor.file(layer.index(), secrets.entry().path(), secrets));
            if (facts.hasMoreSecrets()) {
                RULES.forEach(rule -> findings.unknown(
                        rule, "layer " + (layer.index() + 1) + " has more files with secrets than are kept"));
            }
        }
    }
}
