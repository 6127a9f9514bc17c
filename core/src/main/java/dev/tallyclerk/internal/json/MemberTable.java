package dev.tallyclerk.internal.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The offsets of the members of one object of a canonical text, by name. Immutable.
 *
 * <p>Names are found by a hash, at most {@value #REACH} slots from its own slot. If an attacker chose more names of one
 * hash, binary search finds them, because canonical members are sorted.
 */
public final class MemberTable {
    private static final int REACH = 16;
    private static final long SCATTER = 0x9E3779B97F4A7C15L;

    private final byte[] text;
    private final int[] starts;

    /** The number of a member plus one, or 0 for none. */
    private final int[] slots;

    private final boolean crowded;

    private MemberTable(byte[] text, int[] starts, int[] hashes) {
        this.text = text;
        this.starts = starts;
        this.slots = new int[Math.max(2, Integer.highestOneBit(starts.length) * 4)];
        boolean left = false;
        for (int i = 0; i < starts.length; i++) {
            left |= !place(i, hashes[i]);
        }
        this.crowded = left;
    }

    /** Collects the members of an object. Not for use by two threads. */
    public static final class Builder {
        private int[] starts = new int[16];
        private int[] hashes = new int[16];
        private int size;

        /** Adds the current member of {@code reader}. */
        public void add(CanonicalReader reader) {
            if (size == starts.length) {
                starts = Arrays.copyOf(starts, 2 * size);
                hashes = Arrays.copyOf(hashes, 2 * size);
            }
            starts[size] = reader.nameStart();
            hashes[size++] = hash(reader.text(), reader.nameStart(), reader.nameEnd());
        }

        /** {@return the table of all members of an object, in the text of {@code reader}} */
        public MemberTable build(CanonicalReader reader) {
            return new MemberTable(reader.text(), Arrays.copyOf(starts, size), hashes);
        }
    }

    private boolean place(int member, int hash) {
        for (int i = 0; i < REACH; i++) {
            int at = (hash + i) & (slots.length - 1);
            if (slots[at] == 0) {
                slots[at] = member + 1;
                return true;
            }
        }
        return false;
    }

    /** {@return a hash whose low bits are the first slot of a name} */
    static int hash(byte[] name, int start, int end) {
        long hash = 0;
        int i = start;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            hash = mix(hash ^ (long) JsonBytes.EIGHT.get(name, i));
        }
        long rest = 0;
        for (; i < end; i++) {
            rest = (rest << Byte.SIZE) | (name[i] & 0xFF);
        }
        return (int) mix(hash ^ rest);
    }

    private static long mix(long hash) {
        long product = hash * SCATTER;
        return product ^ (product >>> Integer.SIZE);
    }

    public int size() {
        return starts.length;
    }

    /** {@return the name of a member, by its number from 0} */
    public String name(int member) {
        return CanonicalStrings.decode(text, starts[member], CanonicalStrings.end(text, starts[member]));
    }

    /**
     * {@return a reader at the value of a member}
     *
     * @param pointer the position of the object as an RFC 6901 JSON pointer
     */
    public CanonicalReader value(int member, String pointer) {
        int end = CanonicalStrings.end(text, starts[member]);
        return new CanonicalReader(text, end + 1, pointer);
    }

    /** {@return the number of the member of that name, or -1 if there is none} */
    public int find(String name) {
        if (!isText(name)) {
            return -1;
        }
        byte[] wanted = canonical(name);
        int slot = hash(wanted, 0, wanted.length);
        for (int i = 0; i < REACH; i++) {
            int member = slots[(slot + i) & (slots.length - 1)] - 1;
            if (member < 0) {
                return -1;
            }
            int end = starts[member] + wanted.length;
            if (end <= text.length && Arrays.equals(wanted, 0, wanted.length, text, starts[member], end)) {
                return member;
            }
        }
        return crowded ? halve(wanted) : -1;
    }

    private int halve(byte[] wanted) {
        int low = 0;
        int high = starts.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int start = starts[middle];
            int order = MemberOrder.compare(text, start, CanonicalStrings.end(text, start), wanted, 0, wanted.length);
            if (order == 0) {
                return middle;
            }
            low = order < 0 ? middle + 1 : low;
            high = order < 0 ? high : middle - 1;
        }
        return -1;
    }

    /** {@return whether there is no lone surrogate, which UTF-8 would replace by a question mark} */
    private static boolean isText(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (JsonBytes.isSurrogate(name.charAt(i))) {
                return name.codePoints().noneMatch(JsonBytes::isSurrogate);
            }
        }
        return true;
    }

    /** {@return the name in canonical form, with quotation marks} */
    private static byte[] canonical(String name) {
        String quoted = '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        return quoted.getBytes(StandardCharsets.UTF_8);
    }
}
