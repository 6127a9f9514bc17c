package dev.tallyclerk.hardening;

import java.time.Instant;
import java.util.Objects;

/**
 * What a rule may know beside its subject. There is no clock: the time of the audit is given, so that the same input
 * gives the same report.
 *
 * <p>Immutable.
 */
public final class RuleContext {
    private final Instant auditTime;

    private RuleContext(Instant auditTime) {
        this.auditTime = Objects.requireNonNull(auditTime, "auditTime");
    }

    /**
     * {@return a context}
     *
     * @param auditTime the time that counts as now
     */
    public static RuleContext at(Instant auditTime) {
        return new RuleContext(auditTime);
    }

    /** {@return the time that counts as now} */
    public Instant auditTime() {
        return auditTime;
    }
}
