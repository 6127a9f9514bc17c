package dev.tallyclerk.hardening.benchmark;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Disposition;
import dev.tallyclerk.hardening.audit.Finding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An audit, by the sections of a benchmark. Every section has a result, also one that no rule covers.
 *
 * <p>If several rules cover a section, a failure wins, then what is unknown, then a manual check. A rule that did not
 * run is not a pass: a section that the policy's profile covers only in part is unknown, which names the rules that
 * were left out. Cost: one pass over the findings, and a reference to each finding that is not a pass. Immutable.
 */
public final class BenchmarkReport {
    private static final int MAX_NAMED = 10;

    private final Benchmark benchmark;
    private final AuditReport audit;
    private final List<SectionResult> results;

    private BenchmarkReport(Benchmark benchmark, AuditReport audit, List<SectionResult> results) {
        this.benchmark = benchmark;
        this.audit = audit;
        this.results = results;
    }

    /**
     * {@return the results of all sections}
     *
     * @param benchmark the benchmark
     * @param audit the audit; best with {@link dev.tallyclerk.hardening.Profile#STRICT}, so that no rule is left out
     * @param ruleSets the rule sets of the audit, which tell what could have run
     */
    public static BenchmarkReport of(Benchmark benchmark, AuditReport audit, Collection<RuleSet> ruleSets) {
        List<RuleSet> all = new ArrayList<>(ruleSets);
        audit.policy().addedRules().ifPresent(all::add);
        Map<RuleId, Known> known = new TreeMap<>();
        Set<String> kinds = audit.subjects().stream()
                .map(SubjectRef::kind)
                .filter(benchmark::isAbout)
                .collect(Collectors.toSet());
        for (RuleSet ruleSet : all) {
            boolean isRelevant = ruleSet.subjectKinds().isEmpty()
                    ? !kinds.isEmpty()
                    : !Collections.disjoint(ruleSet.subjectKinds(), kinds);
            for (Rule<?> rule : ruleSet.rules()) {
                known.put(rule.info().id(), new Known(rule.info(), isRelevant));
            }
        }
        List<Tally> tallies = new ArrayList<>();
        Map<RuleId, List<Part>> parts = new HashMap<>();
        Map<RuleId, Set<Section.Aspect>> named = new HashMap<>();
        for (Section section : benchmark.sections()) {
            Tally tally = new Tally(section);
            tallies.add(tally);
            for (Known rule : known.values()) {
                for (Section.Aspect aspect : section.aspects(rule.info())) {
                    tally.add(rule);
                    parts.computeIfAbsent(rule.info().id(), id -> new ArrayList<>())
                            .add(new Part(tally, aspect));
                    named.computeIfAbsent(rule.info().id(), id -> new HashSet<>())
                            .addAll(section.named(rule.info().id()));
                }
            }
        }
        for (Finding finding : audit.findings()) {
            if (benchmark.isAbout(finding.subject().kind())) {
                RuleId id = finding.rule().id();
                for (Part part : parts.getOrDefault(id, List.of())) {
                    part.tally().take(finding, kind(finding, part.aspect(), named.getOrDefault(id, Set.of())));
                }
            }
        }
        return new BenchmarkReport(
                benchmark,
                audit,
                tallies.stream().map(tally -> tally.result(audit)).toList());
    }

    /** What a finding says about an aspect of its rule. */
    private static Outcome.Kind kind(Finding finding, Section.Aspect aspect, Set<Section.Aspect> named) {
        if (aspect.isWhole() || finding.kind() != Outcome.Kind.FAIL) {
            return finding.kind();
        }
        Optional<Section.Aspect> own = finding.problem().map(Problem::evidence).stream()
                .flatMap(List::stream)
                .filter(evidence -> evidence.name().equals(aspect.name()))
                .map(evidence -> aspect(evidence))
                .findFirst();
        if (own.isEmpty() || !named.contains(own.get())) {
            return Outcome.Kind.UNKNOWN;
        }
        return own.get().equals(aspect) ? Outcome.Kind.FAIL : Outcome.Kind.PASS;
    }

    private static Section.Aspect aspect(Evidence evidence) {
        return new Section.Aspect(evidence.name(), evidence.value());
    }

    /** A rule, and whether its rule set is about anything that was audited. */
    private record Known(RuleInfo info, boolean isRelevant) {}

    /** An aspect of a rule in a section. */
    private record Part(Tally tally, Section.Aspect aspect) {}

    /** Counts what the findings say about a section. */
    private static final class Tally {
        private final Section section;
        private final Map<RuleId, Known> rules = new TreeMap<>();
        private final Set<RuleId> ran = new HashSet<>();
        private final Map<Outcome.Kind, Integer> counts = new EnumMap<>(Outcome.Kind.class);
        private final List<Finding> findings = new ArrayList<>();
        private int waived;
        private @Nullable Finding lastPass;

        Tally(Section section) {
            this.section = section;
        }

        void add(Known rule) {
            rules.put(rule.info().id(), rule);
        }

        void take(Finding finding, Outcome.Kind kind) {
            ran.add(finding.rule().id());
            if (kind == Outcome.Kind.PASS) {
                // A rule has several findings about a subject if it fails on other aspects.
                Finding last = lastPass;
                boolean isNew = last == null
                        || !last.subject().equals(finding.subject())
                        || !last.rule().id().equals(finding.rule().id());
                lastPass = finding;
                if (!isNew) {
                    return;
                }
            }
            counts.merge(kind, 1, Integer::sum);
            if (kind == Outcome.Kind.FAIL || kind.isUndecided()) {
                findings.add(finding);
                boolean isCovered =
                        finding.disposition() == Disposition.WAIVED || finding.disposition() == Disposition.BASELINED;
                waived += isCovered ? 1 : 0;
            }
        }

        private boolean has(Outcome.Kind kind) {
            return counts.containsKey(kind);
        }

        SectionResult result(AuditReport audit) {
            List<RuleId> leftOut = rules.values().stream()
                    .filter(rule -> rule.isRelevant() && !isRun(rule.info(), audit))
                    .map(rule -> rule.info().id())
                    .toList();
            List<String> because = new ArrayList<>();
            if (rules.isEmpty()) {
                because.add("No rule covers this section.");
            } else if (!leftOut.isEmpty()) {
                because.add(
                        "Left out by the policy (profile " + audit.policy().profile() + "): " + names(leftOut) + ".");
            } else if (ran.isEmpty()) {
                because.add("Nothing that " + names(List.copyOf(rules.keySet())) + " would look at was audited.");
            }
            if (waived > 0) {
                because.add(waived + " of " + findings.size() + " findings are waived or in the baseline.");
            }
            return new SectionResult(
                    section,
                    decide(leftOut),
                    List.copyOf(rules.keySet()),
                    findings,
                    counts.getOrDefault(Outcome.Kind.PASS, 0),
                    waived,
                    because);
        }

        private SectionResult.Result decide(List<RuleId> leftOut) {
            if (rules.isEmpty()) {
                return SectionResult.Result.NOT_COVERED;
            }
            if (has(Outcome.Kind.FAIL)) {
                return SectionResult.Result.FAIL;
            }
            if (has(Outcome.Kind.UNKNOWN) || has(Outcome.Kind.ERROR)) {
                return SectionResult.Result.UNKNOWN;
            }
            if (has(Outcome.Kind.MANUAL)) {
                return SectionResult.Result.MANUAL;
            }
            if (ran.isEmpty()) {
                return SectionResult.Result.NOT_RUN;
            }
            if (!leftOut.isEmpty()) {
                return SectionResult.Result.UNKNOWN;
            }
            return has(Outcome.Kind.PASS) ? SectionResult.Result.PASS : SectionResult.Result.NOT_APPLICABLE;
        }

        private static boolean isRun(RuleInfo rule, AuditReport audit) {
            return audit.policy().runs(rule)
                    && audit.skipped().stream()
                            .noneMatch(skipped -> skipped.rule().id().equals(rule.id()));
        }

        private static String names(List<RuleId> rules) {
            String first = rules.stream().limit(MAX_NAMED).map(RuleId::value).collect(Collectors.joining(", "));
            return rules.size() > MAX_NAMED ? first + " and " + (rules.size() - MAX_NAMED) + " more" : first;
        }
    }

    /** {@return the benchmark} */
    public Benchmark benchmark() {
        return benchmark;
    }

    /** {@return the audit} */
    public AuditReport audit() {
        return audit;
    }

    /** {@return the results of all sections, in the order of the benchmark; unmodifiable} */
    public List<SectionResult> results() {
        return results;
    }

    /** {@return the number of sections by result, zeros included, in the order of the constants; unmodifiable} */
    public Map<SectionResult.Result, Integer> totals() {
        Map<SectionResult.Result, Integer> totals = new EnumMap<>(SectionResult.Result.class);
        for (SectionResult.Result result : SectionResult.Result.values()) {
            totals.put(result, 0);
        }
        results.forEach(result -> totals.merge(result.result(), 1, Integer::sum));
        return Collections.unmodifiableMap(totals);
    }

    /** {@return the title of the benchmark and the number of sections by result} */
    @Override
    public String toString() {
        return benchmark.title() + ": " + totals();
    }
}
