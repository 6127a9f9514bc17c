package dev.tallyclerk.hardening.host;

import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.internal.subject.RuleHeads;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The hardening rules over the host of a container engine: owners and modes of files, audit rules, partitions, groups.
 *
 * <p>Severities and profiles are the project's own. {@link dev.tallyclerk.hardening.RuleInfo#references} cites the
 * sections 1 and 3 of the CIS Docker Benchmark 1.6.0. Thread-safe.
 */
public final class HostRules {
    private static final RuleSet RULE_SET = new RuleSet(
            "tallyclerk-host",
            RuleHeads.SINCE,
            Stream.<List<Rule<HostSubject>>>of(FileRules.all(), WatchRules.all(), SystemRules.all())
                    .<Rule<?>>flatMap(List::stream)
                    .toList(),
            Set.of(HostSubject.KIND));

    private HostRules() {}

    /** {@return the rules, over {@link HostSubject}} */
    public static RuleSet ruleSet() {
        return RULE_SET;
    }
}
