package dev.tallyclerk.hardening.container.internal.rules;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.container.internal.reader.Container;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

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
        return new ContainerRule(info.build(), decision);
    }

    /** {@return all rules over containers} */
    public static List<ContainerRule> all() {
        return Stream.of(
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
                .flatMap(List::stream)
                .toList();
    }
}
