package dev.tallyclerk.hardening.engine;

import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.internal.subject.RuleHeads;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The hardening rules over a container engine: its API, network, registries, logs, defaults for containers, and host.
 *
 * <p>If the running engine reports an option and a configuration states it too, both must be right. Severities and
 * profiles are the project's own; the profiles follow the level tags of the CIS Docker Benchmark 1.13 and judgement,
 * and were not checked against edition 1.6.0. {@link dev.tallyclerk.hardening.RuleInfo#references} cites the sections
 * that ask for the same. Thread-safe.
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
