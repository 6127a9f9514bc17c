package dev.tallyclerk.hardening.document;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MalformedSubjectException.Reason;
import dev.tallyclerk.hardening.SubjectLimits;

/** Counts the values of one file, aliased ones as often as they are used. */
final class TreeLimits {
    static final int MAX_DEPTH = 100;

    /** A value takes up to 110 bytes, so that more would not fit into a small heap. */
    private static final int BYTES_PER_VALUE = 40;

    private static final int FEW_VALUES = 10_000;

    private final int maxValues;
    private int left;

    TreeLimits(SubjectLimits limits) {
        this.maxValues = Math.max(FEW_VALUES, limits.maxDocumentBytes() / BYTES_PER_VALUE);
        this.left = maxValues;
    }

    void count(Location.Region at, int values) throws MalformedSubjectException {
        if (values > left) {
            throw new MalformedSubjectException(
                    Reason.LIMIT_EXCEEDED,
                    at,
                    "more than " + maxValues + " values, those of aliases counted each time");
        }
        left -= values;
    }

    void checkDepth(int depth, Location.Region at) throws MalformedSubjectException {
        if (depth >= MAX_DEPTH) {
            throw new MalformedSubjectException(Reason.LIMIT_EXCEEDED, at, "more than " + MAX_DEPTH + " levels");
        }
    }
}
