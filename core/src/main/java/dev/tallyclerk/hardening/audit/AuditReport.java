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
 * What an audit found and decided. It holds every verdict, passes included, so that a reader can see what was looked
 * at, and what waivers and a baseline cover, so that a reader can see what they hide.
 *
 * <p>Immutable; two reports are equal when all their parts are.
 */
public final class AuditReport {
    private final Parts parts;

    AuditReport(Parts parts) {
        this.parts = parts;
    }

    /** All lists are in order and do not change. */
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
     * @param version of the rules
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

    /** {@return what was demanded} */
    public Policy policy() {
        return parts.policy();
    }

    /** {@return which rules were used, by name; unmodifiable} */
    public List<RuleSetRef> ruleSets() {
        return parts.ruleSets();
    }

    /** {@return what was looked at, in order; unmodifiable} */
    public List<SubjectRef> subjects() {
        return parts.subjects();
    }

    /** {@return what was seen, in order; unmodifiable} */
    public List<Finding> findings() {
        return parts.findings();
    }

    /** {@return the rules that did not run although the profile asks for them, by id; unmodifiable} */
    public List<SkippedRule> skipped() {
        return parts.skipped();
    }

    /** {@return the rules that the policy says something of and no rule set has, by id; unmodifiable} */
    public List<RuleId> unknownRules() {
        return parts.unknownRules();
    }

    /** {@return what came of each waiver, in the order of the policy; unmodifiable} */
    public List<WaiverUse> waivers() {
        return parts.waivers();
    }

    /** {@return what came of the baseline, if there was one} */
    public Optional<BaselineUse> baseline() {
        return Optional.ofNullable(parts.baseline());
    }

    /** {@return the answer} */
    public Decision decision() {
        return parts.decision();
    }

    /** {@return how often each verdict was given, zeros included, in the order of the constants; unmodifiable} */
    public Map<Outcome.Kind, Integer> totals() {
        Map<Outcome.Kind, Integer> totals = new EnumMap<>(Outcome.Kind.class);
        for (Outcome.Kind kind : Outcome.Kind.values()) {
            totals.put(kind, 0);
        }
        findings().forEach(finding -> totals.merge(finding.kind(), 1, Integer::sum));
        return Collections.unmodifiableMap(totals);
    }

    /**
     * {@return the findings with that verdict, in order}
     *
     * @param kind the kind to look for
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
