package dev.tallyclerk.hardening.container.internal.reader;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Distinguishes a document with one JSON value per line from one whose value spans several lines. */
public final class JsonLines {
    private JsonLines() {}

    /** {@return the lines if each looks like a whole value, or else the document alone} */
    public static List<byte[]> split(byte[] text) {
        List<byte[]> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= text.length; i++) {
            if (i == text.length || text[i] == '\n') {
                byte[] line = Arrays.copyOfRange(text, start, i);
                start = i + 1;
                if (!isBlank(line)) {
                    if (!isValue(line)) {
                        return List.of(text);
                    }
                    lines.add(line);
                }
            }
        }
        return lines.size() < 2 ? List.of(text) : lines;
    }

    /**
     * A line within a value may begin or end with a brace, but not begin at the margin and end with the matching one.
     */
    private static boolean isValue(byte[] line) {
        int end = line.length - 1;
        while (isSpace(line[end])) {
            end--;
        }
        return end > 0 && ((line[0] == '{' && line[end] == '}') || (line[0] == '[' && line[end] == ']'));
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (!isSpace(b)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }
}
