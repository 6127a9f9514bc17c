package dev.tallyclerk.hardening;

import java.util.Objects;
import java.util.function.BiFunction;

/**
 * A rule over one kind of subject: its metadata, and the function that decides.
 *
 * <p>The function must be pure: its outcome depends only on the subject and the context, and it does no I/O. Several
 * threads may call it. If it throws, the {@linkplain dev.tallyclerk.hardening.audit auditor} reports an error and
 * continues.
 *
 * @param <S> the type of subject
 */
public final class Rule<S extends Subject> {
    private final RuleInfo info;
    private final Class<S> subjectType;
    private final BiFunction<? super S, ? super RuleContext, ? extends Outcome> decision;

    private Rule(
            RuleInfo info,
            Class<S> subjectType,
            BiFunction<? super S, ? super RuleContext, ? extends Outcome> decision) {
        this.info = Objects.requireNonNull(info, "info");
        this.subjectType = Objects.requireNonNull(subjectType, "subjectType");
        this.decision = Objects.requireNonNull(decision, "decision");
    }

    /**
     * {@return a rule}
     *
     * @param info the metadata
     * @param subjectType the type of subject, subtypes included
     * @param decision the pure function that decides
     * @param <S> the type of subject
     */
    public static <S extends Subject> Rule<S> of(
            RuleInfo info,
            Class<S> subjectType,
            BiFunction<? super S, ? super RuleContext, ? extends Outcome> decision) {
        return new Rule<>(info, subjectType, decision);
    }

    /** {@return the metadata} */
    public RuleInfo info() {
        return info;
    }

    /** {@return the type of subject that the rule applies to} */
    public Class<S> subjectType() {
        return subjectType;
    }

    /**
     * {@return the outcome for a subject}
     *
     * <p>Exceptions of the function are passed on; only the auditor turns them into outcomes. With assertions enabled,
     * a problem above {@link RuleInfo#highest} is an {@link AssertionError}.
     *
     * @param subject the subject
     * @param context the audit time and the settings of parameters
     */
    public Outcome evaluate(S subject, RuleContext context) {
        Outcome outcome = decision.apply(subject, context.declaring(info.parameters()));
        // For authors of rules. Without assertions the problem is reported unchanged, because losing it would be worse.
        assert isWithinHighest(outcome) : info.id() + " has a problem above its highest severity " + info.highest();
        return outcome;
    }

    private boolean isWithinHighest(Outcome outcome) {
        return !(outcome instanceof Outcome.Fail fail)
                || fail.problems().stream()
                        .flatMap(problem -> problem.severity().stream())
                        .allMatch(info.highest()::isAtLeast);
    }

    /** {@return id and title} */
    @Override
    public String toString() {
        return info.id() + " " + info.title();
    }
}
