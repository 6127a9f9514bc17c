package dev.tallyclerk.hardening.engine;

import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.internal.subject.RuleHeads;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The hardening rules over a container engine: its API, its network, its registries, its logs, what it gives containers
 * by default, and what it runs on.
 *
 * <p>Where the running engine reports an option and a configuration states it too, both have to be right. Severities
 * and profiles come from the project's own catalogue; the profiles carry over the level tags of the CIS Docker
 * Benchmark 1.13 and judgement, and were not checked against edition 1.6.0. The sections that ask for the same stand in
 * {@link dev.tallyclerk.hardening.RuleInfo#references}. Safe for use by several threads.
 */
public final class EngineRules {
    private static final RuleSet RULE_SET = new RuleSet(
            "tallyclerk-engine",
            RuleHeads.SINCE,
            Stream.<List<Rule<EngineSubject>>>of(
                            ApiRules.all(),
                            BridgeRules.all(),
                            ConfigurationRules.all(),
                            DefaultsRules.all(),
                            HostRules.all(),
                            IsolationRules.all(),
                            LogRules.all(),
                            OperationRules.all(),
                            RegistryRules.all(),
                            StorageRules.all(),
                            VersionRules.all())
                    .<Rule<?>>flatMap(List::stream)
                    .toList(),
            Set.of(EngineSubject.KIND));

    private EngineRules() {}

    /** {@return the rules, over {@link EngineSubject}} */
    public static RuleSet ruleSet() {
        return RULE_SET;
    }
}
