package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.RuleSetting;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.internal.text.DottedVersion;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs rules over subjects under a policy.
 *
 * <p>Immutable and thread-safe. With a fixed clock, the same subjects always give the same report.
 */
public final class Auditor {
    private final Policy policy;
    private final List<RuleSet> ruleSets;
    private final RulePlan plan;
    private final @Nullable Baseline baseline;
    private final Clock clock;
    private final BiConsumer<? super RuleInfo, ? super Throwable> errorListener;
    private final Executor executor;
    private final int parallelism;

    private Auditor(
            Policy policy,
            List<RuleSet> ruleSets,
            RulePlan plan,
            @Nullable Baseline baseline,
            Clock clock,
            BiConsumer<? super RuleInfo, ? super Throwable> errorListener,
            Executor executor,
            int parallelism) {
        this.policy = Objects.requireNonNull(policy, "policy");
        this.ruleSets = ruleSets;
        this.plan = plan;
        this.baseline = baseline;
        this.clock = Objects.requireNonNull(clock, "clock");
        this.errorListener = Objects.requireNonNull(errorListener, "errorListener");
        this.executor = Objects.requireNonNull(executor, "executor");
        this.parallelism = parallelism;
    }

    /**
     * {@return an auditor with the system clock, without baseline, on the calling thread only}
     *
     * @param policy the policy
     * @param first a rule set
     * @param more further rule sets
     * @throws IllegalArgumentException if two rule sets have a rule with the same id, the policy pins a version that
     *     its rule set has not reached, or it sets a parameter that the rule does not have
     */
    public static Auditor of(Policy policy, RuleSet first, RuleSet... more) {
        List<RuleSet> all = new ArrayList<>(List.of(more));
        all.add(first);
        return of(policy, all);
    }

    /**
     * {@return an auditor with the system clock, without baseline, on the calling thread only}
     *
     * @param policy the policy
     * @param ruleSets the rule sets, in any order; those that the policy adds join them
     * @throws IllegalArgumentException if two rule sets have a rule with the same id, the policy pins a version that
     *     its rule set has not reached, or it sets a parameter that the rule does not have
     */
    public static Auditor of(Policy policy, Collection<RuleSet> ruleSets) {
        List<RuleSet> all = Stream.concat(ruleSets.stream(), policy.addedRules().stream())
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
        RulePlan plan = RulePlan.of(policy, all);
        return new Auditor(policy, all, plan, null, Clock.systemUTC(), (rule, thrown) -> {}, Runnable::run, 1);
    }

    /** {@return the policy} */
    public Policy policy() {
        return policy;
    }

    /** {@return the rule sets} */
    public List<RuleSet> ruleSets() {
        return ruleSets;
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
     * {@return this auditor with a baseline, whose findings are accepted for now}
     *
     * @param baseline the findings of an earlier report
     */
    public Auditor withBaseline(Baseline baseline) {
        Objects.requireNonNull(baseline, "baseline");
        return new Auditor(policy, ruleSets, plan, baseline, clock, errorListener, executor, parallelism);
    }

    /** {@return the findings of an earlier report that are accepted for now, if there is one} */
    public Optional<Baseline> baseline() {
        return Optional.ofNullable(baseline);
    }

    /**
     * {@return this auditor with another clock}
     *
     * @param clock gives the audit time, in the years 0 to 9999; rules and waivers take it for now
     */
    public Auditor withClock(Clock clock) {
        return new Auditor(policy, ruleSets, plan, baseline, clock, errorListener, executor, parallelism);
    }

    /**
     * {@return this auditor with a listener for rules that throw}
     *
     * <p>The report names only the type of the exception, because a message may quote a secret.
     *
     * @param errorListener called on the thread that runs the rule, so with an executor by several threads at a time;
     *     an exception from the listener ends the audit
     */
    public Auditor withErrorListener(BiConsumer<? super RuleInfo, ? super Throwable> errorListener) {
        return new Auditor(policy, ruleSets, plan, baseline, clock, errorListener, executor, parallelism);
    }

    /**
     * {@return this auditor with an executor, whose threads audit subjects in parallel with the calling thread}
     *
     * <p>The report is the same. Because the calling thread works too, a busy executor, or one that never runs
     * anything, does not block the audit.
     *
     * @param executor runs the additional tasks; not shut down
     * @param parallelism how many subjects are audited at a time, at least 1
     * @throws IllegalArgumentException if {@code parallelism} is below 1
     */
    public Auditor withExecutor(Executor executor, int parallelism) {
        if (parallelism < 1) {
            throw new IllegalArgumentException("parallelism " + parallelism + " is below 1");
        }
        return new Auditor(policy, ruleSets, plan, baseline, clock, errorListener, executor, parallelism);
    }

    /**
     * {@return the outcomes of all rules over all subjects, and the decision}
     *
     * <p>Interrupts are ignored, and the interrupt status is kept. A rule that throws is reported as an error; only
     * errors of the virtual machine such as {@link OutOfMemoryError}, and exceptions from the error listener, end the
     * audit.
     *
     * @param subjects the subjects, in any order
     * @throws IllegalArgumentException if two subjects have equal references, which a report could not tell apart
     * @throws java.time.DateTimeException if a {@link java.time.LocalDate} cannot hold the clock's time; a time outside
     *     the years 0 to 9999 is not refused otherwise
     */
    public AuditReport audit(Collection<? extends Subject> subjects) {
        List<Subject> ordered = inOrder(subjects);
        Instant auditTime = clock.instant();
        RuleContext context = RuleContext.at(auditTime).withSecretPatterns(policy.secretPatterns());
        List<Finding> seen = new AuditRun(plan.rules(), context, ordered, errorListener).audit(executor, parallelism);
        Coverage coverage = new Coverage(policy, baseline, auditTime, ordered);
        List<Finding> findings = coverage.apply(seen);
        List<SubjectRef> refs = ordered.stream().map(Subject::ref).toList();
        return new AuditReport(new AuditReport.Parts(
                auditTime,
                policy,
                plan.ruleSets(),
                refs,
                findings,
                plan.skipped(),
                plan.unknownRules(),
                coverage.waivers(),
                coverage.baseline(),
                new Judge(policy).decide(refs, findings)));
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
