package dev.tallyclerk.hardening;

import dev.tallyclerk.internal.text.DottedVersion;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A named, versioned list of rules. Its version changes whenever a rule is added or decides differently, so that
 * reports can be compared.
 *
 * @param name for example {@code tallyclerk-image}
 * @param version the version of the rules, not of the library: one to eight integers of at most nine digits, separated
 *     by dots, for example {@code 1.2.0}
 * @param rules the rules in the order of their ids, which are unique; none is newer than the set, so that a policy
 *     pinned to the set's version includes them all
 * @param subjectKinds the {@linkplain SubjectRef#kind kinds} of subjects that the rules are about, such as
 *     {@code container}; a policy that waives a rule for another kind is refused. Empty for any kind
 */
public record RuleSet(String name, String version, List<Rule<?>> rules, Set<String> subjectKinds) {
    /**
     * Sorts and checks the rules.
     *
     * @throws IllegalArgumentException if the name is blank, the version is malformed, a rule is newer than the set, or
     *     two rules have the same id
     */
    public RuleSet {
        subjectKinds = Collections.unmodifiableSortedSet(new TreeSet<>(subjectKinds));
        if (name.isBlank() || version.isBlank()) {
            throw new IllegalArgumentException("a rule set needs a name and a version");
        }
        DottedVersion own = DottedVersion.parse(version);
        rules = rules.stream()
                .sorted(Comparator.comparing((Rule<?> rule) -> rule.info().id()))
                .toList();
        Set<RuleId> seen = new HashSet<>();
        for (Rule<?> rule : rules) {
            if (DottedVersion.parse(rule.info().since()).compareTo(own) > 0) {
                throw new IllegalArgumentException("rule set " + name + ' ' + version + " has "
                        + rule.info().id() + ", which was added in "
                        + rule.info().since());
            }
            if (!seen.add(rule.info().id())) {
                throw new IllegalArgumentException(
                        "rule set " + name + " has " + rule.info().id() + " twice");
            }
        }
    }

    /**
     * Makes a rule set over subjects of any kind.
     *
     * @param name for example {@code tallyclerk-image}
     * @param version the version of the rules
     * @param rules the rules; none is newer than the set, and their ids are unique
     * @throws IllegalArgumentException if the name is blank, the version is malformed, a rule is newer than the set, or
     *     two rules have the same id
     */
    public RuleSet(String name, String version, List<Rule<?>> rules) {
        this(name, version, rules, Set.of());
    }

    /**
     * {@return the rule with an id}
     *
     * @param id the id
     */
    public Optional<Rule<?>> rule(RuleId id) {
        return rules.stream().filter(rule -> rule.info().id().equals(id)).findFirst();
    }

    /** {@return name and version} */
    @Override
    public String toString() {
        return name + ' ' + version;
    }
}
