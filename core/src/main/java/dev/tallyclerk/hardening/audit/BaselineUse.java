package dev.tallyclerk.hardening.audit;

/**
 * The use of a baseline in one audit.
 *
 * @param size the number of findings in the baseline
 * @param seen how many of them occurred again; the others are gone and can be left out of a new baseline
 */
public record BaselineUse(int size, int seen) {
    public BaselineUse {
        if (seen < 0 || seen > size) {
            throw new IllegalArgumentException("saw " + seen + " of " + size + " findings");
        }
    }

    /** {@return how many findings did not occur again} */
    public int gone() {
        return size - seen;
    }
}
