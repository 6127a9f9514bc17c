package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.RuleSetting;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.internal.text.DottedVersion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs rules over subjects under a policy.
 *
 * <p>Immutable; {@link #audit} is a pure function and may be called from several threads.
 */
public final class Auditor {
    private final Policy policy;
    private final List<RuleSet> ruleSets;
    private final @Nullable Baseline baseline;
    private final BiConsumer<? super RuleInfo, ? super Throwable> errorListener;
    private final Executor executor;
    private final int parallelism;

    private Auditor(
            Policy policy,
            List<RuleSet> ruleSets,
            @Nullable Baseline baseline,
            BiConsumer<? super RuleInfo, ? super Throwable> errorListener,
            Executor executor,
            int parallelism) {
        this.policy = Objects.requireNonNull(policy, "policy");
        this.ruleSets = ruleSets;
        this.baseline = baseline;
        this.errorListener = errorListener;
        this.executor = executor;
        this.parallelism = parallelism;
    }

    /**
     * {@return an auditor}
     *
     * @param policy what to demand
     * @param first a rule set
     * @param more further rule sets
     * @throws IllegalArgumentException if two rule sets have a rule of one id, the policy pins a version that a rule
     *     set has not reached, or it sets a parameter that a rule does not have
     */
    public static Auditor of(Policy policy, RuleSet first, RuleSet... more) {
        List<RuleSet> all = new ArrayList<>(List.of(more));
        all.add(first);
        return of(policy, all);
    }

    /**
     * {@return an auditor}
     *
     * @param policy what to demand
     * @param ruleSets the rule sets, in any order
     * @throws IllegalArgumentException if two rule sets have a rule of one id, the policy pins a version that a rule
     *     set has not reached, or it sets a parameter that a rule does not have
     */
    public static Auditor of(Policy policy, Collection<RuleSet> ruleSets) {
        List<RuleSet> all = ruleSets.stream()
                .sorted(Comparator.comparing(RuleSet::name).thenComparing(RuleSet::version))
                .toList();
        Map<RuleId, RuleSet> owners = new HashMap<>();
        for (RuleSet ruleSet : all) {
            refuseUnreachedPin(policy, ruleSet);
            for (Rule<?> rule : ruleSet.rules()) {
                RuleSet other = owners.put(rule.info().id(), ruleSet);
                if (other != null) {
                    throw new IllegalArgumentException(other + " and " + ruleSet + " both have "
                            + rule.info().id());
                }
                refuseForeignSettings(policy, rule.info());
            }
        }
        return new Auditor(policy, all, null, (rule, thrown) -> {}, Runnable::run, 1);
    }

    private static void refuseUnreachedPin(Policy policy, RuleSet ruleSet) {
        String pin = policy.pins().get(ruleSet.name());
        if (pin != null && DottedVersion.parse(pin).compareTo(DottedVersion.parse(ruleSet.version())) > 0) {
            throw new IllegalArgumentException("the policy pins version " + pin + " of " + ruleSet);
        }
    }

    private static void refuseForeignSettings(Policy policy, RuleInfo rule) {
        for (RuleSetting<?> setting : policy.settings(rule.id())) {
            if (!rule.parameters().contains(setting.parameter())) {
                throw new IllegalArgumentException(
                        "the policy sets " + setting + ", which " + rule.id() + " does not have");
            }
        }
    }

    /**
     * {@return this auditor, accepting for now what a former report had}
     *
     * @param newBaseline the findings of the former report
     */
    public Auditor withBaseline(Baseline newBaseline) {
        Objects.requireNonNull(newBaseline, "newBaseline");
        return new Auditor(policy, ruleSets, newBaseline, errorListener, executor, parallelism);
    }

    /**
     * {@return this auditor, telling {@code listener} about each rule that throws}
     *
     * <p>The report names only the type of what was thrown, because a message may quote a secret.
     *
     * @param listener called in a thread that audits, so with an executor by several at a time; what it throws itself
     *     ends the audit
     */
    public Auditor withErrorListener(BiConsumer<? super RuleInfo, ? super Throwable> listener) {
        Objects.requireNonNull(listener, "listener");
        return new Auditor(policy, ruleSets, baseline, listener, executor, parallelism);
    }

    /**
     * {@return this auditor, looking at several subjects at a time on the threads of an executor and the calling one}
     *
     * <p>The report is the same. Because the calling thread works too, nothing waits for an executor that is busy or is
     * never going to run anything.
     *
     * @param newExecutor whose threads help; not shut down
     * @param newParallelism how many subjects are looked at at a time, at least 1
     * @throws IllegalArgumentException if {@code newParallelism} is below 1
     */
    public Auditor withExecutor(Executor newExecutor, int newParallelism) {
        Objects.requireNonNull(newExecutor, "newExecutor");
        if (newParallelism < 1) {
            throw new IllegalArgumentException("parallelism " + newParallelism + " is below 1");
        }
        return new Auditor(policy, ruleSets, baseline, errorListener, newExecutor, newParallelism);
    }

    /**
     * {@return what the rules say about the subjects, and the decision}
     *
     * <p>An interrupt does not end it, and the interrupt status stays. What a rule throws is reported, but for errors
     * of the virtual machine such as {@link OutOfMemoryError}, which end it, as does what the error listener throws.
     *
     * @param subjects what to look at; the order does not matter
     * @param auditTime the time that counts as now, in the years 0 to 9999 as reports can say it; this is not checked
     *     here, and what a {@link java.time.LocalDate} cannot hold ends in a {@link java.time.DateTimeException}
     * @throws IllegalArgumentException if two subjects have equal references, so that a report could not tell them
     *     apart
     */
    public AuditReport audit(Collection<? extends Subject> subjects, Instant auditTime) {
        List<Subject> ordered = inOrder(subjects);
        RulePlan plan = RulePlan.of(policy, ruleSets, auditTime);
        List<Finding> seen = new AuditRun(plan, ordered, errorListener).audit(executor, parallelism);
        Coverage coverage = new Coverage(policy, baseline, auditTime);
        List<Finding> findings = coverage.apply(seen);
        List<SubjectRef> refs = ordered.stream().map(Subject::ref).toList();
        return new AuditReport(
                auditTime,
                policy,
                ruleSets.stream().map(AuditReport.RuleSetRef::of).toList(),
                refs,
                findings,
                new AuditReport.Notes(plan.skipped(), unknownRules(), coverage.waivers(), coverage.baseline()),
                new Judge(policy).decide(refs, findings));
    }

    private List<RuleId> unknownRules() {
        Set<RuleId> unknown = policy.named();
        ruleSets.forEach(ruleSet ->
                ruleSet.rules().forEach(rule -> unknown.remove(rule.info().id())));
        return List.copyOf(unknown);
    }

    private static List<Subject> inOrder(Collection<? extends Subject> subjects) {
        List<Subject> ordered = new ArrayList<>(subjects);
        for (Subject subject : ordered) {
            Objects.requireNonNull(subject, "a subject is null");
            Objects.requireNonNull(subject.ref(), "a subject has no reference");
        }
        ordered.sort(Comparator.comparing(Subject::ref));
        for (int i = 1; i < ordered.size(); i++) {
            if (ordered.get(i).ref().equals(ordered.get(i - 1).ref())) {
                throw new IllegalArgumentException(
                        "two subjects are called " + ordered.get(i).ref());
            }
        }
        return ordered;
    }
}
