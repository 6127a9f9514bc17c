package dev.tallyclerk.hardening.benchmark;

import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.audit.Finding;
import java.util.List;
import java.util.Objects;

/**
 * What an audit says about a section.
 *
 * @param section the section
 * @param result the result in one word
 * @param rules the rules that cover it, by id, whether they ran or not
 * @param findings the failures, waived ones included, and what is undecided, in order
 * @param passed how many times a rule passed on a subject
 * @param waived how many of the findings a waiver or the baseline covers; they count as failures all the same
 * @param because why the result is not a plain one, in sentences; possibly empty
 */
public record SectionResult(
        Section section,
        Result result,
        List<RuleId> rules,
        List<Finding> findings,
        int passed,
        int waived,
        List<String> because) {
    /** The result of a section. The order is that of precedence. */
    public enum Result {
        /** A rule failed, waived or not: a waiver accepts a deviation and does not remove it. */
        FAIL,
        /** A rule could not decide, or was left out by the policy. */
        UNKNOWN,
        /** A rule leaves it to a person. */
        MANUAL,
        /** Every rule that covers the section ran where it could, and none found a problem. */
        PASS,
        /** The section does not apply to what was audited. */
        NOT_APPLICABLE,
        /**
         * Rules cover the section, and none ran: nothing that they are about was audited, or the policy left them out.
         */
        NOT_RUN,
        /** No rule covers the section. */
        NOT_COVERED
    }

    public SectionResult {
        Objects.requireNonNull(section, "section");
        Objects.requireNonNull(result, "result");
        rules = List.copyOf(rules);
        findings = List.copyOf(findings);
        because = List.copyOf(because);
    }
}
