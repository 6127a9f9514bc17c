package dev.tallyclerk.command;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.hardening.audit.Disposition;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** Writes findings as text. */
final class FindingsText {
    private static final String INDENT = " ".repeat(11);

    private final PrintStream out;
    private final TextReport.Style style;

    FindingsText(PrintStream out, TextReport.Style style) {
        this.out = out;
        this.style = style;
    }

    /** Writes the failures of one subject, and what could not be decided. */
    void findings(String heading, Policy policy, List<Finding> findings) {
        out.println();
        out.println(style.bold(heading) + "  " + policy + ": " + totals(findings));
        List<Finding> failed = new ArrayList<>();
        List<Finding> open = new ArrayList<>();
        List<Finding> covered = new ArrayList<>();
        for (Finding finding : findings) {
            if (finding.disposition() == Disposition.WAIVED || finding.disposition() == Disposition.BASELINED) {
                covered.add(finding);
                continue;
            }
            switch (finding.kind()) {
                case FAIL -> failed.add(finding);
                case UNKNOWN, MANUAL, ERROR -> open.add(finding);
                default -> {}
            }
        }
        failures(failed);
        if (!open.isEmpty()) {
            undecided(open);
        }
        for (Finding finding : covered) {
            String word = finding.disposition() == Disposition.WAIVED ? "waived" : "in the baseline";
            String terms = finding.waiver()
                    .map(waiver -> " by " + waiver.owner() + " until " + waiver.expires() + ": " + waiver.reason())
                    .orElse("");
            out.println("  " + style.dim(finding.rule().id() + " is " + word + terms));
        }
    }

    /** Groups rules by reason, because many share one. */
    private void undecided(List<Finding> open) {
        Map<String, List<String>> byReason = new LinkedHashMap<>();
        for (Finding finding : open) {
            byReason.computeIfAbsent(finding.detail(), reason -> new ArrayList<>())
                    .add(finding.rule().id().toString());
        }
        out.println("  " + style.yellow("Not decided"));
        byReason.forEach((reason, rules) -> out.println("    " + String.join(", ", rules) + ": " + reason));
    }

    /** Writes the worst first, with the problems of one rule under its name and its remedy once. */
    private void failures(List<Finding> failed) {
        failed.sort(Comparator.comparing(Finding::severity).reversed());
        Map<RuleId, List<Finding>> byRule = new LinkedHashMap<>();
        for (Finding finding : failed) {
            byRule.computeIfAbsent(finding.rule().id(), id -> new ArrayList<>()).add(finding);
        }
        for (List<Finding> findings : byRule.values()) {
            Finding first = findings.get(0);
            String severity = String.format(Locale.ROOT, "%-8s", first.severity());
            out.println("  " + style.severity(first.severity(), severity) + " "
                    + style.bold(first.rule().id().toString()) + "  "
                    + first.rule().title());
            for (Finding finding : findings) {
                finding.problem().ifPresent(problem -> out.println(INDENT + detail(problem)));
            }
            out.println(INDENT + style.dim("Remedy: " + first.rule().remediation()));
        }
    }

    private static String detail(Problem problem) {
        StringJoiner evidence = new StringJoiner(", ", " [", "]");
        evidence.setEmptyValue("");
        for (Evidence each : problem.evidence()) {
            evidence.add(each.toString());
        }
        return problem.message() + " (" + problem.at() + ")" + evidence;
    }

    private static String totals(List<Finding> findings) {
        StringJoiner totals = new StringJoiner(", ");
        for (Outcome.Kind kind : Outcome.Kind.values()) {
            long count = findings.stream()
                    .filter(finding -> finding.kind() == kind)
                    .map(finding -> finding.rule().id())
                    .distinct()
                    .count();
            if (count > 0) {
                totals.add(count + " " + kind.name().toLowerCase(Locale.ROOT).replace('_', ' '));
            }
        }
        return totals.toString();
    }

    /** Writes the decision and its reasons. */
    void decision(Decision decision) {
        String word = switch (decision.kind()) {
            case ACCEPTED -> style.green("ACCEPTED");
            case REJECTED -> style.red("REJECTED");
            case INCOMPLETE -> style.yellow("INCOMPLETE");
        };
        out.println();
        out.println(style.bold("Decision") + "  " + style.bold(word));
        decision.because().forEach(reason -> out.println("  " + reason));
    }
}
