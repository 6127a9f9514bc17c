package dev.tallyclerk.hardening.report;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.BaselineUse;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.hardening.audit.Disposition;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.SkippedRule;
import dev.tallyclerk.hardening.audit.Waiver;
import dev.tallyclerk.hardening.audit.WaiverUse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** Wording that several formats share. */
final class Phrases {
    /** Failures first, then undecided, then covered findings; the worst first in each group. */
    static final Comparator<Finding> BY_URGENCY = Comparator.comparing(Phrases::isCovered)
            .thenComparing(finding -> finding.kind() != Outcome.Kind.FAIL)
            .thenComparing(Finding::severity, Comparator.reverseOrder());

    private static final int MAX_NAMED = 10;

    private Phrases() {}

    /** {@return for example {@code not applicable}} */
    static String of(Outcome.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** {@return for example {@code accepted}} */
    static String of(Decision decision) {
        return decision.kind().name().toLowerCase(Locale.ROOT);
    }

    /** {@return kinds and their numbers, for example {@code 2 fail, 1 unknown}} */
    static String totals(Map<Outcome.Kind, Integer> totals) {
        StringJoiner out = new StringJoiner(", ");
        totals.forEach((kind, count) -> {
            if (count > 0) {
                out.add(count + " " + of(kind));
            }
        });
        return out.length() == 0 ? "nothing" : out.toString();
    }

    /** {@return how to fix what a rule finds, in subjects of each kind} */
    static String remedies(RuleInfo rule) {
        StringBuilder out = new StringBuilder(rule.remediation());
        rule.remediations()
                .forEach((kind, text) ->
                        out.append(" For ").append(kind).append(": ").append(text));
        return out.toString();
    }

    /** {@return whether a finding is listed, and not only counted} */
    static boolean isListed(Finding finding) {
        return finding.kind() == Outcome.Kind.FAIL || finding.kind().isUndecided();
    }

    /** {@return whether a finding needs attention} */
    static boolean isOpen(Finding finding) {
        boolean counts =
                finding.disposition() == Disposition.OPEN || finding.disposition() == Disposition.WAIVER_EXPIRED;
        return counts && isListed(finding);
    }

    /** {@return whether a waiver or the baseline covers a finding} */
    static boolean isCovered(Finding finding) {
        return finding.disposition() == Disposition.WAIVED || finding.disposition() == Disposition.BASELINED;
    }

    /** {@return the evidence as {@code [name=value, …]}, or nothing} */
    static String evidence(Problem problem) {
        StringJoiner out = new StringJoiner(", ", " [", "]");
        out.setEmptyValue("");
        for (Evidence evidence : problem.evidence()) {
            out.add(evidence.toString());
        }
        return out.toString();
    }

    /** {@return message, location and evidence of a failure; the detail of any other finding} */
    static String detail(Finding finding) {
        return finding.problem()
                .map(problem -> problem.message() + " (" + problem.at().describe() + ")" + evidence(problem))
                .orElseGet(finding::detail);
    }

    /** {@return the subject, and the message and evidence of a failure or the detail of any other finding} */
    static String message(Finding finding) {
        String detail = finding.problem()
                .map(problem -> problem.message() + evidence(problem))
                .orElseGet(finding::detail);
        String subject = finding.subject().toString();
        return detail.isEmpty() ? subject + ": passed" : subject + ": " + detail;
    }

    /** {@return the message, and for an undecided finding its kind: for formats without a word for that} */
    static String statement(Finding finding) {
        return finding.kind().isUndecided() ? of(finding.kind()) + ": " + message(finding) : message(finding);
    }

    /** {@return why a finding does not count, or that its waiver has expired; empty if it is open} */
    static String disposition(Finding finding) {
        return switch (finding.disposition()) {
            case OPEN -> "";
            case WAIVED -> "waived" + finding.waiver().map(Phrases::terms).orElse("");
            case WAIVER_EXPIRED ->
                "waiver expired" + finding.waiver().map(Phrases::terms).orElse("");
            case BASELINED -> "in the baseline";
        };
    }

    private static String terms(Waiver waiver) {
        return " (" + waiver.reason() + "; " + waiver.owner() + ", until " + waiver.expires() + ")";
    }

    /** {@return what readers should know about the policy and the baseline, one line each} */
    static List<String> notices(AuditReport report) {
        List<String> out = new ArrayList<>();
        for (SkippedRule skipped : report.skipped()) {
            out.add(skipped.rule().id() + " did not run: " + skipped.because());
        }
        List<RuleId> unknown = report.unknownRules();
        if (!unknown.isEmpty()) {
            out.add("the policy names rules that this audit does not have: "
                    + unknown.stream().limit(MAX_NAMED).map(RuleId::value).collect(Collectors.joining(", "))
                    + (unknown.size() > MAX_NAMED ? " and " + (unknown.size() - MAX_NAMED) + " more" : ""));
        }
        for (WaiverUse use : report.waivers()) {
            String what = "waiver of " + use.waiver().rule() + " for "
                    + use.waiver().scope() + " (" + use.waiver().owner() + ")";
            switch (use.state()) {
                case IN_FORCE -> {
                    if (use.isUnmatched()) {
                        out.add(what + " covers nothing");
                    }
                }
                case EXPIRED -> out.add(what + " expired on " + use.waiver().expires() + covered(use));
                case TOO_LONG ->
                    out.add(what + " until " + use.waiver().expires() + " lasts longer than the policy allows, "
                            + report.policy().longestWaiver() + ", and is not in force" + covered(use));
            }
        }
        report.baseline().filter(use -> use.gone() > 0).map(Phrases::gone).ifPresent(out::add);
        return out;
    }

    private static String covered(WaiverUse use) {
        return use.findings() == 0 ? "" : "; it would cover " + use.findings() + " findings";
    }

    private static String gone(BaselineUse use) {
        return use.gone() + " of " + use.size() + " findings in the baseline are gone";
    }
}
