package dev.tallyclerk.internal.json;

import java.util.Arrays;

/**
 * The offsets of the members of open objects while a canonical text is written, and the order of their names: by code
 * point, which is the order of their bytes.
 */
final class MemberOrder {
    private static final int FEW = 64;

    private int[] starts = new int[FEW];
    private int[] nameEnds = new int[FEW];
    private int size;

    private int[] newStarts = {};
    private byte[] moved = {};

    int size() {
        return size;
    }

    /** Forgets the members from number {@code first} on. */
    void release(int first) {
        size = first;
    }

    /** Adds a member, by the start and end of its name, quotation marks included. */
    void add(int start, int nameEnd) {
        if (size == starts.length) {
            starts = Arrays.copyOf(starts, 2 * size);
            nameEnds = Arrays.copyOf(nameEnds, 2 * size);
        }
        starts[size] = start;
        nameEnds[size] = nameEnd;
        size++;
    }

    int start(int member) {
        return starts[member];
    }

    int nameEnd(int member) {
        return nameEnds[member];
    }

    /** {@return the comparison of two members' names} */
    int compare(byte[] text, int one, int other) {
        return compare(text, starts[one], nameEnds[one], text, starts[other], nameEnds[other]);
    }

    /** Compares two canonical strings, quotation marks included, by their code points. */
    static int compare(byte[] a, int aStart, int aEnd, byte[] b, int bStart, int bEnd) {
        int same = 0;
        if (aStart + Long.BYTES <= aEnd && bStart + Long.BYTES <= bEnd) {
            // Most names differ early.
            long difference = (long) JsonBytes.EIGHT.get(a, aStart) ^ (long) JsonBytes.EIGHT.get(b, bStart);
            same = Long.numberOfTrailingZeros(difference) >>> 3;
        }
        if (same == 0 || same == Long.BYTES) {
            same = Arrays.mismatch(a, aStart, aEnd, b, bStart, bEnd);
            if (same < 0) {
                return 0;
            }
        }
        // Neither is a prefix of the other, because of the quotation mark at the end.
        int backslashes = 0;
        while (a[aStart + same - 1 - backslashes] == '\\') {
            backslashes++;
        }
        boolean escaped = backslashes % 2 == 1;
        return rank(a, aStart + same, escaped) - rank(b, bStart + same, escaped);
    }

    private static int rank(byte[] text, int at, boolean escaped) {
        if (!escaped && text[at] == '"') {
            return -1;
        }
        return (!escaped && text[at] == '\\' ? text[at + 1] : text[at]) & 0xFF;
    }

    /**
     * Moves the members from number {@code first} on.
     *
     * @param order their numbers in the new order; overwritten
     * @param end the end of the object in {@code text}, its brace included
     */
    void move(byte[] text, int[] order, int first, int end) {
        int from = starts[first];
        int length = end - from;
        int count = size - first;
        if (moved.length < length) {
            moved = new byte[length];
        }
        if (newStarts.length < count) {
            newStarts = new int[order.length];
        }
        int to = 0;
        for (int i = 0; i < count; i++) {
            int member = order[i];
            int start = starts[member];
            // A member's value extends to the comma or brace before the next member.
            int stop = member + 1 < size ? starts[member + 1] : end;
            System.arraycopy(text, start, moved, to, stop - start);
            moved[to + stop - start - 1] = ',';
            newStarts[i] = from + to;
            // Only this is still needed of a moved member.
            order[i] = nameEnds[member] - start;
            to += stop - start;
        }
        moved[length - 1] = '}';
        System.arraycopy(moved, 0, text, from, length);
        for (int i = 0; i < count; i++) {
            starts[first + i] = newStarts[i];
            nameEnds[first + i] = newStarts[i] + order[i];
        }
    }
}
