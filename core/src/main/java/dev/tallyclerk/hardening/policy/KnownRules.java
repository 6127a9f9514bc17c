package dev.tallyclerk.hardening.policy;

import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleSet;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The rules, rule sets and kinds of subjects that a policy may name.
 *
 * @param rules by id
 * @param versions of rule sets, by name
 * @param kinds of the subjects that a rule is about, by its id; empty for any
 */
record KnownRules(
        SortedMap<String, RuleInfo> rules, SortedMap<String, String> versions, Map<String, Set<String>> kinds) {
    KnownRules {
        rules = Collections.unmodifiableSortedMap(new TreeMap<>(rules));
        versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
        kinds = Map.copyOf(kinds);
    }

    /** {@return the kinds of all subjects, in order; empty for any} */
    Set<String> allKinds() {
        return kinds.values().stream().anyMatch(Set::isEmpty)
                ? Set.of()
                : kinds.values().stream().flatMap(Set::stream).collect(Collectors.toCollection(TreeSet::new));
    }

    /** {@return these rules and those of another set, whose ids are new} */
    KnownRules with(RuleSet more) {
        SortedMap<String, RuleInfo> all = new TreeMap<>(rules);
        Map<String, Set<String>> allKinds = new HashMap<>(kinds);
        for (Rule<?> rule : more.rules()) {
            all.put(rule.info().id().value(), rule.info());
            allKinds.put(rule.info().id().value(), more.subjectKinds());
        }
        return new KnownRules(all, versions, allKinds);
    }

    static KnownRules of(Collection<RuleSet> ruleSets) {
        SortedMap<String, RuleInfo> rules = new TreeMap<>();
        SortedMap<String, String> versions = new TreeMap<>();
        Map<String, Set<String>> kinds = new HashMap<>();
        for (RuleSet ruleSet : ruleSets) {
            versions.put(ruleSet.name(), ruleSet.version());
            for (Rule<?> rule : ruleSet.rules()) {
                if (rules.put(rule.info().id().value(), rule.info()) != null) {
                    throw new IllegalArgumentException(
                            "two rule sets have rule " + rule.info().id());
                }
                kinds.put(rule.info().id().value(), ruleSet.subjectKinds());
            }
        }
        return new KnownRules(rules, versions, kinds);
    }
}
