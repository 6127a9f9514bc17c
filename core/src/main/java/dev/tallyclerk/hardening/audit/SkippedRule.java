package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.hardening.RuleInfo;
import java.util.Objects;

/**
 * A rule of the policy's profile that did not run.
 *
 * @param rule the metadata of the rule
 * @param reason the reason, for programs
 * @param because the reason, for people
 */
public record SkippedRule(RuleInfo rule, Reason reason, String because) {
    /** Why a rule did not run. Reasons may be added. */
    public enum Reason {
        /** The policy disables it. */
        DISABLED,
        /** The policy pins its rule set to an older version. */
        NEWER_THAN_PIN
    }

    public SkippedRule {
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(because, "because");
    }
}
