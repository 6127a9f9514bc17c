package dev.tallyclerk.hardening.audit;

/** What a policy and a baseline say about a finding, whatever its {@link Verdict}. */
public enum Disposition {
    /** Nothing is said about it: what the rule saw counts. */
    OPEN,
    /** A waiver in force covers it; it stays in the report and does not count. */
    WAIVED,
    /** Only a waiver that has expired covers it. */
    WAIVER_EXPIRED,
    /** The baseline has it; it stays in the report and does not count. */
    BASELINED
}
