package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.SubjectRef;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What an audit found and decided. It holds every verdict, passes included, so that a reader can see what was looked
 * at.
 *
 * @param auditTime the time that counted as now
 * @param policy what was demanded
 * @param ruleSets which rules were used
 * @param subjects what was looked at, in order
 * @param findings what was seen, in order
 * @param decision the answer
 */
public record AuditReport(
        Instant auditTime,
        Policy policy,
        List<RuleSetRef> ruleSets,
        List<SubjectRef> subjects,
        List<Finding> findings,
        Decision decision) {
    public AuditReport {
        Objects.requireNonNull(auditTime, "auditTime");
        Objects.requireNonNull(policy, "policy");
        ruleSets = List.copyOf(ruleSets);
        subjects = subjects.stream().sorted().toList();
        findings = findings.stream().sorted().toList();
        Objects.requireNonNull(decision, "decision");
    }

    /**
     * The name and version of a rule set.
     *
     * @param name for example {@code tallyclerk-image}
     * @param version of the rules
     */
    public record RuleSetRef(String name, String version) {
        static RuleSetRef of(RuleSet rules) {
            return new RuleSetRef(rules.name(), rules.version());
        }
    }

    /** {@return how often each verdict was given, zeros included, in the order of the constants; unmodifiable} */
    public Map<Verdict, Integer> totals() {
        Map<Verdict, Integer> totals = new EnumMap<>(Verdict.class);
        for (Verdict verdict : Verdict.values()) {
            totals.put(verdict, 0);
        }
        findings.forEach(finding -> totals.merge(finding.verdict(), 1, Integer::sum));
        return Collections.unmodifiableMap(totals);
    }

    /**
     * {@return the findings with that verdict, in order}
     *
     * @param verdict the verdict to look for
     */
    public List<Finding> findings(Verdict verdict) {
        return findings.stream().filter(finding -> finding.verdict() == verdict).toList();
    }
}
