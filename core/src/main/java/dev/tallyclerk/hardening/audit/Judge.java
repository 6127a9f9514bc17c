package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.SubjectRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Decides, given the findings. */
final class Judge {
    private static final int MAX_LINES = 100;

    private final Policy policy;

    Judge(Policy policy) {
        this.policy = policy;
    }

    Decision decide(Collection<SubjectRef> subjects, List<Finding> findings) {
        Optional<Gate> demanded = policy.gate();
        if (demanded.isEmpty()) {
            return new Decision(Decision.Kind.ACCEPTED, List.of("the policy has no gate: findings are only reported"));
        }
        Gate gate = demanded.get();
        List<String> failed = lines(findings, f -> f.kind() == Outcome.Kind.FAIL && gate.counts(f));
        if (!failed.isEmpty()) {
            return new Decision(Decision.Kind.REJECTED, failed);
        }
        if (gate.unknownFails()) {
            List<String> open = lines(findings, f -> f.kind().isUndecided() && gate.counts(f));
            if (!open.isEmpty()) {
                return new Decision(Decision.Kind.INCOMPLETE, open);
            }
        }
        if (gate.noSubjectFails()) {
            List<String> unseen = unseen(subjects, findings);
            if (!unseen.isEmpty()) {
                return new Decision(Decision.Kind.INCOMPLETE, unseen);
            }
        }
        return new Decision(Decision.Kind.ACCEPTED, acceptance(gate, findings));
    }

    /** Lists what an acceptance tolerates, so that it does not read as if there were nothing. */
    private static List<String> acceptance(Gate gate, List<Finding> findings) {
        List<String> because = new ArrayList<>();
        because.add("no rule of severity " + gate.failOn() + " or above failed or is undecided"
                + (gate.unknownFails() ? "" : ", except for unknowns that the policy tolerates")
                + tolerated(gate, findings));
        Map<Disposition, Long> covered = findings.stream()
                .filter(finding -> finding.severity().isAtLeast(gate.failOn()))
                .filter(finding -> finding.disposition() != Disposition.OPEN)
                .collect(Collectors.groupingBy(Finding::disposition, TreeMap::new, Collectors.counting()));
        covered.forEach((disposition, count) -> because.add(
                switch (disposition) {
                    case OPEN -> throw new IllegalStateException("an open finding is not covered");
                    case WAIVED -> count + " at or above it are waived";
                    case WAIVER_EXPIRED -> count + " at or above it had a waiver that has expired";
                    case BASELINED -> count + " at or above it are in the baseline";
                }));
        return because;
    }

    /** {@return the open failures below the gate, by number and worst example; empty if there are none} */
    private static String tolerated(Gate gate, List<Finding> findings) {
        List<Finding> below = findings.stream()
                .filter(finding -> finding.kind() == Outcome.Kind.FAIL
                        && finding.disposition() == Disposition.OPEN
                        && !finding.severity().isAtLeast(gate.failOn()))
                .toList();
        Map<Severity, Long> numbers = below.stream()
                .collect(Collectors.groupingBy(
                        Finding::severity, () -> new TreeMap<>(Comparator.reverseOrder()), Collectors.counting()));
        String counts = numbers.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
        // The first of the worst, in the order of findings, so that equal audits say the same.
        return below.stream()
                .reduce((first, next) -> next.severity().compareTo(first.severity()) > 0 ? next : first)
                .map(worst -> "; below that: " + counts + ", the worst in " + line(worst))
                .orElse("");
    }

    private static List<String> lines(List<Finding> findings, Predicate<Finding> counts) {
        return bounded(
                findings.stream().filter(counts).map(Judge::line).distinct().toList());
    }

    /** {@return the first lines, and the number of further ones} */
    private static List<String> bounded(List<String> lines) {
        return lines.size() <= MAX_LINES
                ? lines
                : Stream.concat(
                                lines.stream().limit(MAX_LINES),
                                Stream.of("and " + (lines.size() - MAX_LINES) + " more"))
                        .toList();
    }

    private static String line(Finding finding) {
        String place = finding.problem()
                .map(problem -> " at " + problem.at().describe())
                .orElse("");
        String expired = finding.disposition() == Disposition.WAIVER_EXPIRED
                ? finding.waiver()
                        .map(waiver -> " (its waiver expired on " + waiver.expires() + ")")
                        .orElse("")
                : "";
        return finding.subject() + ": " + finding.rule().id() + " (" + finding.severity() + ") " + finding.kind()
                + place + ": " + finding.detail() + expired;
    }

    /** A subject without findings is absence of data: a wrong rule set must not accept everything. */
    private static List<String> unseen(Collection<SubjectRef> subjects, List<Finding> findings) {
        if (subjects.isEmpty()) {
            return List.of("there was no subject to audit");
        }
        Set<SubjectRef> seen = findings.stream().map(Finding::subject).collect(Collectors.toSet());
        return bounded(subjects.stream()
                .filter(subject -> !seen.contains(subject))
                .sorted()
                .map(subject -> subject + ": no rule applied to it")
                .toList());
    }
}
