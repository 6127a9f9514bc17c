package dev.tallyclerk.hardening;

/** How bad a failed rule is, from {@link #INFO} up. */
public enum Severity {
    /** Worth knowing; no harm by itself. */
    INFO,
    /** Makes another weakness a little worse. */
    LOW,
    /** Helps an attacker who is already inside, or weakens a control. */
    MEDIUM,
    /** Gives an attacker something of value, or removes a control. */
    HIGH,
    /** The subject must not be used. */
    CRITICAL;

    /**
     * {@return whether this is {@code other} or worse}
     *
     * @param other the severity to compare with
     */
    public boolean isAtLeast(Severity other) {
        return compareTo(other) >= 0;
    }
}
