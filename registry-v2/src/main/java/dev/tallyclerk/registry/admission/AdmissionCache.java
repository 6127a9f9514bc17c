package dev.tallyclerk.registry.admission;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.audit.AuditReport.RuleSetRef;
import dev.tallyclerk.hardening.audit.Baseline;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.registry.filesystem.MergeOptions;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.Platform;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Keeps the results of {@link Admission} by the digest of the image's manifest.
 *
 * <p>Implementations are safe for use by several threads. A process that can write to a cache decides what is accepted.
 */
public interface AdmissionCache {
    /**
     * What a result depends on. Two keys are equal only if the same image gets the same result.
     *
     * @param manifests the digest of the image's manifest, then those of other images that an engine may take from the
     *     same index
     * @param policy the policy, whose waivers may expire while the result is kept; {@link Admission} looks after that
     * @param ruleSets the rule sets of the audit
     * @param baseline the accepted findings
     * @param platform the wanted platform
     * @param limits the limits on documents
     * @param merge the limits on layers and files
     * @param artifacts whether artifacts are accepted
     */
    record Key(
            List<Digest> manifests,
            Policy policy,
            List<RuleSetRef> ruleSets,
            Optional<Baseline> baseline,
            Optional<Platform> platform,
            DocumentLimits limits,
            MergeOptions merge,
            boolean artifacts) {}

    /** {@return the result for a key, if it is kept} */
    Optional<AdmissionResult> get(Key key);

    /**
     * Keeps a result, which has no files.
     *
     * @param result a result that is not cached
     */
    void put(Key key, AdmissionResult result);

    /**
     * {@return an empty cache in memory}
     *
     * @param maxResults the most results to keep, at least 1; the oldest is dropped for a new one
     * @throws IllegalArgumentException if {@code maxResults} is below 1
     */
    static AdmissionCache inMemory(int maxResults) {
        if (maxResults < 1) {
            throw new IllegalArgumentException("maxResults is below 1: " + maxResults);
        }
        Map<Key, AdmissionResult> results = new ConcurrentHashMap<>();
        ConcurrentLinkedQueue<Key> order = new ConcurrentLinkedQueue<>();
        return new AdmissionCache() {
            @Override
            public Optional<AdmissionResult> get(Key key) {
                return Optional.ofNullable(results.get(key));
            }

            @Override
            public void put(Key key, AdmissionResult result) {
                if (results.put(key, result) == null) {
                    order.add(key);
                }
                while (results.size() > maxResults) {
                    Key oldest = order.poll();
                    if (oldest == null) {
                        return;
                    }
                    results.remove(oldest);
                }
            }
        };
    }
}
