package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.SubjectRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Draws the decision from the findings. */
final class Judge {
    private final Policy policy;

    Judge(Policy policy) {
        this.policy = policy;
    }

    Decision decide(Collection<SubjectRef> subjects, List<Finding> findings) {
        if (policy.gate().isEmpty()) {
            return new Decision(Decision.Kind.ACCEPT, List.of("the policy has no gate: findings are reported only"));
        }
        List<String> failed = lines(findings, finding -> finding.verdict() == Verdict.FAIL);
        if (!failed.isEmpty()) {
            return new Decision(Decision.Kind.REJECT, failed);
        }
        List<String> open = lines(findings, finding -> finding.verdict().isUndecided());
        if (!open.isEmpty()) {
            return new Decision(Decision.Kind.INCOMPLETE, open);
        }
        List<String> unseen = unseen(subjects, findings);
        if (!unseen.isEmpty()) {
            return new Decision(Decision.Kind.INCOMPLETE, unseen);
        }
        List<String> because = new ArrayList<>();
        because.add("no rule of severity " + policy.gate().get() + " or above failed or was left open");
        String tolerated = tolerated(findings);
        if (!tolerated.isEmpty()) {
            because.add("below that, these rules failed: " + tolerated);
        }
        return new Decision(Decision.Kind.ACCEPT, because);
    }

    /** What an acceptance passes over is said with it, the worst first, or it would read as if there were nothing. */
    private static String tolerated(List<Finding> findings) {
        Map<Severity, Set<RuleId>> failed = new TreeMap<>(Comparator.reverseOrder());
        for (Finding finding : findings) {
            if (finding.verdict() == Verdict.FAIL) {
                failed.computeIfAbsent(finding.severity(), severity -> new TreeSet<>())
                        .add(finding.rule().id());
            }
        }
        return failed.entrySet().stream()
                .map(entry -> entry.getValue().size() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
    }

    private List<String> lines(List<Finding> findings, Predicate<Finding> counts) {
        return findings.stream()
                .filter(finding -> policy.gates(finding.severity()))
                .filter(counts)
                .sorted()
                .map(Judge::line)
                .distinct()
                .toList();
    }

    private static String line(Finding finding) {
        String place = finding.problem().map(problem -> " at " + problem.at()).orElse("");
        return finding.subject() + ": " + finding.rule().id() + " (" + finding.severity() + ") " + finding.verdict()
                + place + ": " + finding.detail();
    }

    /** No rule looked is absence of data too: a wrong rule set must not accept everything. */
    private static List<String> unseen(Collection<SubjectRef> subjects, List<Finding> findings) {
        if (subjects.isEmpty()) {
            return List.of("there was no subject to look at");
        }
        Set<SubjectRef> seen = findings.stream().map(Finding::subject).collect(Collectors.toSet());
        return subjects.stream()
                .filter(subject -> !seen.contains(subject))
                .sorted()
                .map(subject -> subject + ": no rule looked at it")
                .toList();
    }
}
