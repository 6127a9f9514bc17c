package dev.tallyclerk.registry.base;

/**
 * How many problems of one severity a rebuild changes.
 *
 * @param before the number of problems before
 * @param removed how many of them are gone after it
 * @param added the number of problems that come with the newer base
 */
public record ProblemCounts(int before, int removed, int added) {
    public ProblemCounts {
        if (before < 0 || removed < 0 || added < 0 || removed > before) {
            throw new IllegalArgumentException(
                    "impossible counts: before " + before + ", removed " + removed + ", added " + added);
        }
    }

    /** {@return the number of problems after the rebuild} */
    public int after() {
        return before - removed + added;
    }
}
