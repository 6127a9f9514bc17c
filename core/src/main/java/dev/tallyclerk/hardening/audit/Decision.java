package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.internal.text.Quoted;
import java.util.List;
import java.util.Objects;

/**
 * The answer of an audit, with the reasons.
 *
 * @param kind the answer
 * @param because the reasons, at least one line for people
 */
public record Decision(Kind kind, List<String> because) {
    /** The answer in one word. */
    public enum Kind {
        /** Nothing at or above the policy's gate failed, and every such rule could tell. */
        ACCEPT,
        /** A rule at or above the policy's gate failed. */
        REJECT,
        /** Nothing at or above the policy's gate failed, but a rule there could not tell, or nothing was looked at. */
        INCOMPLETE
    }

    public Decision {
        Objects.requireNonNull(kind, "kind");
        because = because.stream().map(Quoted::printable).toList();
        if (because.isEmpty()) {
            throw new IllegalArgumentException("a decision needs a reason");
        }
    }

    /** {@return whether the subjects may be used} */
    public boolean isAccepted() {
        return kind == Kind.ACCEPT;
    }
}
