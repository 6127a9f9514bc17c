package dev.tallyclerk.hardening.policy;

import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleSet;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a policy may speak of.
 *
 * @param rules by id
 * @param versions of rule sets, by name
 */
record KnownRules(SortedMap<String, RuleInfo> rules, SortedMap<String, String> versions) {
    KnownRules {
        rules = Collections.unmodifiableSortedMap(new TreeMap<>(rules));
        versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
    }

    static KnownRules of(Collection<RuleSet> ruleSets) {
        SortedMap<String, RuleInfo> rules = new TreeMap<>();
        SortedMap<String, String> versions = new TreeMap<>();
        for (RuleSet ruleSet : ruleSets) {
            versions.put(ruleSet.name(), ruleSet.version());
            for (Rule<?> rule : ruleSet.rules()) {
                if (rules.put(rule.info().id().value(), rule.info()) != null) {
                    throw new IllegalArgumentException(
                            "two rule sets have " + rule.info().id());
                }
            }
        }
        return new KnownRules(rules, versions);
    }
}
