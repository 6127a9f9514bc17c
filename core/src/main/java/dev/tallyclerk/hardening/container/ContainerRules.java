package dev.tallyclerk.hardening.container;

import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.internal.subject.RuleHeads;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The hardening rules over containers, from what an engine reports of them.
 *
 * <p>Severities and profiles come from the project's own catalogue; the profiles carry over the level tags of the CIS
 * Docker Benchmark 1.13 and judgement, and were not checked against edition 1.6.0. The sections that ask for the same
 * stand in {@link dev.tallyclerk.hardening.RuleInfo#references}. Safe for use by several threads.
 */
public final class ContainerRules {
    private static final RuleSet RULE_SET = new RuleSet(
            "tallyclerk-container",
            RuleHeads.SINCE,
            Stream.<List<Rule<ContainerSubject>>>of(
                            CapabilityRules.all(),
                            MountRules.all(),
                            NamespaceRules.all(),
                            ConfinementRules.all(),
                            SeccompOptionRules.all(),
                            FileSystemRules.all(),
                            DeviceRules.all(),
                            LimitRules.all(),
                            NetworkRules.all(),
                            UserRules.all(),
                            HealthRules.all(),
                            ContentRules.all(),
                            RuntimeRules.all(),
                            ImageRules.all())
                    .<Rule<?>>flatMap(List::stream)
                    .toList(),
            Set.of(ContainerSubject.KIND));

    private ContainerRules() {}

    /** {@return the rules, over {@link ContainerSubject}} */
    public static RuleSet ruleSet() {
        return RULE_SET;
    }
}
