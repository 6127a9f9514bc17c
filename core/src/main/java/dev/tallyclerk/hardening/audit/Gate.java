package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.hardening.Severity;
import java.util.Objects;

/**
 * What keeps an audit from accepting.
 *
 * @param failOn the lowest severity that counts: at or above it a failure rejects
 * @param unknownFails whether a rule of that severity that was left open makes the decision incomplete: it could not
 *     tell, it itself failed, or a person has to look ({@link Outcome.Kind#isUndecided})
 * @param expiredWaiverFails whether a finding counts again once its waiver has expired
 * @param noSubjectFails whether the decision is incomplete when there was no subject, or no rule looked at one
 */
public record Gate(Severity failOn, boolean unknownFails, boolean expiredWaiverFails, boolean noSubjectFails) {
    public Gate {
        Objects.requireNonNull(failOn, "failOn");
    }

    /**
     * {@return the gate that lets nothing pass that it does not know: everything else fails too}
     *
     * @param failOn the lowest severity that counts
     */
    public static Gate at(Severity failOn) {
        return new Gate(failOn, true, true, true);
    }

    /**
     * {@return this gate with another answer to rules that were left open, also because they failed themselves}
     *
     * @param unknownFails whether they make the decision incomplete; with false, a rule that throws is let pass too
     */
    public Gate withUnknownFails(boolean unknownFails) {
        return new Gate(failOn, unknownFails, expiredWaiverFails, noSubjectFails);
    }

    /**
     * {@return this gate with another answer to expired waivers}
     *
     * @param expiredWaiverFails whether their findings count again
     */
    public Gate withExpiredWaiverFails(boolean expiredWaiverFails) {
        return new Gate(failOn, unknownFails, expiredWaiverFails, noSubjectFails);
    }

    /**
     * {@return this gate with another answer to audits that looked at nothing}
     *
     * @param noSubjectFails whether they are incomplete
     */
    public Gate withNoSubjectFails(boolean noSubjectFails) {
        return new Gate(failOn, unknownFails, expiredWaiverFails, noSubjectFails);
    }

    boolean counts(Finding finding) {
        if (!finding.severity().isAtLeast(failOn)) {
            return false;
        }
        return switch (finding.disposition()) {
            case OPEN -> true;
            case WAIVER_EXPIRED -> expiredWaiverFails;
            case WAIVED, BASELINED -> false;
        };
    }
}
