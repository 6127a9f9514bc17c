package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.internal.text.Quoted;
import java.time.LocalDate;
import java.util.Objects;

/**
 * Somebody's decision to live with what a rule finds, for a time.
 *
 * <p>It covers failures, and also a rule that could not tell, itself failed or needs a person: whoever accepts the
 * failure accepts not knowing. What it covers stays in the report.
 *
 * @param rule whose findings are covered
 * @param scope which of them
 * @param reason why that is acceptable
 * @param owner who answers for it, for example a team or an address
 * @param expires the last day, in UTC, on which it is in force; if that is further away than
 *     {@link Policy#longestWaiver}, it is not in force at all
 */
public record Waiver(RuleId rule, Scope scope, String reason, String owner, LocalDate expires) {
    /**
     * Takes all parts.
     *
     * @throws IllegalArgumentException if {@code reason} or {@code owner} is blank
     */
    public Waiver {
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(scope, "scope");
        reason = text(reason, "reason");
        owner = text(owner, "owner");
        Objects.requireNonNull(expires, "expires");
    }

    boolean covers(Finding finding) {
        return rule.equals(finding.rule().id())
                && scope.covers(finding.subject(), finding.problem().map(problem -> problem.at()));
    }

    private static String text(String text, String name) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("the " + name + " of a waiver is blank");
        }
        return Quoted.printable(text);
    }
}
