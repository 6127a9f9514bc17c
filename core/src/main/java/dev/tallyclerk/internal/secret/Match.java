package dev.tallyclerk.internal.secret;

import java.util.Arrays;

/** The answer of a {@link Form}. Used again for the next keyword. */
final class Match {
    private int[] spans = new int[8];
    private int size;
    private boolean isProtected;
    private int seen;

    /** Forgets the last answer. */
    void clear(int start) {
        size = 0;
        isProtected = false;
        seen = start;
    }

    /** There is a secret, whose characters from {@code start} to {@code end} must not be shown. */
    void found(int start, int end) {
        if (size == spans.length) {
            spans = Arrays.copyOf(spans, size * 2);
        }
        spans[size++] = start;
        spans[size++] = end;
        seen = Math.max(seen, end);
    }

    /** The secret is encrypted by another one. */
    void encrypted() {
        isProtected = true;
    }

    /** Keywords of the same pattern before {@code to} need not be looked at. */
    void looked(int to) {
        seen = Math.max(seen, to);
    }

    int count() {
        return size / 2;
    }

    int start(int index) {
        return spans[2 * index];
    }

    int end(int index) {
        return spans[2 * index + 1];
    }

    boolean isProtected() {
        return isProtected;
    }

    int seen() {
        return seen;
    }
}
