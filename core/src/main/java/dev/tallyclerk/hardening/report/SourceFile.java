package dev.tallyclerk.hardening.report;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.internal.json.JsonPlace;
import dev.tallyclerk.internal.subject.MarkedText;
import dev.tallyclerk.internal.subject.SubjectJson;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The file that a subject was read from, so that a report leads to the line of a finding.
 *
 * <p>Immutable.
 */
public final class SourceFile {
    private final String path;
    private final byte[] text;
    private final int firstLine;

    private SourceFile(String path, byte[] text, int firstLine) {
        this.path = path;
        this.text = text;
        this.firstLine = firstLine;
    }

    /**
     * {@return the file of one JSON document}
     *
     * @param path the path as a reader of the report knows it, best relative to the repository
     * @param json the content of the file; if it is not JSON that can be read, findings lead to line 1
     */
    public static SourceFile of(String path, byte[] json) {
        return new SourceFile(Objects.requireNonNull(path, "path"), readable(json), 1);
    }

    /**
     * {@return the file for each element of its JSON array, in order; empty if it is not an array that can be read}
     *
     * @param path the path as a reader of the report knows it, best relative to the repository
     * @param json the content of the file
     */
    public static List<SourceFile> ofElements(String path, byte[] json) {
        Objects.requireNonNull(path, "path");
        byte[] text = readable(json);
        List<SourceFile> elements = new ArrayList<>();
        int depth = 0;
        int line = 1;
        int start = 0;
        int startLine = 1;
        for (int i = 0; i < text.length; i++) {
            byte c = text[i];
            if (c == '\n') {
                line++;
            }
            if (depth == 0 && c == '{') {
                return List.of();
            }
            boolean isBlank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
            if (depth == 1 && start == 0 && !isBlank) {
                start = i;
                startLine = line;
            }
            if (c == '"') {
                i = endOfString(text, i);
            } else if (c == '{' || c == '[') {
                depth++;
            } else if (c == '}' || c == ']') {
                depth--;
            }
            boolean ends = (depth == 1 && c == ',') || (depth == 0 && c == ']');
            if (ends && start > 0 && start < i) {
                elements.add(new SourceFile(path, Arrays.copyOfRange(text, start, i), startLine));
            }
            start = ends ? 0 : start;
        }
        return List.copyOf(elements);
    }

    private static int endOfString(byte[] text, int quote) {
        int at = quote + 1;
        while (at < text.length && text[at] != '"') {
            at += text[at] == '\\' ? 2 : 1;
        }
        return at;
    }

    private static byte[] readable(byte[] json) {
        SubjectLimits limits = SubjectLimits.defaults();
        try {
            byte[] text = MarkedText.withoutMark("source", json, limits);
            SubjectJson.parseLastWins("source", text, limits);
            return text.clone();
        } catch (MalformedSubjectException e) {
            return new byte[0];
        }
    }

    /** {@return the path as it was given} */
    String path() {
        return path;
    }

    /** {@return the path as a relative or absolute URI reference} */
    String uri() {
        return uri(path);
    }

    /** {@return a path as a relative or absolute URI reference} */
    static String uri(String path) {
        String slashes = path.replace('\\', '/');
        try {
            String raw = new URI(null, null, slashes, null).toASCIIString();
            boolean hasColonFirst =
                    raw.indexOf(':') >= 0 && (raw.indexOf('/') < 0 || raw.indexOf(':') < raw.indexOf('/'));
            return hasColonFirst ? "./" + raw : raw;
        } catch (URISyntaxException e) {
            return "unknown";
        }
    }

    /** {@return the line of a location, from 1; the subject's first line for all that is not in the document} */
    int line(Location location) {
        return location.<Integer>fold(
                pointer -> lineOf(pointer.pointer()),
                Location.Line::line,
                Location.Region::line,
                history -> firstLine,
                layerEntry -> firstLine,
                whole -> firstLine);
    }

    /** {@return the line on which the subject starts, from 1} */
    int firstLine() {
        return firstLine;
    }

    private int lineOf(String pointer) {
        return text.length == 0
                ? firstLine
                : firstLine - 1 + JsonPlace.of(text, pointer).line();
    }
}
