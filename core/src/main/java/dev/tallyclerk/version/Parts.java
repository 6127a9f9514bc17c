package dev.tallyclerk.version;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The parts of a version between separators. */
final class Parts {
    private Parts() {}

    /** {@return the texts between the separators, empty ones included} */
    static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, start)) {
            parts.add(text.substring(start, at));
            start = at + 1;
        }
        parts.add(text.substring(start));
        return Collections.unmodifiableList(parts);
    }

    /** {@return the part at a position, or an empty text behind the last one} */
    static String get(List<String> parts, int at) {
        return at < parts.size() ? parts.get(at) : "";
    }
}
