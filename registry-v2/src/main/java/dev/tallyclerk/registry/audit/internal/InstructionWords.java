package dev.tallyclerk.registry.audit.internal;

import java.util.ArrayList;
import java.util.List;

/** Splits the words of a Dockerfile instruction that runs nothing: at blanks outside quotes, or as a JSON array. */
final class InstructionWords {
    private InstructionWords() {}

    static List<String> split(String text) {
        boolean array = text.startsWith("[") && text.endsWith("]");
        String body = array ? text.substring(1, text.length() - 1) : text;
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < body.length(); i++) {
            char c = body.charAt(i);
            boolean separator = quote == 0 && (Character.isWhitespace(c) || (array && c == ','));
            if (separator) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                }
                inWord = false;
                continue;
            }
            inWord = true;
            if (c == '\\' && quote != '\'' && i + 1 < body.length()) {
                word.append(body.charAt(++i));
            } else if (c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else {
                word.append(c);
            }
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }
}
