package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.internal.work.SharedWork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiConsumer;

/** One audit: each thread takes the next subject until none is left or an error occurs. */
final class AuditRun extends SharedWork {
    private final List<RulePlan.Planned> rules;
    private final RuleContext context;
    private final List<Subject> subjects;
    private final BiConsumer<? super RuleInfo, ? super Throwable> errorListener;
    private final AtomicReferenceArray<List<Finding>> findings;

    /** @param context the context of a rule without settings */
    AuditRun(
            List<RulePlan.Planned> rules,
            RuleContext context,
            List<Subject> subjects,
            BiConsumer<? super RuleInfo, ? super Throwable> errorListener) {
        super(subjects.size());
        this.rules = rules;
        this.context = context;
        this.subjects = subjects;
        this.errorListener = errorListener;
        this.findings = new AtomicReferenceArray<>(subjects.size());
    }

    /** {@return all findings in order, on whichever thread they were made} */
    List<Finding> audit(Executor executor, int parallelism) {
        Throwable failure = run(executor, parallelism);
        throwUnchecked(failure);
        if (failure != null) {
            // Code of other compilers may throw undeclared checked exceptions.
            throw new IllegalStateException("the audit failed", failure);
        }
        List<Finding> all = new ArrayList<>();
        for (int i = 0; i < findings.length(); i++) {
            all.addAll(findings.get(i));
        }
        return all;
    }

    @Override
    protected void take(int index) {
        findings.set(index, findings(subjects.get(index)));
    }

    private List<Finding> findings(Subject subject) {
        List<Finding> out = new ArrayList<>();
        for (RulePlan.Planned planned : rules) {
            if (planned.rule().appliesTo(subject)) {
                Outcome outcome = evaluate(planned.rule(), subject, planned.context(context));
                if (outcome instanceof Outcome.Fail fail) {
                    addFailures(planned, subject, fail, out);
                } else {
                    RuleInfo rule = planned.rule().info();
                    out.add(Finding.of(rule, subject.ref(), planned.severityOf(outcome.kind()), outcome, 0));
                }
            }
        }
        return out;
    }

    private static void addFailures(RulePlan.Planned planned, Subject subject, Outcome.Fail fail, List<Finding> out) {
        RuleInfo rule = planned.rule().info();
        if (fail.problems().size() == 1) {
            Severity severity = planned.severityOf(fail.problems().get(0));
            out.add(Finding.of(rule, subject.ref(), severity, fail, 0));
            return;
        }
        Map<String, Integer> seen = new HashMap<>();
        List<Finding> sorted = fail.problems().stream()
                .map(problem -> Finding.of(rule, subject.ref(), planned.severityOf(problem), Outcome.fail(problem), 0))
                .sorted()
                .toList();
        for (Finding finding : sorted) {
            Problem problem = finding.problem().orElseThrow();
            int count = seen.merge(Fingerprint.identity(rule, subject.ref(), problem), 1, Integer::sum);
            out.add(Finding.of(rule, subject.ref(), finding.severity(), finding.outcome(), count - 1));
        }
    }

    private Outcome evaluate(Rule<?> rule, Subject subject, RuleContext context) {
        try {
            Outcome outcome = rule.judge(subject, context);
            return Objects.requireNonNullElseGet(outcome, () -> new Outcome.RuleError("the rule returned no outcome"));
        } catch (Exception | LinkageError | AssertionError | StackOverflowError thrown) {
            // A third party's rule must not stop the others.
            errorListener.accept(rule.info(), thrown);
            return new Outcome.RuleError("the rule threw " + thrown.getClass().getName());
        }
    }
}
