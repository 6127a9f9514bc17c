package dev.tallyclerk.internal.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds many strings of bytes in one pass. Immutable, and safe for use by several threads.
 *
 * <p>Of each string, three bytes that are rare in texts and programs are its anchor. Of every two positions one is
 * looked at: wherever an anchor lies, its first two bytes or its last two are at such a position, and a table says of
 * two bytes whether they occur so in any anchor. These look-ups do not depend on each other, unlike the states of an
 * automaton, so that several run at once. Where the table says yes, the third byte of the anchor is compared, which is
 * nearly always another one.
 */
public final class StringSearch {
    /** The least length of a string, in bytes. */
    public static final int MIN_BYTES = 3;

    /** How many positions are passed over at a time. */
    private static final int STEP = 2 * Long.BYTES;

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** The bits of two bytes that the table knows: without the highest of each, it stays in the first cache. */
    private static final int ASCII_PAIR = 0x7f7f;

    /** Characters by how many there are of each in texts and programs: 10, 6, 4 or 3 where others have one. */
    private static final String MOST = " aehinorst";

    private static final String MANY = "cdlpuHL$";
    private static final String SOME = "fgmADEI_./0";
    private static final String FEW = "bvwxyBCMPRST28\",-:=";

    /** For two bytes, the number of the list of their candidates, or 0. */
    private final byte[] listOf = new byte[ASCII_PAIR + 1];

    /** The first candidate of each list; few and close together, unlike one for every two bytes. */
    private final Candidate[] lists = new Candidate[1 << 8];

    private int pairs;

    /** A string that may be where two bytes are. */
    private static final class Candidate {
        private final int index;
        private final byte[] string;

        /** Where the two bytes are in the string. */
        private final int offset;

        /** Where the third byte of the anchor is, from the two. */
        private final int toThird;

        private final byte third;
        private final Candidate next;

        Candidate(int index, byte[] string, int offset, int toThird, Candidate next) {
            this.index = index;
            this.string = string;
            this.offset = offset;
            this.toThird = toThird;
            this.third = string[offset + toThird];
            this.next = next;
        }

        boolean isAt(byte[] text, int start, int end) {
            return start >= 0
                    && start + string.length <= end
                    && Arrays.equals(text, start, start + string.length, string, 0, string.length);
        }

        boolean isAt(String text, int start) {
            if (start < 0 || start + string.length > text.length()) {
                return false;
            }
            for (int i = 0; i < string.length; i++) {
                if (string[i] != text.charAt(start + i)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Receives what is found. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Called for a string.
         *
         * @param index its index in the list
         * @param start where it starts
         */
        void found(int index, int start);
    }

    /** Creates a search for strings of at least {@link #MIN_BYTES} bytes. */
    public StringSearch(List<byte[]> strings) {
        for (int i = 0; i < strings.size(); i++) {
            byte[] string = strings.get(i).clone();
            int anchor = anchor(string);
            add(i, string, anchor, 2);
            add(i, string, anchor + 1, -1);
        }
    }

    /** {@return a search for strings of ASCII} */
    public static StringSearch of(String... strings) {
        return new StringSearch(Stream.of(strings)
                .map(string -> string.getBytes(StandardCharsets.US_ASCII))
                .toList());
    }

    private void add(int index, byte[] string, int offset, int toThird) {
        int pair = pair(string[offset], string[offset + 1]);
        if (listOf[pair] == 0) {
            // With more pairs than lists, some share one: the whole string is compared in the end.
            listOf[pair] = (byte) (1 + pairs % (lists.length - 1));
            pairs++;
        }
        int list = listOf[pair] & 0xff;
        lists[list] = new Candidate(index, string, offset, toThird, lists[list]);
    }

    private static int pair(int a, int b) {
        return (a & 0x7f) | ((b & 0x7f) << 8);
    }

    /** {@return where the three rarest bytes start} */
    private static int anchor(byte[] string) {
        int best = 0;
        int least = Integer.MAX_VALUE;
        for (int i = 0; i + 2 < string.length; i++) {
            int weight = weight(string[i], string[i + 1]) + weight(string[i + 1], string[i + 2]);
            if (weight < least) {
                least = weight;
                best = i;
            }
        }
        return best;
    }

    /** {@return how common two bytes are in texts, code and programs, roughly} */
    private static int weight(byte a, byte b) {
        int both = weight(a) * weight(b);
        // Lines are drawn with repeated signs.
        return a == b && !isAlphanumeric(a) ? 4 * both : both;
    }

    private static boolean isAlphanumeric(byte c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }

    private static int weight(byte c) {
        if (MOST.indexOf(c) >= 0) {
            return 10;
        }
        if (MANY.indexOf(c) >= 0) {
            return 6;
        }
        return SOME.indexOf(c) >= 0 ? 4 : FEW.indexOf(c) >= 0 ? 3 : 1;
    }

    /**
     * Looks at every second position.
     *
     * @param bytes where to look
     * @param from the first position: where the bytes start, or what the last call returned
     * @param to the position after the last that may be looked at, before {@code end}
     * @param end the end of the bytes, in which strings have to end
     * @return where to go on
     */
    public int search(byte[] bytes, int from, int to, int end, Sink sink) {
        int last = to - STEP;
        int at = from;
        while (at < to) {
            at = skip(bytes, at, last);
            for (int after = Math.min(at + STEP, to); at < after; at += 2) {
                look(bytes, at, end, sink);
            }
        }
        return at;
    }

    /** {@return the next of every 16 positions where a candidate may be, or the first one after {@code last}} */
    private int skip(byte[] bytes, int from, int last) {
        byte[] table = listOf;
        int at = from;
        while (at <= last) {
            long low = (long) EIGHT.get(bytes, at);
            long high = (long) EIGHT.get(bytes, at + Long.BYTES);
            int any = table[(int) low & ASCII_PAIR]
                    | table[(int) (low >>> 16) & ASCII_PAIR]
                    | table[(int) (low >>> 32) & ASCII_PAIR]
                    | table[(int) (low >>> 48) & ASCII_PAIR]
                    | table[(int) high & ASCII_PAIR]
                    | table[(int) (high >>> 16) & ASCII_PAIR]
                    | table[(int) (high >>> 32) & ASCII_PAIR]
                    | table[(int) (high >>> 48) & ASCII_PAIR];
            if (any != 0) {
                break;
            }
            at += STEP;
        }
        return at;
    }

    /** {@return whether any of the strings is in a part of some bytes} */
    public boolean isIn(byte[] bytes, int from, int end) {
        boolean[] isFound = new boolean[1];
        search(bytes, from, end - 1, end, (index, start) -> isFound[0] |= start >= from);
        return isFound[0];
    }

    private void look(byte[] bytes, int at, int end, Sink sink) {
        int list = listOf[pair(bytes[at], bytes[at + 1])] & 0xff;
        for (Candidate each = lists[list]; each != null; each = each.next) {
            int third = at + each.toThird;
            if (third >= 0 && third < end && bytes[third] == each.third && each.isAt(bytes, at - each.offset, end)) {
                sink.found(each.index, at - each.offset);
            }
        }
    }

    /** {@return whether any of the strings, which are ASCII, is in a text; takes no memory} */
    public boolean isIn(String text) {
        int last = text.length() - 1;
        for (int at = 0; at < last; at += 2) {
            char a = text.charAt(at);
            char b = text.charAt(at + 1);
            if ((a | b) < 128 && isAt(text, at, listOf[pair(a, b)] & 0xff)) {
                return true;
            }
        }
        return false;
    }

    private boolean isAt(String text, int at, int list) {
        for (Candidate each = lists[list]; each != null; each = each.next) {
            if (each.isAt(text, at - each.offset)) {
                return true;
            }
        }
        return false;
    }
}
