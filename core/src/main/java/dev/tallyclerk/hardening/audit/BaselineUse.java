package dev.tallyclerk.hardening.audit;

/**
 * What came of a baseline in one audit.
 *
 * @param size how many findings it has
 * @param seen how many of them were seen again; the others are gone, and a new baseline can leave them out
 */
public record BaselineUse(int size, int seen) {
    public BaselineUse {
        if (seen < 0 || seen > size) {
            throw new IllegalArgumentException("saw " + seen + " findings of " + size);
        }
    }

    /** {@return how many findings were not seen again} */
    public int gone() {
        return size - seen;
    }
}
