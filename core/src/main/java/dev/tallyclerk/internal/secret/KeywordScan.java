package dev.tallyclerk.internal.secret;

import dev.tallyclerk.internal.text.StringSearch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Finds the keywords of many patterns in one pass. */
final class KeywordScan {
    private static final int MAX_KEYWORDS = 16 * 1024;

    private final List<SecretPattern> patterns;
    private final StringSearch search;

    /** For each keyword, the index of its pattern, and its length. */
    private final int[] patternOf;

    private final int[] lengthOf;

    /** Receives the keywords that are found. */
    interface Sink {
        void keyword(int pattern, int start, int end);
    }

    KeywordScan(List<SecretPattern> patterns) {
        this.patterns = List.copyOf(patterns);
        int count =
                patterns.stream().mapToInt(pattern -> pattern.keywords().size()).sum();
        if (count > MAX_KEYWORDS) {
            throw new PatternException("there are more than " + MAX_KEYWORDS + " keywords");
        }
        this.patternOf = new int[count];
        this.lengthOf = new int[count];
        List<byte[]> keywords = new ArrayList<>();
        for (int i = 0; i < patterns.size(); i++) {
            for (String keyword : patterns.get(i).keywords()) {
                patternOf[keywords.size()] = i;
                lengthOf[keywords.size()] = keyword.length();
                keywords.add(keyword.getBytes(StandardCharsets.US_ASCII));
            }
        }
        this.search = new StringSearch(keywords);
    }

    List<SecretPattern> patterns() {
        return patterns;
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
        return search.search(
                bytes, from, to, end, (index, start) -> sink.keyword(patternOf[index], start, start + lengthOf[index]));
    }

    /** {@return whether a text has any of the keywords; takes no memory, unlike a search for secrets} */
    boolean isIn(String text) {
        return search.isIn(text);
    }
}
