package dev.tallyclerk.hardening;

/**
 * How demanding an audit is. Each profile includes the ones before it.
 *
 * <p>Which profile a rule belongs to is carried over from the level tags of the CIS Docker Benchmark 1.13 and from
 * judgement; it was not checked against the text of edition 1.6.0.
 */
public enum Profile {
    /** What every subject should hold, at little cost. */
    L1,
    /** Defence in depth, which may cost convenience or function. */
    L2,
    /** Everything, including matters of taste and hygiene. */
    STRICT;

    /**
     * {@return whether an audit with this profile runs the rules of {@code other}}
     *
     * @param other the profile of a rule
     */
    public boolean includes(Profile other) {
        return compareTo(other) >= 0;
    }
}
