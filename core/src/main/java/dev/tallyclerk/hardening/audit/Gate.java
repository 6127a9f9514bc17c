package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.hardening.Severity;
import java.util.Objects;

/**
 * The conditions under which an audit does not accept.
 *
 * @param failOn the lowest severity that counts: at or above it a failure rejects
 * @param unknownFails whether an {@linkplain dev.tallyclerk.hardening.Outcome.Kind#isUndecided undecided} rule of that
 *     severity makes the decision incomplete
 * @param expiredWaiverFails whether a finding counts again once its waiver has expired
 * @param noSubjectFails whether the decision is incomplete if there was no subject, or no rule applied to one
 */
public record Gate(Severity failOn, boolean unknownFails, boolean expiredWaiverFails, boolean noSubjectFails) {
    public Gate {
        Objects.requireNonNull(failOn, "failOn");
    }

    /**
     * {@return the strictest gate at a severity: unknowns, expired waivers and empty audits fail too}
     *
     * @param failOn the lowest severity that counts
     */
    public static Gate at(Severity failOn) {
        return new Gate(failOn, true, true, true);
    }

    /**
     * {@return this gate with another treatment of undecided rules, including rules that fail themselves}
     *
     * @param unknownFails whether they make the decision incomplete; if false, a rule that throws is tolerated too
     */
    public Gate withUnknownFails(boolean unknownFails) {
        return new Gate(failOn, unknownFails, expiredWaiverFails, noSubjectFails);
    }

    /**
     * {@return this gate with another treatment of expired waivers}
     *
     * @param expiredWaiverFails whether their findings count again
     */
    public Gate withExpiredWaiverFails(boolean expiredWaiverFails) {
        return new Gate(failOn, unknownFails, expiredWaiverFails, noSubjectFails);
    }

    /**
     * {@return this gate with another treatment of empty audits}
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
