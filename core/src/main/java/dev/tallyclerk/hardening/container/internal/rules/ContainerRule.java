package dev.tallyclerk.hardening.container.internal.rules;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.container.internal.reader.Container;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A rule over containers.
 *
 * @param info the metadata
 * @param decision the pure function that decides
 */
public record ContainerRule(RuleInfo info, BiFunction<Container, RuleContext, Outcome> decision) {
    static ContainerRule rule(RuleInfo.Builder info, Function<Container, Outcome> decision) {
        return rule(info, (container, context) -> decision.apply(container));
    }

    static ContainerRule rule(RuleInfo.Builder info, BiFunction<Container, RuleContext, Outcome> decision) {
        RuleInfo plain = info.build();
        Remedies.of(plain.id().value()).forEach(info::remediation);
        return new ContainerRule(info.build(), decision);
    }
}
