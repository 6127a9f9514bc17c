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
 * A named, versioned list of rules. A rule set changes its version whenever a rule is added or decides otherwise, so
 * that two reports can be compared.
 *
 * @param name for example {@code tallyclerk-image}
 * @param version of the rules, not of the library: whole numbers with dots between them, one to eight of nine digits at
 *     most, for example {@code 1.2.0}
 * @param rules in the order of their ids, which are unique; none is newer than the set, so that a policy which is
 *     pinned to the set's version has them all
 * @param subjectKinds the {@linkplain SubjectRef#kind kinds} of the subjects that the rules are about, such as
 *     {@code container}, so that a policy which waives a rule for another kind can be refused; empty for any kind
 */
public record RuleSet(String name, String version, List<Rule<?>> rules, Set<String> subjectKinds) {
    /**
     * Takes all parts.
     *
     * @throws IllegalArgumentException if the name is blank, the version is none, a rule is newer than the set, or two
     *     rules have one id
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
                        + rule.info().id() + ", which there is since "
                        + rule.info().since() + " only");
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
     * @param version of the rules
     * @param rules none is newer than the set, and their ids are unique
     * @throws IllegalArgumentException as for a set of some kinds
     */
    public RuleSet(String name, String version, List<Rule<?>> rules) {
        this(name, version, rules, Set.of());
    }

    /**
     * {@return the rule of that id}
     *
     * @param id the id to look for
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
