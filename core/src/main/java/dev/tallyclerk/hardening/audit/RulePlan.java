package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.text.DottedVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules that run under a policy. The same for every audit.
 *
 * @param ruleSets the rule sets, by name
 * @param rules the rules that run, by id
 * @param skipped the rules of the profile that do not run, by id
 * @param unknownRules the rules that the policy names and no rule set has, by id
 */
record RulePlan(
        List<AuditReport.RuleSetRef> ruleSets,
        List<Planned> rules,
        List<SkippedRule> skipped,
        List<RuleId> unknownRules) {
    /** A rule, and what the policy sets for it. */
    record Planned(Rule<?> rule, RuleOverride override) {
        /** {@return the context of the rule, from that of a rule without settings} */
        RuleContext context(RuleContext ofOthers) {
            return override.settings().isEmpty() ? ofOthers : ofOthers.withSettings(override.settings());
        }

        Severity severityOf(Problem problem) {
            Severity severity = override.severity();
            return severity != null
                    ? severity
                    : problem.severity().orElse(rule.info().severity());
        }

        /** An undecided rule may hide anything up to its highest severity. */
        Severity severityOf(Outcome.Kind kind) {
            Severity severity = override.severity();
            if (severity != null) {
                return severity;
            }
            return kind.isUndecided() ? rule.info().highest() : rule.info().severity();
        }
    }

    static RulePlan of(Policy policy, List<RuleSet> ruleSets) {
        Set<RuleId> unknown = policy.named();
        List<Planned> rules = new ArrayList<>();
        List<SkippedRule> skipped = new ArrayList<>();
        for (RuleSet ruleSet : ruleSets) {
            String pin = policy.pins().get(ruleSet.name());
            for (Rule<?> rule : ruleSet.rules()) {
                unknown.remove(rule.info().id());
                SkippedRule skip = skip(policy, pin, rule.info());
                if (skip != null) {
                    skipped.add(skip);
                } else if (policy.runs(rule.info())) {
                    rules.add(new Planned(rule, policy.override(rule.info().id())));
                }
            }
        }
        rules.sort(Comparator.comparing(planned -> planned.rule().info().id()));
        skipped.sort(Comparator.comparing(skip -> skip.rule().id()));
        return new RulePlan(
                ruleSets.stream().map(AuditReport.RuleSetRef::of).toList(),
                List.copyOf(rules),
                List.copyOf(skipped),
                List.copyOf(unknown));
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
