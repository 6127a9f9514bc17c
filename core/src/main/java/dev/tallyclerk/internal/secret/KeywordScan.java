package dev.tallyclerk.internal.secret;

import dev.tallyclerk.internal.text.Words;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Finds many keywords in one pass.
 *
 * <p>Of each keyword, three characters that are rare in text are its anchor. Of every two positions one is looked at:
 * wherever an anchor lies, its first two characters or its last two are at such a position, and a table says of two
 * characters whether they occur so in any anchor. These look-ups do not depend on each other, unlike the states of an
 * automaton, so that several run at once. Where the table says yes, the third character of the anchor is compared,
 * which is nearly always another one.
 */
final class KeywordScan {
    /** How many positions are passed over at a time. */
    private static final int STEP = 2 * Long.BYTES;

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int MAX_KEYWORDS = 16 * 1024;

    private static final String COMMON = "aehilnorstADEHL_";
    private static final String RARE = "jkqvwxyzJKQWYZ";

    /** The pairs of letters that programs and texts have most; all are more frequent than once in 1,400 characters. */
    private static final Set<String> COMMON_PAIRS = Words.set("""
            ac ad al am an ar as at ca ce ch ck cl co ct de di ea ec ed el en er es et ex fi fo ge ha he hi ib ic if ig
            il im in io ir is it la le li ll lo ma me mp na nc nd ne ng ni no ns nt oc of om on op or ot ou pa pe pp pr
            pt ra re ri rn ro rr rs se si ss st ta te th ti to tr ts tu ui un ur us ut ve
            """);

    private final List<SecretPattern> patterns;

    /** The bits of two characters that the table knows: without the highest of each, it stays in the first cache. */
    private static final int ASCII_PAIR = 0x7f7f;

    /** For two characters, the number of the list of their candidates, or 0. */
    private final byte[] listOf = new byte[ASCII_PAIR + 1];

    /** The first candidate of each list; few and close together, unlike one for every two characters. */
    private final Candidate[] lists = new Candidate[1 << 8];

    private int pairs;

    /** A keyword that may be where two characters are. */
    private static final class Candidate {
        private final int pattern;
        private final byte[] keyword;

        /** Where the two characters are in the keyword. */
        private final int offset;

        /** Where the third character of the anchor is, from the two characters. */
        private final int toThird;

        private final byte third;
        private final Candidate next;

        Candidate(int pattern, byte[] keyword, int offset, int toThird, Candidate next) {
            this.pattern = pattern;
            this.keyword = keyword;
            this.offset = offset;
            this.toThird = toThird;
            this.third = keyword[offset + toThird];
            this.next = next;
        }

        boolean isAt(byte[] text, int start, int end) {
            return start >= 0
                    && start + keyword.length <= end
                    && Arrays.equals(text, start, start + keyword.length, keyword, 0, keyword.length);
        }

        boolean isAt(String text, int start) {
            if (start < 0 || start + keyword.length > text.length()) {
                return false;
            }
            for (int i = 0; i < keyword.length; i++) {
                if (keyword[i] != text.charAt(start + i)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Receives the keywords that are found. */
    interface Sink {
        void keyword(int pattern, int start, int end);
    }

    KeywordScan(List<SecretPattern> patterns) {
        this.patterns = List.copyOf(patterns);
        if (patterns.stream().mapToInt(pattern -> pattern.keywords().size()).sum() > MAX_KEYWORDS) {
            throw new PatternException("there are more than " + MAX_KEYWORDS + " keywords");
        }
        for (int i = 0; i < patterns.size(); i++) {
            for (String keyword : patterns.get(i).keywords()) {
                byte[] bytes = keyword.getBytes(StandardCharsets.US_ASCII);
                int anchor = anchor(bytes);
                add(i, bytes, anchor, 2);
                add(i, bytes, anchor + 1, -1);
            }
        }
    }

    List<SecretPattern> patterns() {
        return patterns;
    }

    private void add(int pattern, byte[] keyword, int offset, int toThird) {
        int pair = pair(keyword[offset], keyword[offset + 1]);
        if (listOf[pair] == 0) {
            // With more pairs than lists, some share one: the whole keyword is compared in the end.
            listOf[pair] = (byte) (1 + pairs % (lists.length - 1));
            pairs++;
        }
        int list = listOf[pair] & 0xff;
        lists[list] = new Candidate(pattern, keyword, offset, toThird, lists[list]);
    }

    private static int pair(int a, int b) {
        return (a | (b << 8)) & ASCII_PAIR;
    }

    /** {@return where the three rarest characters start} */
    private static int anchor(byte[] keyword) {
        int best = 0;
        int least = Integer.MAX_VALUE;
        for (int i = 0; i + 2 < keyword.length; i++) {
            int weight = weight(keyword[i], keyword[i + 1]) + weight(keyword[i + 1], keyword[i + 2]);
            if (weight < least) {
                least = weight;
                best = i;
            }
        }
        return best;
    }

    /** {@return how common two characters are in text, code and programs, roughly} */
    private static int weight(byte a, byte b) {
        if (COMMON_PAIRS.contains("" + (char) a + (char) b)) {
            return 60;
        }
        int both = weight(a) * weight(b);
        // Lines are drawn with repeated signs.
        return a == b && !Characters.isAlphanumeric(a) ? 4 * both : both;
    }

    private static int weight(byte c) {
        if (COMMON.indexOf(c) >= 0) {
            return 6;
        }
        return c >= 'a' && c <= 'z' && RARE.indexOf(c) < 0 ? 3 : RARE.indexOf(c) >= 0 ? 1 : 2;
    }

    /**
     * Looks at every second position.
     *
     * @param bytes the text
     * @param from the first position, 0 or what the last call returned
     * @param to the position after the last that may be looked at, before the end of the text
     * @param end the end of the text, in which keywords have to end
     * @return where to go on
     */
    int scan(byte[] bytes, int from, int to, int end, Sink sink) {
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

    private void look(byte[] bytes, int at, int end, Sink sink) {
        int list = listOf[pair(bytes[at], bytes[at + 1])] & 0xff;
        for (Candidate each = lists[list]; each != null; each = each.next) {
            int third = at + each.toThird;
            if (third >= 0 && third < end && bytes[third] == each.third && each.isAt(bytes, at - each.offset, end)) {
                int start = at - each.offset;
                sink.keyword(each.pattern, start, start + each.keyword.length);
            }
        }
    }

    /** {@return whether a text has any of the keywords; takes no memory, unlike a search for secrets} */
    boolean isIn(String text) {
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
