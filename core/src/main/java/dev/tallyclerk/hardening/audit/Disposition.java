package dev.tallyclerk.hardening.audit;

/** How the policy and the baseline treat a finding, whatever its {@link dev.tallyclerk.hardening.Outcome.Kind}. */
public enum Disposition {
    /** Neither covers it: the finding counts. */
    OPEN,
    /** A waiver in force covers it. It stays in the report and does not count. */
    WAIVED,
    /**
     * An expired waiver covers it and none in force does, whether or not it is in the baseline;
     * {@link Gate#expiredWaiverFails} tells whether it counts.
     */
    WAIVER_EXPIRED,
    /** It is in the baseline. It stays in the report and does not count. */
    BASELINED
}
