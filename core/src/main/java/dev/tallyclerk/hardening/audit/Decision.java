package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.text.Quoted;
import java.util.List;
import java.util.Objects;

/**
 * Whether something may be used, with the reasons.
 *
 * @param kind the decision
 * @param because the reasons for people, at least one line
 */
public record Decision(Kind kind, List<String> because) {
    /** The three decisions. */
    public enum Kind {
        /**
         * It may be used. In an audit: no rule at or above the policy's gate failed or is undecided, except what a
         * waiver or the baseline covers and what the gate tolerates; without a gate, always.
         */
        ACCEPTED,
        /** It must not be used. In an audit: a rule at or above the policy's gate failed. */
        REJECTED,
        /**
         * It must not be used yet: nothing speaks against it, but required data is missing. Provide the data, or retry.
         * In an audit: nothing at or above the policy's gate failed, but a rule there could not decide, or nothing was
         * audited.
         */
        INCOMPLETE
    }

    /**
     * Checks and cleans the reasons.
     *
     * @throws IllegalArgumentException if there is no reason
     */
    public Decision {
        Objects.requireNonNull(kind, "kind");
        because = because.stream().map(Quoted::printable).toList();
        if (because.isEmpty()) {
            throw new IllegalArgumentException("a decision needs a reason");
        }
    }

    /** {@return whether it may be used} */
    public boolean isAccepted() {
        return kind == Kind.ACCEPTED;
    }
}
