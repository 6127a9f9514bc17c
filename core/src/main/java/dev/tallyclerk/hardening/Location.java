package dev.tallyclerk.hardening;

import dev.tallyclerk.internal.secret.SecretText;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A place in an audited subject, stable enough to find the problem and to recognise it in the next report.
 *
 * <p>Immutable. The string form is for people. Locations are ordered by kind, then by source, then by position.
 */
public sealed interface Location extends Comparable<Location> {
    /**
     * A value in a JSON document.
     *
     * @param source the document, for example {@code config}
     * @param pointer the RFC 6901 pointer, not checked; empty for the root. Secrets in it are redacted and it is cut
     *     after 1,000 characters, so it is for display and may not resolve
     */
    record Pointer(String source, String pointer) implements Location {
        public Pointer {
            source = Reportable.text(source);
            pointer = Reportable.text(pointer);
        }

        /** {@return source and pointer, for example {@code config#/config/User}} */
        @Override
        public String toString() {
            return source + '#' + pointer;
        }
    }

    /**
     * A line of a text file.
     *
     * @param source the file
     * @param line the line, from 1
     */
    record Line(String source, int line) implements Location {
        public Line {
            source = Reportable.text(source);
            if (line < 1) {
                throw new IllegalArgumentException("line " + line + " is below 1");
            }
        }

        /** {@return file and line, for example {@code Dockerfile:3}} */
        @Override
        public String toString() {
            return source + ':' + line;
        }
    }

    /**
     * A stretch of a text that people write, such as a value in a YAML file or an instruction.
     *
     * <p>Two regions are equal if source, pointer and positions are.
     */
    final class Region implements Location {
        private final String source;
        private final String pointer;
        private final int line;
        private final int column;
        private final int endLine;
        private final int endColumn;
        private final Function<String, Optional<Location>> children;

        private Region(
                String source,
                String pointer,
                int line,
                int column,
                int endLine,
                int endColumn,
                Function<String, Optional<Location>> children) {
            this.source = Objects.requireNonNull(source, "source");
            this.pointer = Objects.requireNonNull(pointer, "pointer");
            this.line = line;
            this.column = column;
            this.endLine = endLine;
            this.endColumn = endColumn;
            this.children = children;
            boolean isBackwards = endLine < line || (endLine == line && endColumn < column);
            if (line < 1 || column < 1 || endColumn < 1 || isBackwards) {
                throw new IllegalArgumentException("not a stretch of text: line " + line + ", column " + column
                        + " to line " + endLine + ", column " + endColumn);
            }
        }

        /**
         * {@return a stretch of text}
         *
         * @param source the file, as the reader of a report knows it
         * @param line the line of the first character, from 1
         * @param column the column of the first character in UTF-16 code units, from 1
         * @param endLine the line of the character after the last
         * @param endColumn the column of the character after the last
         * @throws IllegalArgumentException if a number is below 1, or the end is before the start
         */
        public static Region of(String source, int line, int column, int endLine, int endColumn) {
            return new Region(source, "", line, column, endLine, endColumn, step -> Optional.empty());
        }

        /**
         * {@return this stretch as the place of a value in a structured document}
         *
         * @param pointer the RFC 6901 pointer, not checked; secrets in it are redacted and it is cut after 1,000
         *     characters
         * @param children gives the place of the member or element of that name or index, if there is one; called by
         *     {@link Location#child}
         */
        public Region withPointer(String pointer, Function<String, Optional<Location>> children) {
            Objects.requireNonNull(children, "children");
            return new Region(source, pointer, line, column, endLine, endColumn, children);
        }

        /** {@return the file, as the reader of a report knows it} */
        public String source() {
            return Reportable.text(source);
        }

        /** {@return the RFC 6901 pointer of a value in a structured document; empty for its root and for other text} */
        public String pointer() {
            return Reportable.text(pointer);
        }

        /** {@return the line of the first character, from 1} */
        public int line() {
            return line;
        }

        /** {@return the column of the first character in UTF-16 code units, from 1} */
        public int column() {
            return column;
        }

        /** {@return the line of the character after the last} */
        public int endLine() {
            return endLine;
        }

        /** {@return the column of the character after the last} */
        public int endColumn() {
            return endColumn;
        }

        /** Compares what was given, because redacting it takes long for a comparison. */
        private int compare(Region that) {
            int bySource = source.compareTo(that.source);
            if (bySource != 0) {
                return bySource;
            }
            int byLine = Integer.compare(line, that.line);
            int byColumn = byLine == 0 ? Integer.compare(column, that.column) : byLine;
            return byColumn == 0 ? PathOrder.compare(pointer, that.pointer) : byColumn;
        }

        /**
         * {@return whether this is a value within another of the same document}
         *
         * @param around the place of the other value
         */
        public boolean isBelow(Region around) {
            return source.equals(around.source)
                    && pointer.length() > around.pointer.length()
                    && pointer.startsWith(around.pointer)
                    && pointer.charAt(around.pointer.length()) == '/';
        }

        private Location below(String step) {
            return children.apply(step).orElseGet(() -> withPointer(pointer + escaped(step), children));
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Region that
                    && source.equals(that.source)
                    && pointer.equals(that.pointer)
                    && line == that.line
                    && column == that.column
                    && endLine == that.endLine
                    && endColumn == that.endColumn;
        }

        @Override
        public int hashCode() {
            return Objects.hash(source, pointer, line, column);
        }

        /** {@return file, line and column, for example {@code deploy/web.yaml:12:9}} */
        @Override
        public String toString() {
            return source() + ':' + line + ':' + column;
        }
    }

    /**
     * An entry of an image's build history.
     *
     * @param index the position in the history, from 0, empty layers counted
     */
    record History(int index) implements Location {
        public History {
            if (index < 0) {
                throw new IllegalArgumentException("history index " + index + " is negative");
            }
        }

        /** {@return the index, for example {@code history[2]}} */
        @Override
        public String toString() {
            return "history[" + index + ']';
        }
    }

    /**
     * A file in a layer of an image.
     *
     * @param layer the position of the layer, from 0
     * @param path the path in the layer, without leading slash
     */
    record LayerEntry(int layer, String path) implements Location {
        public LayerEntry {
            path = Reportable.text(path);
            if (layer < 0) {
                throw new IllegalArgumentException("layer " + layer + " is negative");
            }
        }

        /** {@return layer and path, for example {@code layer[1]/etc/shadow}} */
        @Override
        public String toString() {
            return "layer[" + layer + "]/" + path;
        }
    }

    /**
     * A whole document or property.
     *
     * @param source for example {@code reference}
     */
    record Whole(String source) implements Location {
        public Whole {
            source = Reportable.text(source);
        }

        /** {@return the source} */
        @Override
        public String toString() {
            return source;
        }
    }

    /**
     * {@return the value at {@code steps} in {@code source}}
     *
     * @param source the document, for example {@code config}
     * @param steps member names and element indexes from the root, not escaped
     */
    static Location pointer(String source, String... steps) {
        return new Pointer(source, escaped(steps));
    }

    private static String escaped(String... steps) {
        StringBuilder pointer = new StringBuilder();
        for (String step : steps) {
            // Redacted before escaping: the start of a token would not be recognised after ~1.
            String shown = SecretText.redact(step);
            pointer.append('/').append(shown.replace("~", "~0").replace("/", "~1"));
        }
        return pointer.toString();
    }

    /**
     * {@return the location {@code steps} below this one, or this one if it is not in a structured document}
     *
     * <p>Below a {@link Region}, a value that the document does not have is where it would be: in the value around it.
     *
     * @param steps member names and element indexes, not escaped
     */
    default Location child(String... steps) {
        if (this instanceof Region region) {
            Location below = region;
            for (String step : steps) {
                below = below instanceof Region parent ? parent.below(step) : below.child(step);
            }
            return below;
        }
        if (!(this instanceof Pointer parent)) {
            return this;
        }
        return new Pointer(parent.source(), parent.pointer() + Reportable.text(escaped(steps)));
    }

    /**
     * Calls the function for this kind of location.
     *
     * @param pointer called for a value in a JSON document
     * @param line called for a line of a file
     * @param region called for a stretch of text
     * @param history called for an entry of a build history
     * @param layerEntry called for a file in a layer
     * @param whole called for a whole document
     * @param <R> the type of the result
     * @return the result of the called function
     */
    default <R> R fold(
            Function<? super Pointer, ? extends R> pointer,
            Function<? super Line, ? extends R> line,
            Function<? super Region, ? extends R> region,
            Function<? super History, ? extends R> history,
            Function<? super LayerEntry, ? extends R> layerEntry,
            Function<? super Whole, ? extends R> whole) {
        if (this instanceof Pointer place) {
            return pointer.apply(place);
        }
        if (this instanceof Line place) {
            return line.apply(place);
        }
        if (this instanceof Region place) {
            return region.apply(place);
        }
        if (this instanceof History place) {
            return history.apply(place);
        }
        if (this instanceof LayerEntry place) {
            return layerEntry.apply(place);
        }
        return whole.apply((Whole) this);
    }

    /**
     * {@return the location for people: its text, or for a file in a layer, for example {@code layer 2: etc/shadow}}
     */
    default String describe() {
        return this instanceof LayerEntry entry ? "layer " + (entry.layer() + 1) + ": " + entry.path() : toString();
    }

    /** Orders whole documents first, then pointers, lines, stretches of text, history entries and files in layers. */
    @Override
    default int compareTo(Location other) {
        if (this instanceof Region region && other instanceof Region that) {
            return region.compare(that);
        }
        int byKind = Integer.compare(kindInOrder(), other.kindInOrder());
        if (byKind != 0) {
            return byKind;
        }
        int bySource = sourceInOrder().compareTo(other.sourceInOrder());
        if (bySource != 0) {
            return bySource;
        }
        int byNumber = Integer.compare(numberInOrder(), other.numberInOrder());
        return byNumber == 0 ? PathOrder.compare(pathInOrder(), other.pathInOrder()) : byNumber;
    }

    private int kindInOrder() {
        return fold(pointer -> 1, line -> 2, region -> 3, history -> 4, layer -> 5, whole -> 0);
    }

    private String sourceInOrder() {
        return fold(Pointer::source, Line::source, Region::source, history -> "", layer -> "", Whole::source);
    }

    private int numberInOrder() {
        return fold(pointer -> 0, Line::line, Region::line, History::index, LayerEntry::layer, whole -> 0);
    }

    private String pathInOrder() {
        return fold(Pointer::pointer, line -> "", Region::pointer, history -> "", LayerEntry::path, whole -> "");
    }
}
