package dev.tallyclerk.hardening.report;

import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.SkippedRule;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.function.Function;

/** Groups adjacent findings, as views of the report's list. */
final class Groups {
    private Groups() {}

    /**
     * The findings about one subject.
     *
     * @param subject the subject
     * @param findings at least one
     */
    record OfSubject(SubjectRef subject, List<Finding> findings) {
        /** {@return the findings of each rule} */
        Iterable<OfRule> byRule() {
            return () -> new Runs<>(
                    findings, Finding::rule, list -> new OfRule(list.get(0).rule(), list));
        }
    }

    /**
     * The findings of one rule about one subject.
     *
     * @param rule the rule
     * @param findings at least one; several only for a failure
     */
    record OfRule(RuleInfo rule, List<Finding> findings) {}

    static Iterable<OfSubject> bySubject(AuditReport report) {
        return () -> new Runs<>(
                report.findings(),
                Finding::subject,
                list -> new OfSubject(list.get(0).subject(), list));
    }

    /** {@return the rules in a report, by id} */
    static Collection<RuleInfo> rules(AuditReport report) {
        Map<RuleId, RuleInfo> rules = new TreeMap<>();
        report.findings().forEach(finding -> rules.put(finding.rule().id(), finding.rule()));
        for (SkippedRule skipped : report.skipped()) {
            rules.put(skipped.rule().id(), skipped.rule());
        }
        return rules.values();
    }

    /** Walks over runs of findings with an equal key. */
    private static final class Runs<K, G> implements Iterator<G> {
        private final List<Finding> findings;
        private final Function<Finding, K> key;
        private final Function<List<Finding>, G> group;
        private int next;

        Runs(List<Finding> findings, Function<Finding, K> key, Function<List<Finding>, G> group) {
            this.findings = findings;
            this.key = key;
            this.group = group;
        }

        @Override
        public boolean hasNext() {
            return next < findings.size();
        }

        @Override
        public G next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            int start = next;
            K common = key.apply(findings.get(start));
            while (next < findings.size() && key.apply(findings.get(next)).equals(common)) {
                next++;
            }
            return group.apply(findings.subList(start, next));
        }
    }
}
