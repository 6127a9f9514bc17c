package dev.tallyclerk.internal.secret;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds many keywords in one pass.
 *
 * <p>Of each keyword, three characters that are rare in text are its anchor. Of every two positions one is looked at:
 * wherever an anchor lies, its first two characters or its last two are at such a position, and a table says of two
 * characters whether they occur so in any anchor. These look-ups do not depend on each other, unlike the states of an
 * automaton, so that several run at once.
 */
final class KeywordScan {
    private static final int UNROLLED = 8;

    private final List<SecretPattern> patterns;

    /** For two characters, the first of their candidates, or -1. */
    private final short[] first = new short[1 << 16];

    /** For two characters, whether they have a candidate: 1 or 0. */
    private final byte[] isCandidate = new byte[1 << 16];

    /** For each candidate: the pattern, the keyword, where in it the two characters are, and the next candidate. */
    private final List<Candidate> candidates = new ArrayList<>();

    private static final class Candidate {
        private final int pattern;
        private final byte[] keyword;
        private final int offset;
        private final short next;

        Candidate(int pattern, byte[] keyword, int offset, short next) {
            this.pattern = pattern;
            this.keyword = keyword;
            this.offset = offset;
            this.next = next;
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
        Arrays.fill(first, (short) -1);
        for (int i = 0; i < patterns.size(); i++) {
            for (String keyword : patterns.get(i).keywords()) {
                byte[] bytes = keyword.getBytes(StandardCharsets.US_ASCII);
                int anchor = anchor(bytes);
                add(i, bytes, anchor);
                add(i, bytes, anchor + 1);
            }
        }
    }

    List<SecretPattern> patterns() {
        return patterns;
    }

    private void add(int pattern, byte[] keyword, int offset) {
        int pair = pair(keyword, offset);
        if (candidates.size() >= Short.MAX_VALUE) {
            throw new PatternException("there are more than " + Short.MAX_VALUE / 2 + " keywords");
        }
        candidates.add(new Candidate(pattern, keyword, offset, first[pair]));
        first[pair] = (short) (candidates.size() - 1);
        isCandidate[pair] = 1;
    }

    private static int pair(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
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

    /** {@return how common two characters are in text and code, roughly} */
    private static int weight(byte a, byte b) {
        if (a == b) {
            return Characters.isAlphanumeric(a) ? 6 : 20;
        }
        return weight(a) * weight(b);
    }

    private static int weight(byte c) {
        if (c >= 'a' && c <= 'z') {
            return "jkqvwxyz".indexOf(c) >= 0 ? 2 : 4;
        }
        return c >= 'A' && c <= 'Z' ? 2 : 3;
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
        byte[] table = isCandidate;
        int at = from;
        int unrolled = to - UNROLLED;
        while (at <= unrolled) {
            int any = table[(bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff)]
                    | table[(bytes[at + 2] & 0xff) << 8 | (bytes[at + 3] & 0xff)]
                    | table[(bytes[at + 4] & 0xff) << 8 | (bytes[at + 5] & 0xff)]
                    | table[(bytes[at + 6] & 0xff) << 8 | (bytes[at + 7] & 0xff)];
            if (any != 0) {
                for (int i = at; i < at + UNROLLED; i += 2) {
                    look(bytes, i, end, sink);
                }
            }
            at += UNROLLED;
        }
        while (at < to) {
            look(bytes, at, end, sink);
            at += 2;
        }
        return at;
    }

    /** {@return whether a text has any of the keywords; takes no memory, unlike a search for secrets} */
    boolean isIn(String text) {
        int last = text.length() - 1;
        for (int at = 0; at < last; at += 2) {
            char a = text.charAt(at);
            char b = text.charAt(at + 1);
            if ((a | b) < 128 && isCandidate[a << 8 | b] != 0 && isAt(text, at)) {
                return true;
            }
        }
        return false;
    }

    private boolean isAt(String text, int at) {
        for (short i = first[text.charAt(at) << 8 | text.charAt(at + 1)]; i >= 0; ) {
            Candidate candidate = candidates.get(i);
            if (candidate.isAt(text, at - candidate.offset)) {
                return true;
            }
            i = candidate.next;
        }
        return false;
    }

    private void look(byte[] bytes, int at, int end, Sink sink) {
        for (short i = first[pair(bytes, at)]; i >= 0; ) {
            Candidate candidate = candidates.get(i);
            int start = at - candidate.offset;
            int after = start + candidate.keyword.length;
            if (start >= 0
                    && after <= end
                    && Arrays.equals(bytes, start, after, candidate.keyword, 0, candidate.keyword.length)) {
                sink.keyword(candidate.pattern, start, after);
            }
            i = candidate.next;
        }
    }
}
