package dev.tallyclerk.hardening.audit;

import java.time.LocalDate;
import java.time.Period;
import java.util.Objects;

/**
 * The use of a waiver in one audit.
 *
 * @param waiver the waiver
 * @param state whether it was in force
 * @param ruleRan whether its rule ran on a subject, so that there was something to cover
 * @param findings how many findings it covers, whether in force or not
 */
public record WaiverUse(Waiver waiver, State state, boolean ruleRan, int findings) {
    /** Whether a waiver was in force at the time of an audit. */
    public enum State {
        /** It was in force. */
        IN_FORCE,
        /** It had expired. */
        EXPIRED,
        /** It lasts longer than the policy's longest waiver, counted from the audit, and is therefore not in force. */
        TOO_LONG
    }

    public WaiverUse {
        Objects.requireNonNull(waiver, "waiver");
        Objects.requireNonNull(state, "state");
    }

    /** {@return whether the rule ran and nothing was covered, so that the waiver can be removed} */
    public boolean isUnmatched() {
        return ruleRan && findings == 0;
    }

    static State stateOf(Waiver waiver, LocalDate today, Period longest) {
        if (waiver.expires().isBefore(today)) {
            return State.EXPIRED;
        }
        return waiver.expires().isAfter(today.plus(longest)) ? State.TOO_LONG : State.IN_FORCE;
    }
}
