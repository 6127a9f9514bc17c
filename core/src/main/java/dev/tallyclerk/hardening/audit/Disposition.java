package dev.tallyclerk.hardening.audit;

/** What a policy and a baseline say about a finding, whatever its {@link Outcome.Kind}. */
public enum Disposition {
    /** Nothing is said about it: what the rule saw counts. */
    OPEN,
    /** A waiver in force covers it; it stays in the report and does not count. */
    WAIVED,
    /**
     * A waiver that has expired covers it and none in force does, whether or not the baseline has it;
     * {@link Gate#expiredWaiverFails} says whether it counts.
     */
    WAIVER_EXPIRED,
    /** The baseline has it; it stays in the report and does not count. */
    BASELINED
}
