package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.internal.text.Quoted;
import java.util.List;
import java.util.Objects;

/**
 * Whether something may be used, with the reasons: the answer of an audit, or of what decides with one.
 *
 * @param kind what to do
 * @param because the reasons, at least one line for people
 */
public record Decision(Kind kind, List<String> because) {
    /** What to do. */
    public enum Kind {
        /**
         * Use it. In an audit: no rule at or above the policy's gate failed or was left open, but for what a waiver or
         * the baseline covers and what the gate lets pass; without a gate, always.
         */
        ACCEPTED,
        /** Do not use it: something speaks against it. In an audit: a rule at or above the policy's gate failed. */
        REJECTED,
        /**
         * Do not use it yet: nothing speaks against it, but something that has to be known is not, so give what is
         * missing, or ask again. In an audit: nothing at or above the policy's gate failed, but a rule there could not
         * tell, or nothing was looked at.
         */
        INCOMPLETE
    }

    /**
     * Takes both parts.
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
