package dev.tallyclerk.hardening.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a command line: at NUL, as in {@code /proc/PID/cmdline}, or else at blanks outside of quotes, as a unit file
 * or {@code ps} shows it.
 */
final class CommandWords {
    private static final char NO_QUOTE = '\0';

    private CommandWords() {}

    static List<String> split(String line) {
        if (line.indexOf('\0') >= 0) {
            List<String> words = new ArrayList<>(List.of(line.split("\0", -1)));
            words.removeIf(String::isEmpty);
            return words;
        }
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean started = false;
        char quote = NO_QUOTE;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote != NO_QUOTE && c == quote) {
                quote = NO_QUOTE;
            } else if (quote == NO_QUOTE && (c == '"' || c == '\'')) {
                quote = c;
                started = true;
            } else if (c == '\\' && quote != '\'' && i + 1 < line.length()) {
                i++;
                if (line.charAt(i) != '\n') {
                    word.append(line.charAt(i));
                    started = true;
                }
            } else if (quote == NO_QUOTE && Character.isWhitespace(c)) {
                if (started) {
                    words.add(word.toString());
                    word.setLength(0);
                    started = false;
                }
            } else {
                word.append(c);
                started = true;
            }
        }
        if (started) {
            words.add(word.toString());
        }
        return words;
    }
}
