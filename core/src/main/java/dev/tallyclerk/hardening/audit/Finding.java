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

/**
 * One line of a report: a rule, a subject, and what the rule saw. A rule that found several problems has a finding for
 * each.
 *
 * <p>Findings are ordered by subject, rule id, location and message.
 *
 * @param rule what is known about the rule
 * @param subject what it looked at
 * @param severity how bad a failure is under the policy
 * @param outcome what the rule saw; a failure has exactly one problem
 */
public record Finding(RuleInfo rule, SubjectRef subject, Severity severity, Outcome outcome)
        implements Comparable<Finding> {
    private static final Comparator<Finding> ORDER = Comparator.comparing(Finding::subject)
            .thenComparing(finding -> finding.rule().id())
            .thenComparing(
                    finding -> finding.problem().map(Problem::at).orElse(null),
                    Comparator.nullsFirst(Comparator.<Location>naturalOrder()))
            .thenComparing(Finding::detail)
            .thenComparing(finding -> finding.problem()
                    .map(problem -> problem.evidence().toString())
                    .orElse(""));

    public Finding {
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(severity, "severity");
        if (outcome instanceof Outcome.Fail fail && fail.problems().size() != 1) {
            throw new IllegalArgumentException(
                    "a finding has one problem, not " + fail.problems().size());
        }
    }

    /** {@return what the rule saw, in one word} */
    public Verdict verdict() {
        return Verdict.of(outcome);
    }

    /** {@return what is wrong and where, if the verdict is {@link Verdict#FAIL}} */
    public Optional<Problem> problem() {
        return outcome instanceof Outcome.Fail fail
                ? Optional.of(fail.problems().get(0))
                : Optional.empty();
    }

    /** {@return the facts without a value, if the verdict is {@link Verdict#UNKNOWN}} */
    public List<Fact.Missing<?>> missing() {
        return outcome instanceof Outcome.Unknown unknown ? unknown.missing() : List.of();
    }

    /**
     * {@return the verdict in words, empty for a pass}
     *
     * <p>It is the problem's message, what is missing, why the rule does not apply, what a person has to look at, or
     * how the rule failed.
     */
    public String detail() {
        return outcome.fold(
                () -> "",
                fail -> fail.problems().get(0).message(),
                Outcome.NotApplicable::why,
                unknown -> unknown.missing().stream()
                        .map(Fact.Missing::what)
                        .distinct()
                        .collect(Collectors.joining("; ")),
                Outcome.Manual::instructions,
                Outcome.Broken::what);
    }

    @Override
    public int compareTo(Finding other) {
        return ORDER.compare(this, other);
    }
}
