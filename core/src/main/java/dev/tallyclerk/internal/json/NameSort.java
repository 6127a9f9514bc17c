package dev.tallyclerk.internal.json;

/**
 * Sorts the members of an object by their canonical names: by eight bytes from the first difference on, and by all
 * bytes only if those are equal.
 */
final class NameSort {
    private static final int FEW = 8;

    private final MemberOrder members;
    private byte[] text = {};
    private int first;

    /** The sorted numbers of members, and room for as many. */
    private int[] order = {};

    private int[] room = {};

    /** By the member's number minus {@link #first}. */
    private long[] keys = {};

    private boolean hasKeys;

    NameSort(MemberOrder members) {
        this.members = members;
    }

    /**
     * Sorts the members from number {@code firstMember} on.
     *
     * @param end the end of the object in {@code written}, its brace included
     * @return whether all names are different; otherwise nothing is moved
     */
    boolean sort(byte[] written, int firstMember, int end) {
        int count = members.size() - firstMember;
        int[] sorted = sorted(written, firstMember, count);
        for (int i = 1; i < count; i++) {
            if (compare(sorted[i - 1], sorted[i]) == 0) {
                return false;
            }
        }
        members.move(written, sorted, firstMember, end);
        return true;
    }

    /** {@return the sorted numbers of {@code count} members from {@code firstMember} on; more may follow} */
    private int[] sorted(byte[] written, int firstMember, int count) {
        text = written;
        first = firstMember;
        if (order.length < count) {
            order = new int[2 * count + FEW];
            room = new int[order.length];
        }
        for (int i = 0; i < count; i++) {
            order[i] = first + i;
        }
        hasKeys = count > FEW;
        if (hasKeys) {
            makeKeys(count);
        }
        sort(0, count);
        return order;
    }

    private void makeKeys(int count) {
        if (keys.length < count) {
            keys = new long[order.length];
        }
        int start = members.start(first);
        int same = members.nameEnd(first) - start;
        for (int i = first + 1; i < first + count && same > 0; i++) {
            int other = members.start(i);
            int differs = 0;
            // An escape must not be split.
            while (differs < same && text[start + differs] == text[other + differs] && text[start + differs] != '\\') {
                differs++;
            }
            same = differs;
        }
        for (int i = 0; i < count; i++) {
            keys[i] = key(members.start(first + i) + same, members.nameEnd(first + i) - 1);
        }
    }

    /** {@return the next eight bytes of a name, unescaped, the first one highest; zeros after its end} */
    private long key(int from, int to) {
        long key = 0;
        int at = from;
        for (int i = 0; i < Long.BYTES; i++) {
            if (at < to && text[at] == '\\') {
                at++;
            }
            key = (key << Byte.SIZE) | (at < to ? text[at] & 0xFF : 0);
            at++;
        }
        return key;
    }

    /** {@return the comparison of two members' names} */
    private int compare(int one, int other) {
        if (hasKeys) {
            int order = Long.compareUnsigned(keys[one - first], keys[other - first]);
            if (order != 0) {
                return order;
            }
        }
        return members.compare(text, one, other);
    }

    /** A merge sort; insertion is faster for the few members that most objects have. */
    private void sort(int from, int to) {
        if (to - from <= FEW) {
            for (int i = from + 1; i < to; i++) {
                int member = order[i];
                int at = i;
                while (at > from && compare(order[at - 1], member) > 0) {
                    order[at] = order[at - 1];
                    at--;
                }
                order[at] = member;
            }
            return;
        }
        int middle = (from + to) >>> 1;
        sort(from, middle);
        sort(middle, to);
        System.arraycopy(order, from, room, from, middle - from);
        int left = from;
        int right = middle;
        for (int i = from; left < middle; i++) {
            boolean takeLeft = right == to || compare(room[left], order[right]) <= 0;
            order[i] = takeLeft ? room[left++] : order[right++];
        }
    }
}
