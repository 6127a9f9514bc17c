package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.text.Quoted;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The findings of an earlier report, accepted for now so that only new ones count.
 *
 * <p>It contains the {@linkplain Finding#fingerprint fingerprints} of failures, unknowns and manual checks. Waived
 * findings are not in it, even if the waiver had expired, because a baseline would otherwise extend each waiver
 * forever. Neither are errors of rules.
 *
 * <p>Immutable; two baselines are equal if they have the same fingerprints.
 */
public final class Baseline {
    private static final Predicate<String> FINGERPRINT =
            Pattern.compile("[0-9a-f]{32}(:[1-9][0-9]{0,9})?").asMatchPredicate();

    private final Set<String> fingerprints;
    private final List<SubjectRef> subjects;

    private Baseline(Set<String> fingerprints, Collection<SubjectRef> subjects) {
        this.fingerprints = fingerprints;
        this.subjects = List.copyOf(subjects);
    }

    /**
     * {@return the findings of a report}
     *
     * @param report an earlier report
     */
    public static Baseline of(AuditReport report) {
        return new Baseline(
                report.findings().stream()
                        .filter(finding -> isAcceptable(finding.kind(), finding.disposition()))
                        .map(Finding::fingerprint)
                        .collect(Collectors.toCollection(TreeSet::new)),
                report.subjects());
    }

    /**
     * {@return a baseline with these fingerprints}
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
        return new Baseline(new TreeSet<>(fingerprints), List.of());
    }

    /**
     * {@return this baseline with what was audited for the earlier report}
     *
     * @param subjects the subjects of the report
     */
    public Baseline withSubjects(Collection<SubjectRef> subjects) {
        return new Baseline(fingerprints, subjects);
    }

    /**
     * {@return the digests that a subject had in the earlier report; empty if it was not audited or has no digest}
     *
     * @param subject a subject, of which kind and name count
     */
    public List<Digest> earlierDigests(SubjectRef subject) {
        return subjects.stream()
                .filter(earlier ->
                        earlier.kind().equals(subject.kind()) && earlier.name().equals(subject.name()))
                .flatMap(earlier -> earlier.digest().stream())
                .distinct()
                .toList();
    }

    /**
     * {@return whether a finding may be in a baseline}
     *
     * @param kind the kind of the finding
     * @param disposition the disposition of the finding
     */
    public static boolean isAcceptable(Outcome.Kind kind, Disposition disposition) {
        boolean counted = disposition == Disposition.OPEN || disposition == Disposition.BASELINED;
        return counted && (kind == Outcome.Kind.FAIL || kind == Outcome.Kind.UNKNOWN || kind == Outcome.Kind.MANUAL);
    }

    /** {@return the fingerprints in order; unmodifiable} */
    public List<String> fingerprints() {
        return List.copyOf(fingerprints);
    }

    /** {@return the number of findings} */
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
