package dev.tallyclerk.registry.internal.inventory;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * The checksums of files that packages brought, as the first bytes of each and the hash of its path, because a
 * distribution has hundreds of thousands. Not safe for use by several threads.
 */
public final class FileDigests {
    private static final int LEAST_BYTES = 16;
    private static final int PAIR_BYTES = 16;

    private final MemoryBudget budget;
    private final boolean isWanted;
    private long[] pairs = new long[0];
    private int count;

    FileDigests(MemoryBudget budget, boolean isWanted) {
        this.budget = budget;
        this.isWanted = isWanted;
    }

    /** {@return whether checksums are kept} */
    public boolean isWanted() {
        return isWanted;
    }

    /** {@return whether there is no checksum} */
    public boolean isEmpty() {
        return count == 0;
    }

    /**
     * Adds a file. A checksum of fewer than 16 bytes is none.
     *
     * @param checksum all bytes of the checksum
     */
    public void add(HashedPath path, byte[] checksum) throws UnreadableException {
        if (!isWanted || checksum.length < LEAST_BYTES) {
            return;
        }
        if (count == pairs.length) {
            int more = Math.max(count, 64);
            budget.take((long) PAIR_BYTES / 2 * more);
            pairs = Arrays.copyOf(pairs, count + more);
        }
        pairs[count] = path.hash();
        pairs[count + 1] = start(checksum);
        count += 2;
    }

    /**
     * Adds the files among those that are asked for.
     *
     * @param wanted the hashes of paths, with a set that receives the start of each checksum
     */
    public void find(Map<Long, Set<Long>> wanted) {
        for (int i = 0; i < count; i += 2) {
            Set<Long> found = wanted.get(pairs[i]);
            if (found != null) {
                found.add(pairs[i + 1]);
            }
        }
    }

    /** {@return the first eight bytes of a checksum} */
    public static long start(byte[] checksum) {
        long start = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            start = start << 8 | (checksum[i] & 0xff);
        }
        return start;
    }
}
