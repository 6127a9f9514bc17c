package dev.tallyclerk.hardening;

/**
 * How demanding an audit is. Each profile includes those before it.
 *
 * <p>The profiles of rules follow the level tags of the CIS Docker Benchmark 1.13 and judgement; they were not checked
 * against edition 1.6.0.
 */
public enum Profile {
    /** What every subject should hold, at little cost. */
    L1,
    /** Defence in depth, which may cost convenience or function. */
    L2,
    /** Everything, including hygiene and matters of taste. */
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
