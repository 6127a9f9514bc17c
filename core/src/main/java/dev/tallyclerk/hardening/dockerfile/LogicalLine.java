package dev.tallyclerk.hardening.dockerfile;

import dev.tallyclerk.hardening.Location;
import java.util.Arrays;

/** An instruction's line, joined from the lines that it continues on, which remembers where each part came from. */
final class LogicalLine {
    private final StringBuilder joined = new StringBuilder();
    private int[] pieces = new int[3];
    private int size;

    /** Appends a part of a line of the file; {@code line} and {@code column} count from 1. */
    void append(String piece, int line, int column) {
        if (size == pieces.length) {
            pieces = Arrays.copyOf(pieces, size * 2);
        }
        pieces[size] = joined.length();
        pieces[size + 1] = line;
        pieces[size + 2] = column;
        size += 3;
        joined.append(piece);
    }

    String text() {
        return joined.toString();
    }

    int firstLine() {
        return pieces[1];
    }

    /** {@return the stretch of the file from the character at {@code start} to the one before {@code end}} */
    Location.Region region(String source, int start, int end) {
        int first = pieceOf(start);
        // The end belongs to the part that the last character is in, not to the next one.
        int last = pieceOf(Math.max(end - 1, start));
        return Location.Region.of(
                source,
                pieces[first + 1],
                pieces[first + 2] + start - pieces[first],
                pieces[last + 1],
                pieces[last + 2] + Math.max(end, start) - pieces[last]);
    }

    private int pieceOf(int offset) {
        int low = 0;
        int high = size / 3 - 1;
        while (low < high) {
            int middle = (low + high + 1) / 2;
            if (pieces[middle * 3] <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low * 3;
    }
}
