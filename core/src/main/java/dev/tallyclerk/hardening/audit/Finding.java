package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
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
 * One line of a report: a rule, a subject, what the rule saw, and what the policy says about it. A rule that found
 * several problems has a finding for each.
 *
 * <p>Findings are ordered by subject, rule id, location and message. Immutable; two findings are equal when all their
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

    /** What a finding consists of; {@code earlier} counts equal problems before it. */
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
     * {@return a finding about which nothing is said yet}
     *
     * @param outcome what the rule saw; a failure has exactly one problem
     * @param earlier how many equal problems of that rule and subject come before this one
     */
    static Finding of(RuleInfo rule, SubjectRef subject, Severity severity, Outcome outcome, int earlier) {
        if (outcome instanceof Outcome.Fail fail && fail.problems().size() != 1) {
            throw new IllegalArgumentException(
                    "a finding has one problem, not " + fail.problems().size());
        }
        return new Finding(new Parts(rule, subject, severity, outcome, Disposition.OPEN, null, earlier));
    }

    Finding covered(Disposition by, Waiver with) {
        return parts.with(by, Objects.requireNonNull(with));
    }

    Finding baselined() {
        return parts.with(Disposition.BASELINED, null);
    }

    /** {@return what is known about the rule} */
    public RuleInfo rule() {
        return parts.rule();
    }

    /** {@return what the rule looked at} */
    public SubjectRef subject() {
        return parts.subject();
    }

    /** {@return how bad a failure is under the policy; for a question that was left open, how bad it may be at most} */
    public Severity severity() {
        return parts.severity();
    }

    /** {@return what the rule saw; a failure has exactly one problem} */
    public Outcome outcome() {
        return parts.outcome();
    }

    /** {@return what policy and baseline say about it} */
    public Disposition disposition() {
        return parts.disposition();
    }

    /** {@return the waiver that covers it, in force or expired} */
    public Optional<Waiver> waiver() {
        return Optional.ofNullable(parts.waiver());
    }

    /** {@return what the rule saw, in one word} */
    public Outcome.Kind kind() {
        return outcome().kind();
    }

    /** {@return what is wrong and where, if the verdict is {@link Outcome.Kind#FAIL}} */
    public Optional<Problem> problem() {
        return outcome() instanceof Outcome.Fail fail
                ? Optional.of(fail.problems().get(0))
                : Optional.empty();
    }

    /** {@return the facts without a value, if the verdict is {@link Outcome.Kind#UNKNOWN}} */
    public List<Fact.Missing<?>> missing() {
        return outcome() instanceof Outcome.Unknown unknown ? unknown.missing() : List.of();
    }

    /**
     * {@return the verdict in words, empty for a pass}
     *
     * <p>It is the problem's message, what is missing, why the rule does not apply, what a person has to look at, or
     * how the rule failed.
     */
    public String detail() {
        return outcome()
                .fold(
                        () -> "",
                        fail -> fail.problems().get(0).message(),
                        Outcome.NotApplicable::why,
                        unknown -> unknown.missing().stream()
                                .map(Fact.Missing::what)
                                .distinct()
                                .collect(Collectors.joining("; ")),
                        Outcome.Manual::instructions,
                        Outcome.RuleError::what);
    }

    /**
     * {@return a text that names this finding in this report and in later ones}
     *
     * <p>It is computed from the rule, the kind and name of the subject, the place and the evidence, without lines and
     * positions in arrays, histories and layers, so that it survives what moves a problem; and without the message, so
     * that it survives a better one. A problem whose severity is not the rule's has that in its fingerprint, whatever a
     * policy makes of it: what is accepted does not hide that it became worse. What a rule left undecided has another
     * fingerprint than what it then finds wrong. 32 lower-case hexadecimal digits; a second problem with the same parts
     * adds {@code :2}, a third {@code :3}.
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
     * Orders by subject, rule id, location, message and evidence. Findings that compare as 0 need not be equal, so a
     * sorted set would lose some.
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

    /** {@return subject, rule, verdict and disposition} */
    @Override
    public String toString() {
        return subject() + ": " + rule().id() + ' ' + kind() + ' ' + disposition() + ": " + detail();
    }
}
