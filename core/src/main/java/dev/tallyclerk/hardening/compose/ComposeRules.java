package dev.tallyclerk.hardening.compose;

import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.internal.subject.RuleHeads;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The hardening rules that only Compose files have.
 *
 * <p>The RUN rules of {@link dev.tallyclerk.hardening.container.ContainerRules} judge services too. Severities and
 * profiles are the project's own. Thread-safe.
 */
public final class ComposeRules {
    private static final RuleSet RULE_SET = new RuleSet(
            "tallyclerk-compose",
            RuleHeads.SINCE,
            Stream.of(ServiceRules.all(), FileRules.all())
                    .<Rule<?>>flatMap(List::stream)
                    .toList(),
            Set.of(ComposeService.KIND, ComposeProject.KIND));

    private ComposeRules() {}

    /** {@return the rules} */
    public static RuleSet ruleSet() {
        return RULE_SET;
    }
}
