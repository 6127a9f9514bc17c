package dev.tallyclerk.hardening.kubernetes;

import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.internal.subject.RuleHeads;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The hardening rules that only Kubernetes workloads have, and the verdicts of the Pod Security Standards as rules.
 *
 * <p>The RUN rules of {@link dev.tallyclerk.hardening.container.ContainerRules} judge workloads too. Severities and
 * profiles are the project's own. Thread-safe.
 */
public final class KubernetesRules {
    private static final RuleSet RULE_SET = new RuleSet(
            "tallyclerk-kubernetes",
            RuleHeads.SINCE,
            Stream.of(PodRules.all(), AccessRules.all(), StandardRules.all())
                    .<Rule<?>>flatMap(List::stream)
                    .toList(),
            Set.of(KubernetesWorkload.KIND));

    private KubernetesRules() {}

    /** {@return the rules, over {@link KubernetesWorkload}} */
    public static RuleSet ruleSet() {
        return RULE_SET;
    }
}
