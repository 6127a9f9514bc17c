package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Runs rules over subjects under a policy.
 *
 * <p>Immutable; {@link #audit} is a pure function and may be called from several threads.
 */
public final class Auditor {
    private final Policy policy;
    private final List<RuleSet> ruleSets;
    private final BiConsumer<? super RuleInfo, ? super Throwable> errorListener;

    private Auditor(
            Policy policy, List<RuleSet> ruleSets, BiConsumer<? super RuleInfo, ? super Throwable> errorListener) {
        this.policy = Objects.requireNonNull(policy, "policy");
        this.ruleSets = List.copyOf(ruleSets);
        this.errorListener = errorListener;
    }

    /**
     * {@return an auditor}
     *
     * @param policy what to demand
     * @param first a rule set
     * @param more further rule sets
     * @throws IllegalArgumentException if two rule sets have a rule of one id
     */
    public static Auditor of(Policy policy, RuleSet first, RuleSet... more) {
        List<RuleSet> all = new ArrayList<>(List.of(more));
        all.add(first);
        all.sort(Comparator.comparing(RuleSet::name).thenComparing(RuleSet::version));
        Map<RuleId, RuleSet> owners = new HashMap<>();
        for (RuleSet ruleSet : all) {
            for (Rule<?> rule : ruleSet.rules()) {
                RuleSet other = owners.put(rule.info().id(), ruleSet);
                if (other != null) {
                    throw new IllegalArgumentException(other + " and " + ruleSet + " both have "
                            + rule.info().id());
                }
            }
        }
        return new Auditor(policy, all, (rule, thrown) -> {});
    }

    /**
     * {@return this auditor, telling {@code listener} about each rule that throws}
     *
     * <p>The report names only the type of what was thrown, because a message may quote a secret.
     *
     * @param listener called in the thread that audits; what it throws itself ends the audit
     */
    public Auditor withErrorListener(BiConsumer<? super RuleInfo, ? super Throwable> listener) {
        return new Auditor(policy, ruleSets, Objects.requireNonNull(listener, "listener"));
    }

    /**
     * {@return what the rules say about the subjects, and the decision}
     *
     * @param subjects what to look at; the order does not matter
     * @param auditTime the time that counts as now
     * @throws IllegalArgumentException if two subjects have equal references, so that a report could not tell them
     *     apart
     */
    public AuditReport audit(Collection<? extends Subject> subjects, Instant auditTime) {
        RuleContext context = RuleContext.at(auditTime);
        List<Finding> findings = new ArrayList<>();
        Set<SubjectRef> refs = new HashSet<>();
        for (Subject subject : subjects) {
            if (!refs.add(subject.ref())) {
                throw new IllegalArgumentException("two subjects are called " + subject.ref());
            }
            for (RuleSet ruleSet : ruleSets) {
                for (Rule<?> rule : ruleSet.rules()) {
                    if (policy.runs(rule.info())) {
                        evaluate(rule, subject, context).ifPresent(outcome -> addTo(findings, rule, subject, outcome));
                    }
                }
            }
        }
        return new AuditReport(
                auditTime,
                policy,
                ruleSets.stream().map(AuditReport.RuleSetRef::of).toList(),
                List.copyOf(refs),
                findings,
                new Judge(policy).decide(refs, findings));
    }

    private static void addTo(List<Finding> findings, Rule<?> rule, Subject subject, Outcome outcome) {
        RuleInfo info = rule.info();
        if (outcome instanceof Outcome.Fail fail) {
            for (Problem problem : fail.problems()) {
                Severity severity = problem.severity().orElse(info.severity());
                findings.add(new Finding(info, subject.ref(), severity, Outcome.fail(problem)));
            }
        } else {
            findings.add(new Finding(info, subject.ref(), info.severity(), outcome));
        }
    }

    private <S extends Subject> Optional<Outcome> evaluate(Rule<S> rule, Subject subject, RuleContext context) {
        if (!rule.subjectType().isInstance(subject)) {
            return Optional.empty();
        }
        try {
            Outcome outcome = rule.evaluate(rule.subjectType().cast(subject), context);
            return Optional.of(
                    Objects.requireNonNullElseGet(outcome, () -> new Outcome.Broken("the rule returned no outcome")));
        } catch (Exception | LinkageError | AssertionError | StackOverflowError thrown) {
            // A rule may be a stranger's: whatever it does wrong is its own verdict, and the others still run.
            errorListener.accept(rule.info(), thrown);
            return Optional.of(
                    new Outcome.Broken("the rule threw " + thrown.getClass().getName()));
        }
    }
}
