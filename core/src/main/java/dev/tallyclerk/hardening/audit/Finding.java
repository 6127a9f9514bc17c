package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.hardening.InlineWaiver;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.SubjectRef;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One line of a report: a rule, a subject, the outcome, and its disposition. A rule that found several problems has a
 * finding for each.
 *
 * <p>Findings are ordered by subject, rule id, location and message. Immutable; two findings are equal if all their
 * parts are.
 */
public final class Finding implements Comparable<Finding> {
    private static final Comparator<Finding> ORDER = Comparator.comparing(Finding::subject)
            .thenComparing(finding -> finding.rule().id())
            .thenComparing(
                    finding -> finding.problem().map(Problem::at).orElse(null),
                    Comparator.nullsFirst(Comparator.<Location>naturalOrder()))
            .thenComparing(Finding::detail)
            .thenComparing(finding -> finding.problem()
                    .map(problem -> problem.evidence().toString())
                    .orElse(""));

    private final Parts parts;

    private Finding(Parts parts) {
        this.parts = parts;
    }

    /** The parts of a finding; {@code earlier} counts the equal problems before it. */
    private record Parts(
            RuleInfo rule,
            SubjectRef subject,
            Severity severity,
            Outcome outcome,
            Disposition disposition,
            @Nullable Waiver waiver,
            int earlier) {
        Finding with(Disposition newDisposition, @Nullable Waiver newWaiver) {
            return new Finding(new Parts(rule, subject, severity, outcome, newDisposition, newWaiver, earlier));
        }
    }

    /**
     * {@return an open finding}
     *
     * @param outcome the outcome; a failure has exactly one problem
     * @param earlier how many equal problems of that rule and subject precede this one
     */
    static Finding of(RuleInfo rule, SubjectRef subject, Severity severity, Outcome outcome, int earlier) {
        if (outcome instanceof Outcome.Fail fail && fail.problems().size() != 1) {
            throw new IllegalArgumentException(
                    "a finding has one problem, not " + fail.problems().size());
        }
        return new Finding(new Parts(rule, subject, severity, outcome, Disposition.OPEN, null, earlier));
    }

    /** {@return whether a waiver is about this finding, in force or not} */
    boolean isIn(Waiver waiver) {
        return waiver.rule().equals(rule().id()) && waiver.scope().covers(subject(), problem());
    }

    /** {@return whether a waiver of the subject's document is about this finding, in force or not} */
    boolean isIn(InlineWaiver waiver) {
        return waiver.covers(rule().id(), problem().map(Problem::at));
    }

    Finding covered(Disposition by, Waiver with) {
        return parts.with(by, Objects.requireNonNull(with));
    }

    Finding baselined() {
        return parts.with(Disposition.BASELINED, null);
    }

    /** {@return the metadata of the rule} */
    public RuleInfo rule() {
        return parts.rule();
    }

    /** {@return the subject} */
    public SubjectRef subject() {
        return parts.subject();
    }

    /** {@return the severity under the policy; for an undecided finding, the highest possible one} */
    public Severity severity() {
        return parts.severity();
    }

    /** {@return the outcome; a failure has exactly one problem} */
    public Outcome outcome() {
        return parts.outcome();
    }

    /** {@return how the policy and the baseline treat it} */
    public Disposition disposition() {
        return parts.disposition();
    }

    /** {@return the waiver that covers it, in force or expired} */
    public Optional<Waiver> waiver() {
        return Optional.ofNullable(parts.waiver());
    }

    /** {@return the outcome in one word} */
    public Outcome.Kind kind() {
        return outcome().kind();
    }

    /** {@return the problem, if this is a {@linkplain Outcome.Kind#FAIL failure}} */
    public Optional<Problem> problem() {
        return outcome() instanceof Outcome.Fail fail
                ? Optional.of(fail.problems().get(0))
                : Optional.empty();
    }

    /** {@return the missing values, if this is {@linkplain Outcome.Kind#UNKNOWN unknown}} */
    public List<MissingValue> missing() {
        return outcome() instanceof Outcome.Unknown unknown ? unknown.missing() : List.of();
    }

    /**
     * {@return the outcome in words, empty for a pass}
     *
     * <p>That is the problem's message, what is missing, why the rule does not apply, what to check manually, or how
     * the rule failed.
     */
    public String detail() {
        return outcome()
                .fold(
                        () -> "",
                        fail -> fail.problems().get(0).message(),
                        Outcome.NotApplicable::why,
                        unknown -> unknown.missing().stream()
                                .map(MissingValue::what)
                                .distinct()
                                .collect(Collectors.joining("; ")),
                        Outcome.Manual::instructions,
                        Outcome.RuleError::what);
    }

    /**
     * {@return a text that identifies this finding in this report and in later ones}
     *
     * <p>It is computed from the rule, the kind and name of the subject, the location and the evidence. Line numbers
     * and positions in arrays, histories and layers are left out, so that it survives moves; so is the message, so that
     * it survives rewording. If a problem's severity differs from the rule's, it is part of the fingerprint, regardless
     * of the policy: an accepted problem does not hide that it became worse. An undecided outcome has another
     * fingerprint than a later failure of the same rule. 32 lower-case hexadecimal digits; a second problem with the
     * same parts adds {@code :2}, a third {@code :3}.
     */
    public String fingerprint() {
        return Fingerprint.of(identity(), parts.earlier());
    }

    private String identity() {
        return problem()
                .map(problem -> Fingerprint.identity(rule(), subject(), problem))
                .orElseGet(() -> Fingerprint.identity(rule().id(), subject(), kind()));
    }

    /**
     * Orders by subject, rule id, location, message and evidence. Findings that compare as 0 need not be equal, so do
     * not put them into a sorted set.
     */
    @Override
    public int compareTo(Finding other) {
        return ORDER.compare(this, other);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Finding that && parts.equals(that.parts);
    }

    @Override
    public int hashCode() {
        return parts.hashCode();
    }

    /** {@return subject, rule, kind and disposition} */
    @Override
    public String toString() {
        return subject() + ": " + rule().id() + ' ' + kind() + ' ' + disposition() + ": " + detail();
    }
}
