package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.text.Quoted;
import java.time.LocalDate;
import java.util.Objects;

/**
 * The decision of an owner to tolerate the findings of a rule for a time.
 *
 * <p>It covers failures, and also unknowns, errors and manual checks: accepting the failure includes accepting not to
 * know. Covered findings stay in the report.
 *
 * @param rule the rule
 * @param scope which findings are covered
 * @param reason why they are acceptable
 * @param owner who is responsible, for example a team or an address
 * @param expires the last day in force, in UTC; if that is later than {@link Policy#longestWaiver} allows, the waiver
 *     is not in force at all
 */
public record Waiver(RuleId rule, Scope scope, String reason, String owner, LocalDate expires) {
    /**
     * Checks and cleans the texts.
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

    private static String text(String text, String name) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("the " + name + " of a waiver is blank");
        }
        return Quoted.printable(text);
    }
}
