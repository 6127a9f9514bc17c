package dev.tallyclerk.internal.secret;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Looks at what is around keywords. */
final class SecretMatcher implements KeywordScan.Sink {
    private final List<SecretPattern> patterns;
    private final Window text;
    private final Consumer<FoundSecret> found;
    private final Match match = new Match();

    /** For each pattern, the part of the text that needs no further look. */
    private final int[] seen;

    SecretMatcher(List<SecretPattern> patterns, Window text, Consumer<FoundSecret> found) {
        this.patterns = patterns;
        this.text = text;
        this.found = found;
        this.seen = new int[patterns.size()];
    }

    /** The text has moved to the left, or is another one. */
    void move(int distance) {
        for (int i = 0; i < seen.length; i++) {
            seen[i] = Math.max(seen[i] - distance, 0);
        }
    }

    void reset() {
        Arrays.fill(seen, 0);
    }

    @Override
    public void keyword(int index, int start, int end) {
        if (start < seen[index]) {
            return;
        }
        SecretPattern pattern = patterns.get(index);
        match.clear(start);
        pattern.form().match(text, start, end, match);
        seen[index] = match.seen();
        for (int i = 0; i < match.count(); i++) {
            found.accept(new FoundSecret(
                    pattern.name(),
                    pattern.kind(),
                    match.isProtected(),
                    pattern.isDoubtful(),
                    match.start(i),
                    match.end(i),
                    fingerprint(i)));
        }
    }

    private long fingerprint(int index) {
        long hash = 1;
        for (int i = match.start(index); i < match.end(index); i++) {
            hash = hash * 0x100000001b3L + text.at(i);
        }
        return hash;
    }
}
