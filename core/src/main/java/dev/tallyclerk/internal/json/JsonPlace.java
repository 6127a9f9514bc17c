package dev.tallyclerk.internal.json;

import dev.tallyclerk.internal.json.StringReader.IllFormedException;

/**
 * A position in the text of a document, for messages.
 *
 * @param line from 1
 * @param column from 1, in characters
 */
public record JsonPlace(int line, int column) {
    /** {@return the position of a byte, or of the end of the document} */
    static JsonPlace at(byte[] document, int offset) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < offset; i++) {
            if (document[i] == '\n') {
                line++;
                column = 1;
            } else if ((document[i] & 0xC0) != 0x80) {
                column++;
            }
        }
        return new JsonPlace(line, column);
    }

    /**
     * {@return the position of a value: of an element, its start; of a member, the start of its name; of an absent
     * value, the position of its parent}
     *
     * @param document a document that {@link StrictJson} reads
     * @param pointer a pointer of {@link JsonCursor#pointer}
     */
    public static JsonPlace of(byte[] document, String pointer) {
        Walk walk = new Walk(document);
        String[] steps = pointer.split("/", -1);
        int found = walk.blanks(0);
        int value = found;
        for (int i = 1; i < steps.length; i++) {
            int next = walk.child(value, steps[i]);
            if (next < 0) {
                break;
            }
            found = next;
            value = walk.valueOf(next);
        }
        return at(document, found);
    }

    /** Walks through a well-formed document. */
    private static final class Walk {
        private final byte[] in;
        private final StringReader strings;

        Walk(byte[] in) {
            this.in = in;
            this.strings = new StringReader(in, false);
        }

        int blanks(int from) {
            int at = from;
            while (at < in.length && (in[at] == ' ' || in[at] == '\n' || in[at] == '\r' || in[at] == '\t')) {
                at++;
            }
            return at;
        }

        /** {@return the offset of the element or of the member's name, or -1 if there is none} */
        int child(int parent, String step) {
            if (in[parent] != '{' && in[parent] != '[') {
                return -1;
            }
            int index = 0;
            int at = blanks(parent + 1);
            while (in[at] != '}' && in[at] != ']') {
                boolean isFound = in[parent] == '{'
                        ? JsonPointer.escape(name(at)).equals(step)
                        : Integer.toString(index).equals(step);
                if (isFound) {
                    return at;
                }
                int end = blanks(end(in[parent] == '{' ? valueOf(at) : at));
                at = in[end] == ',' ? blanks(end + 1) : end;
                index++;
            }
            return -1;
        }

        /** {@return the offset of a member's value; an element is its own value} */
        int valueOf(int child) {
            if (in[child] != '"') {
                return child;
            }
            int after = blanks(stringEnd(child));
            return after < in.length && in[after] == ':' ? blanks(after + 1) : child;
        }

        private String name(int at) {
            try {
                return strings.read(at, true).value();
            } catch (IllFormedException e) {
                throw new IllegalArgumentException("not a document that was parsed before", e);
            }
        }

        private int stringEnd(int quote) {
            int at = quote + 1;
            while (in[at] != '"') {
                at += in[at] == '\\' ? 2 : 1;
            }
            return at + 1;
        }

        private int end(int value) {
            int at = value;
            int depth = 0;
            do {
                switch (in[at]) {
                    case '"' -> at = stringEnd(at);
                    case '{', '[' -> {
                        depth++;
                        at++;
                    }
                    case '}', ']' -> {
                        depth--;
                        at++;
                    }
                    default -> at++;
                }
            } while (depth > 0 || (at < in.length && isOfScalar(value, at)));
            return at;
        }

        /** A number or a literal ends before a comma, a bracket or a blank; other values end by themselves. */
        private boolean isOfScalar(int value, int at) {
            boolean isScalar = in[value] != '"' && in[value] != '{' && in[value] != '[';
            return isScalar && ",]} \n\r\t".indexOf(in[at]) < 0;
        }
    }
}
