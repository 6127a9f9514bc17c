package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.text.DottedVersion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules that run under a policy.
 *
 * @param rules the rules that run, by id
 * @param skipped the rules of the profile that do not run, by id
 */
record RulePlan(List<Planned> rules, List<SkippedRule> skipped) {
    /** A rule, its context, and the severity that the policy gives it, if it does. */
    record Planned(
            Rule<?> rule, RuleContext context, @Nullable Severity severity) {
        Severity severityOf(Problem problem) {
            return severity != null
                    ? severity
                    : problem.severity().orElse(rule.info().severity());
        }

        /** An undecided rule may hide anything up to its highest severity. */
        Severity severityOf(Outcome.Kind kind) {
            if (severity != null) {
                return severity;
            }
            return kind.isUndecided() ? rule.info().highest() : rule.info().severity();
        }
    }

    static RulePlan of(Policy policy, List<RuleSet> ruleSets, Instant auditTime) {
        List<Planned> rules = new ArrayList<>();
        List<SkippedRule> skipped = new ArrayList<>();
        for (RuleSet ruleSet : ruleSets) {
            String pin = policy.pins().get(ruleSet.name());
            for (Rule<?> rule : ruleSet.rules()) {
                SkippedRule skip = skip(policy, pin, rule.info());
                if (skip != null) {
                    skipped.add(skip);
                } else if (policy.runs(rule.info())) {
                    rules.add(planned(policy, rule, auditTime));
                }
            }
        }
        rules.sort(Comparator.comparing(planned -> planned.rule().info().id()));
        skipped.sort(Comparator.comparing(skip -> skip.rule().id()));
        return new RulePlan(List.copyOf(rules), List.copyOf(skipped));
    }

    private static Planned planned(Policy policy, Rule<?> rule, Instant auditTime) {
        RuleOverride override = policy.override(rule.info().id());
        RuleContext context =
                RuleContext.at(auditTime).withSettings(override.settings()).withSecretPatterns(policy.secretPatterns());
        return new Planned(rule, context, override.severity());
    }

    private static @Nullable SkippedRule skip(Policy policy, @Nullable String pin, RuleInfo rule) {
        RuleOverride override = policy.override(rule.id());
        if (!override.enabled() && !policy.profile().includes(rule.profile())) {
            return null;
        }
        String because = override.disabledBecause();
        if (because != null) {
            return new SkippedRule(rule, SkippedRule.Reason.DISABLED, because);
        }
        if (pin != null && DottedVersion.parse(rule.since()).compareTo(DottedVersion.parse(pin)) > 0) {
            String newer = "it was added in version " + rule.since() + ", and the policy pins " + pin;
            return new SkippedRule(rule, SkippedRule.Reason.NEWER_THAN_PIN, newer);
        }
        return null;
    }
}
