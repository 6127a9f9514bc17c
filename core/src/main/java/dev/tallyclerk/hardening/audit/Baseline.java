package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.internal.text.Quoted;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The findings of a former report, which are accepted for now, so that only what is new counts.
 *
 * <p>It has failures and what was left unknown or to a person, by {@linkplain Finding#fingerprint fingerprint}. What
 * was waived then, also by a waiver that had expired, is not in it, or a baseline would make each waiver last for ever;
 * nor is a rule that itself failed.
 *
 * <p>Immutable; two baselines are equal when they have the same fingerprints.
 */
public final class Baseline {
    private static final Predicate<String> FINGERPRINT =
            Pattern.compile("[0-9a-f]{32}(:[1-9][0-9]{0,9})?").asMatchPredicate();

    private final Set<String> fingerprints;

    private Baseline(Set<String> fingerprints) {
        this.fingerprints = fingerprints;
    }

    /**
     * {@return the findings of that report}
     *
     * @param report a former report
     */
    public static Baseline of(AuditReport report) {
        return new Baseline(report.findings().stream()
                .filter(finding -> isAcceptable(finding.kind(), finding.disposition()))
                .map(Finding::fingerprint)
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    /**
     * {@return the findings of those fingerprints}
     *
     * @param fingerprints from {@link Finding#fingerprint}
     * @throws IllegalArgumentException if a text is not a fingerprint
     */
    public static Baseline ofFingerprints(Collection<String> fingerprints) {
        for (String fingerprint : fingerprints) {
            if (!FINGERPRINT.test(fingerprint)) {
                throw new IllegalArgumentException("not a fingerprint: " + Quoted.quote(fingerprint));
            }
        }
        return new Baseline(new TreeSet<>(fingerprints));
    }

    /**
     * {@return whether a finding may be in a baseline}
     *
     * @param kind the kind of the outcome
     * @param disposition what was said about it
     */
    public static boolean isAcceptable(Outcome.Kind kind, Disposition disposition) {
        boolean counted = disposition == Disposition.OPEN || disposition == Disposition.BASELINED;
        return counted && (kind == Outcome.Kind.FAIL || kind == Outcome.Kind.UNKNOWN || kind == Outcome.Kind.MANUAL);
    }

    /** {@return the fingerprints in order; unmodifiable} */
    public List<String> fingerprints() {
        return List.copyOf(fingerprints);
    }

    /** {@return how many findings it has} */
    public int size() {
        return fingerprints.size();
    }

    boolean has(Finding finding) {
        return isAcceptable(finding.kind(), Disposition.OPEN) && fingerprints.contains(finding.fingerprint());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Baseline that && fingerprints.equals(that.fingerprints);
    }

    @Override
    public int hashCode() {
        return fingerprints.hashCode();
    }

    /** {@return the size in words} */
    @Override
    public String toString() {
        return "baseline of " + fingerprints.size() + " findings";
    }
}
