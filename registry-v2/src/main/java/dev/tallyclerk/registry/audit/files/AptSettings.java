package dev.tallyclerk.registry.audit.files;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Reads the settings of apt: names with a value, or with more names in braces.
 *
 * <p>Follows apt.conf(5) of apt 3.0, and is more lenient: a line may lack its semicolon, and nothing is malformed.
 */
final class AptSettings {
    /** Takes a setting. */
    @FunctionalInterface
    interface Setting {
        /**
         * Takes a setting.
         *
         * @param line the number of its line, from 1
         * @param name the name, with those of the braces around it, separated by two colons
         */
        void take(int line, String name, String value);
    }

    /** More braces than this are not told apart. */
    private static final int MAX_DEPTH = 20;

    private final Setting setting;
    private final Deque<String> scopes = new ArrayDeque<>();
    private final StringBuilder word = new StringBuilder();
    private String name = "";
    private String value = "";

    private AptSettings(Setting setting) {
        this.setting = setting;
    }

    static void read(List<String> lines, Setting setting) {
        AptSettings settings = new AptSettings(setting);
        boolean isComment = false;
        for (int i = 0; i < lines.size(); i++) {
            isComment = settings.line(i + 1, lines.get(i), isComment);
        }
    }

    /** {@return whether a comment goes on in the next line} */
    private boolean line(int number, String text, boolean startsInComment) {
        boolean isComment = startsInComment;
        boolean isQuoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isComment) {
                isComment = !text.startsWith("*/", i);
                i += isComment ? 0 : 1;
            } else if (isQuoted || c == '"') {
                isQuoted = c != '"' || !isQuoted;
                word.append(c == '"' ? "" : c);
            } else if (c == '#' || text.startsWith("//", i)) {
                break;
            } else if (text.startsWith("/*", i)) {
                isComment = true;
                i++;
            } else {
                sign(number, c);
            }
        }
        end(number);
        return isComment;
    }

    private void sign(int number, char c) {
        if (c == '{') {
            word();
            scopes.addLast(scopes.size() < MAX_DEPTH ? name : "");
            name = "";
            value = "";
        } else if (c == '}' || c == ';') {
            end(number);
            if (c == '}') {
                scopes.pollLast();
            }
        } else if (Character.isWhitespace(c)) {
            word();
        } else {
            word.append(c);
        }
    }

    private void word() {
        if (word.length() == 0) {
            return;
        }
        if (name.isEmpty()) {
            name = word.toString();
        } else {
            value = word.toString();
        }
        word.setLength(0);
    }

    /** Ends a setting; a name without a value may be followed by a brace in the next line. */
    private void end(int number) {
        word();
        if (!name.isEmpty() && !value.isEmpty()) {
            String scope = String.join("::", scopes);
            setting.take(number, scope.isEmpty() ? name : scope + "::" + name, value);
            name = "";
            value = "";
        }
    }
}
