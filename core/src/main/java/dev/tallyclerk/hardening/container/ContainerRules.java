package dev.tallyclerk.hardening.container;

import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.container.internal.rules.ContainerRule;
import dev.tallyclerk.hardening.container.internal.rules.RuleCatalogue;
import dev.tallyclerk.internal.subject.RuleHeads;
import java.util.Set;

/**
 * The hardening rules over containers.
 *
 * <p>Severities and profiles are the project's own; the profiles follow the level tags of the CIS Docker Benchmark 1.13
 * and judgement, and were not checked against edition 1.6.0. {@link dev.tallyclerk.hardening.RuleInfo#references} cites
 * the sections that ask for the same. Thread-safe.
 */
public final class ContainerRules {
    private static final RuleSet RULE_SET = new RuleSet(
            "tallyclerk-container",
            RuleHeads.SINCE,
            RuleCatalogue.all().stream().<Rule<?>>map(ContainerRules::over).toList(),
            Set.of(ContainerSubject.KIND));

    private ContainerRules() {}

    /** {@return the rules, over {@link ContainerSubject}} */
    public static RuleSet ruleSet() {
        return RULE_SET;
    }

    private static Rule<ContainerSubject> over(ContainerRule rule) {
        return Rule.of(
                rule.info(),
                ContainerSubject.class,
                (subject, context) -> rule.decision().apply(subject.container(), context));
    }
}
