package dev.tallyclerk.hardening;

import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

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
    private final @Nullable Rule<?> forOthers;
    private final @Nullable String onlyKind;

    private Rule(
            RuleInfo info,
            Class<S> subjectType,
            BiFunction<? super S, ? super RuleContext, ? extends Outcome> decision,
            @Nullable Rule<?> forOthers,
            @Nullable String onlyKind) {
        this.info = Objects.requireNonNull(info, "info");
        this.subjectType = Objects.requireNonNull(subjectType, "subjectType");
        this.decision = Objects.requireNonNull(decision, "decision");
        this.forOthers = forOthers;
        this.onlyKind = onlyKind;
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
        return new Rule<>(info, subjectType, decision, null, null);
    }

    /**
     * {@return this rule for subjects of another type too, under the same id}
     *
     * @param type the other type, subtypes included; a subject of both types is judged by this rule's own function
     * @param decision the pure function that decides for the other type
     * @param <T> the other type
     */
    public <T extends Subject> Rule<S> withSubject(
            Class<T> type, BiFunction<? super T, ? super RuleContext, ? extends Outcome> decision) {
        Rule<?> other = new Rule<>(info, type, decision, forOthers, null);
        return new Rule<>(info, subjectType, this.decision, other, onlyKind);
    }

    /**
     * {@return this rule for subjects of one kind only}
     *
     * @param kind the {@link SubjectRef#kind} of the subjects that it judges
     */
    public Rule<S> withSubjectKind(String kind) {
        return new Rule<>(info, subjectType, decision, forOthers, Objects.requireNonNull(kind, "kind"));
    }

    /**
     * {@return whether the rule judges a subject}
     *
     * @param subject any subject
     */
    public boolean appliesTo(Subject subject) {
        if (onlyKind != null && !onlyKind.equals(subject.ref().kind())) {
            return false;
        }
        return subjectType.isInstance(subject) || (forOthers != null && forOthers.appliesTo(subject));
    }

    /**
     * {@return the outcome for a subject of any type that the rule judges; see {@link #evaluate}}
     *
     * @param subject the subject
     * @param context the audit time and the settings of parameters
     * @throws IllegalArgumentException if the rule does not judge subjects of that type
     */
    public Outcome judge(Subject subject, RuleContext context) {
        if (subjectType.isInstance(subject)) {
            return evaluate(subjectType.cast(subject), context);
        }
        if (forOthers == null) {
            throw new IllegalArgumentException(info.id() + " does not judge " + subject.ref());
        }
        return forOthers.judge(subject, context);
    }

    /** {@return the metadata} */
    public RuleInfo info() {
        return info;
    }

    /** {@return the type of subject that the rule is mainly about; see {@link #appliesTo}} */
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
