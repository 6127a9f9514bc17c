package dev.tallyclerk.hardening.container.internal.rules;

import java.util.List;
import java.util.stream.Stream;

/** The rules over containers, theme by theme. */
public final class RuleCatalogue {
    private RuleCatalogue() {}

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
