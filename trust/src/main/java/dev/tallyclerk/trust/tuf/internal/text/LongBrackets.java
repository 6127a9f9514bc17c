package dev.tallyclerk.trust.tuf.internal.text;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The members of the brackets in one pattern. A short bracket is read in place. A long one may fill the file and would
 * be read again for every character of a path, so its members are sorted on first use. For one thread.
 */
final class LongBrackets {
    private final String pattern;
    private final int longFrom;

    /** By the start of their members; null until a long bracket is needed. */
    private @Nullable Map<Integer, Sorted> sorted;

    LongBrackets(String pattern, int longFrom) {
        this.pattern = pattern;
        this.longFrom = longFrom;
    }

    /**
     * Ranges sorted by first code point; {@code reached} is the last code point of a range and all ranges before it.
     */
    private static final class Sorted {
        /** The index of the closing bracket. */
        private final int end;

        private final int[] lows;
        private final int[] reached;

        Sorted(int end, int[] lows, int[] reached) {
            this.end = end;
            this.lows = lows;
            this.reached = reached;
        }

        boolean has(int found) {
            int at = Arrays.binarySearch(lows, found);
            return at >= 0 || (at < -1 && found <= reached[-at - 2]);
        }
    }

    /** {@return the index of the closing bracket, where the first member may be a closing bracket itself} */
    int end(int first) {
        Sorted known = sorted == null ? null : sorted.get(first);
        return known == null ? pattern.indexOf(']', first + 1) : known.end;
    }

    boolean hasMember(int first, int end, int found) {
        if (end - first >= longFrom) {
            Map<Integer, Sorted> all = sorted == null ? new HashMap<>() : sorted;
            sorted = all;
            return all.computeIfAbsent(first, from -> sort(from, end)).has(found);
        }
        for (int at = first; at < end; ) {
            int next = afterRange(at, end);
            if (pattern.codePointAt(at) <= found && found <= pattern.codePointBefore(next)) {
                return true;
            }
            at = next;
        }
        return false;
    }

    /** A hyphen is a member if it comes first, last or after a range. */
    private int afterRange(int at, int end) {
        int next = pattern.offsetByCodePoints(at, 1);
        boolean range = next + 1 < end && pattern.charAt(next) == '-';
        return range ? pattern.offsetByCodePoints(next + 1, 1) : next;
    }

    private Sorted sort(int first, int end) {
        long[] ranges = new long[end - first];
        int count = 0;
        for (int at = first; at < end; ) {
            int next = afterRange(at, end);
            int low = pattern.codePointAt(at);
            int high = pattern.codePointBefore(next);
            // A range that runs backwards is empty.
            if (low <= high) {
                ranges[count++] = ((long) low << Integer.SIZE) | high;
            }
            at = next;
        }
        Arrays.sort(ranges, 0, count);
        int[] lows = new int[count];
        int[] reached = new int[count];
        int last = -1;
        for (int i = 0; i < count; i++) {
            last = Math.max(last, (int) ranges[i]);
            lows[i] = (int) (ranges[i] >>> Integer.SIZE);
            reached[i] = last;
        }
        return new Sorted(end, lows, reached);
    }
}
