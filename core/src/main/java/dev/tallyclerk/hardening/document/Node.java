package dev.tallyclerk.hardening.document;

import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A value of a document as it was parsed; an aliased one is in several places. */
abstract class Node {
    private final int line;
    private final int column;
    private final int endLine;
    private final int endColumn;
    final @Nullable String tag;

    Node(Span span, @Nullable String tag) {
        // Not kept as an object: a file may have very many values.
        this.line = span.line;
        this.column = span.column;
        this.endLine = span.endLine;
        this.endColumn = span.endColumn;
        this.tag = tag;
    }

    Span span() {
        return new Span(line, column, endLine, endColumn);
    }

    /** {@return how many values it has, each aliased one counted where it is used; at most the largest integer} */
    int values() {
        return 1;
    }

    /** A stretch of text: lines and columns from 1, the end exclusive. */
    record Span(int line, int column, int endLine, int endColumn) {
        /** {@return the stretch from the start of this to the end of another, if that is later} */
        Span upTo(Span other) {
            boolean isLater = other.endLine > endLine || (other.endLine == endLine && other.endColumn > endColumn);
            return isLater ? new Span(line, column, other.endLine, other.endColumn) : this;
        }
    }

    /** {@return a sum that stops at the largest integer} */
    static int sum(int a, int b) {
        return (int) Math.min(Integer.MAX_VALUE, (long) a + b);
    }

    /** A scalar. */
    static final class Scalar extends Node {
        final String text;

        /** Whether it was written without quotes, so that it may be another type than text. */
        final boolean isPlain;

        Scalar(Span span, @Nullable String tag, String text, boolean isPlain) {
            super(span, tag);
            this.text = text;
            this.isPlain = isPlain;
        }
    }

    /** A sequence. */
    static final class Sequence extends Node {
        final List<Node> elements;
        private final int values;

        Sequence(Span span, @Nullable String tag, List<Node> elements) {
            super(span, tag);
            this.elements = elements;
            int sum = 1;
            for (Node element : elements) {
                sum = sum(sum, element.values());
            }
            this.values = sum;
        }

        @Override
        int values() {
            return values;
        }
    }

    /** A member of a mapping: its name, where its key begins, on one line, and the value. */
    record Member(String name, int line, int column, int length, Node value) {
        static Member of(String name, Span key, Node value) {
            int length = key.endLine == key.line ? key.endColumn - key.column : 1;
            return new Member(name, key.line, key.column, length, value);
        }

        Span key() {
            return new Span(line, column, line, column + length);
        }
    }

    /** A mapping, after merging. */
    static final class Mapping extends Node {
        final Members members;
        private final int values;

        Mapping(Span span, @Nullable String tag, Map<String, Member> members) {
            super(span, tag);
            this.members = members.isEmpty() ? Members.NONE : new Members(members.values());
            int sum = 1;
            for (Member member : members.values()) {
                sum = sum(sum, member.value.values());
            }
            this.values = sum;
        }

        @Override
        int values() {
            return values;
        }
    }

    /** The members of a mapping, in order. Takes half the memory of a map, of which a file may have very many. */
    static final class Members {
        private static final int[] UNSORTED = {};

        static final Members NONE = new Members(List.of());

        /** Most mappings have fewer members than this, which are found sooner one by one. */
        private static final int SMALL = 12;

        private final Member[] members;

        /** The positions in the order of the names; names of equal hashes would make a table slow. */
        private final int[] sorted;

        Members(Collection<Member> members) {
            this.members = members.toArray(new Member[0]);
            this.sorted = members.size() <= SMALL ? UNSORTED : sorted(this.members);
        }

        private static int[] sorted(Member[] members) {
            return IntStream.range(0, members.length)
                    .boxed()
                    .sorted(Comparator.comparing(at -> members[at].name()))
                    .mapToInt(Integer::intValue)
                    .toArray();
        }

        /** {@return the member of that name, or null} */
        @Nullable Member get(String name) {
            int at = position(name);
            return at < 0 ? null : members[at];
        }

        private int position(String name) {
            if (sorted.length == 0) {
                for (int i = 0; i < members.length; i++) {
                    if (members[i].name().equals(name)) {
                        return i;
                    }
                }
                return -1;
            }
            int low = 0;
            int high = sorted.length - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                int order = members[sorted[middle]].name().compareTo(name);
                if (order == 0) {
                    return sorted[middle];
                }
                if (order < 0) {
                    low = middle + 1;
                } else {
                    high = middle - 1;
                }
            }
            return -1;
        }

        List<Member> inOrder() {
            return Collections.unmodifiableList(Arrays.asList(members));
        }

        /** {@return the names in order; unmodifiable} */
        Set<String> names() {
            return new AbstractSet<>() {
                @Override
                public Iterator<String> iterator() {
                    return Arrays.stream(members).map(Member::name).iterator();
                }

                @Override
                public int size() {
                    return members.length;
                }

                @Override
                public boolean contains(@Nullable Object name) {
                    return name instanceof String text && position(text) >= 0;
                }
            };
        }
    }
}
