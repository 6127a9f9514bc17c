package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.SubjectRef;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The result of an audit: every finding and the decision. It includes passes, so that readers see what was checked, and
 * the findings that waivers and a baseline cover, so that readers see what they hide.
 *
 * <p>Immutable; two reports are equal if all their parts are.
 */
public final class AuditReport {
    private final Parts parts;

    AuditReport(Parts parts) {
        this.parts = parts;
    }

    /** All lists are ordered and unmodifiable. */
    record Parts(
            Instant auditTime,
            Policy policy,
            List<RuleSetRef> ruleSets,
            List<SubjectRef> subjects,
            List<Finding> findings,
            List<SkippedRule> skipped,
            List<RuleId> unknownRules,
            List<WaiverUse> waivers,
            @Nullable BaselineUse baseline,
            Decision decision) {}

    /**
     * The name and version of a rule set.
     *
     * @param name for example {@code tallyclerk-image}
     * @param version the version of the rules
     */
    public record RuleSetRef(String name, String version) {
        public RuleSetRef {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(version, "version");
        }

        static RuleSetRef of(RuleSet rules) {
            return new RuleSetRef(rules.name(), rules.version());
        }
    }

    /** {@return the time that counted as now} */
    public Instant auditTime() {
        return parts.auditTime();
    }

    /** {@return the policy of the audit} */
    public Policy policy() {
        return parts.policy();
    }

    /** {@return the rule sets of the audit, by name; unmodifiable} */
    public List<RuleSetRef> ruleSets() {
        return parts.ruleSets();
    }

    /** {@return the audited subjects, in order; unmodifiable} */
    public List<SubjectRef> subjects() {
        return parts.subjects();
    }

    /** {@return the findings, in order; unmodifiable} */
    public List<Finding> findings() {
        return parts.findings();
    }

    /** {@return the rules of the profile that did not run, by id; unmodifiable} */
    public List<SkippedRule> skipped() {
        return parts.skipped();
    }

    /** {@return the rules that the policy names and no rule set has, by id; unmodifiable} */
    public List<RuleId> unknownRules() {
        return parts.unknownRules();
    }

    /** {@return the use of each waiver, in the order of the policy; unmodifiable} */
    public List<WaiverUse> waivers() {
        return parts.waivers();
    }

    /** {@return the use of the baseline, if there was one} */
    public Optional<BaselineUse> baseline() {
        return Optional.ofNullable(parts.baseline());
    }

    /** {@return whether the policy's gate counts a finding, so that it rejects or leaves the audit incomplete} */
    public boolean isCounted(Finding finding) {
        return policy().gate()
                .filter(gate -> gate.counts(finding))
                .filter(gate ->
                        finding.kind() == Outcome.Kind.FAIL || (finding.kind().isUndecided() && gate.unknownFails()))
                .isPresent();
    }

    /** {@return the decision} */
    public Decision decision() {
        return parts.decision();
    }

    /** {@return the number of findings by kind, zeros included, in the order of the constants; unmodifiable} */
    public Map<Outcome.Kind, Integer> totals() {
        Map<Outcome.Kind, Integer> totals = new EnumMap<>(Outcome.Kind.class);
        for (Outcome.Kind kind : Outcome.Kind.values()) {
            totals.put(kind, 0);
        }
        findings().forEach(finding -> totals.merge(finding.kind(), 1, Integer::sum));
        return Collections.unmodifiableMap(totals);
    }

    /**
     * {@return the findings of one kind, in order}
     *
     * @param kind the kind
     */
    public List<Finding> findings(Outcome.Kind kind) {
        return findings().stream().filter(finding -> finding.kind() == kind).toList();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AuditReport that && parts.equals(that.parts);
    }

    @Override
    public int hashCode() {
        return parts.hashCode();
    }

    /** {@return the number of findings and the decision} */
    @Override
    public String toString() {
        return findings().size() + " findings, " + decision().kind();
    }
}
