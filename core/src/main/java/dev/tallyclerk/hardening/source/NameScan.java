package dev.tallyclerk.hardening.source;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Scans the start of a document for the names of its top members, without parsing it. */
final class NameScan {
    private static final int MAX_NAMES = 1000;

    /** A key at the start of a line, or in the first column of an element of a list there. */
    private static final Pattern YAML_KEY = Pattern.compile(
            "(?m)^(?:- )?(?:\"([^\"\\n]{1,200})\"|'([^'\\n]{1,200})'|([A-Za-z_][\\w./-]{0,200}))\\s*:(?=\\s|$)");

    private NameScan() {}

    static Set<String> of(String text) {
        int first = 0;
        while (first < text.length() && Character.isWhitespace(text.charAt(first))) {
            first++;
        }
        boolean isJson = first < text.length() && (text.charAt(first) == '{' || text.charAt(first) == '[');
        return Set.copyOf(isJson ? ofJson(text, first) : ofYaml(text));
    }

    private static Set<String> ofYaml(String text) {
        Set<String> names = new LinkedHashSet<>();
        Matcher key = YAML_KEY.matcher(text);
        for (int line = 0; line < text.length() && names.size() < MAX_NAMES; line = nextLine(text, line)) {
            // Most lines are indented.
            if (text.charAt(line) == ' ' || !key.region(line, text.length()).lookingAt()) {
                continue;
            }
            for (int i = 1; i <= 3; i++) {
                if (key.group(i) != null) {
                    names.add(key.group(i));
                }
            }
        }
        return names;
    }

    private static int nextLine(String text, int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end + 1;
    }

    private static Set<String> ofJson(String text, int from) {
        Set<String> names = new LinkedHashSet<>();
        int depth = 0;
        int depthOfNames = text.charAt(from) == '[' ? 2 : 1;
        for (int i = from; i < text.length() && names.size() < MAX_NAMES; i++) {
            char c = text.charAt(i);
            if (c == '"') {
                int end = endOfString(text, i);
                if (depth == depthOfNames && isFollowedByColon(text, end)) {
                    names.add(text.substring(i + 1, end));
                }
                i = end;
            } else if (c == '{' || c == '[') {
                depth++;
            } else if (c == '}' || c == ']') {
                depth--;
            }
        }
        return names;
    }

    private static int endOfString(String text, int quote) {
        int at = quote + 1;
        while (at < text.length() && text.charAt(at) != '"') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        return Math.min(at, text.length());
    }

    private static boolean isFollowedByColon(String text, int quote) {
        int at = quote + 1;
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at < text.length() && text.charAt(at) == ':';
    }
}
