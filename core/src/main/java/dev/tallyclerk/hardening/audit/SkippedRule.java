package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.hardening.RuleInfo;
import java.util.Objects;

/**
 * A rule that the policy's profile asks for and that did not run all the same.
 *
 * @param rule what is known about it
 * @param reason why, for programs
 * @param because why, for people
 */
public record SkippedRule(RuleInfo rule, Reason reason, String because) {
    /** Why a rule did not run. Reasons may be added. */
    public enum Reason {
        /** The policy disables it. */
        DISABLED,
        /** The policy pins its rule set to a version that did not have it yet. */
        NEWER_THAN_PIN
    }

    public SkippedRule {
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(because, "because");
    }
}
