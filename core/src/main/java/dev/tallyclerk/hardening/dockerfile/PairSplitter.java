package dev.tallyclerk.hardening.dockerfile;

import dev.tallyclerk.hardening.dockerfile.Instruction.Word;
import java.util.ArrayList;
import java.util.List;

/** Splits the arguments of ENV, LABEL and ARG at blanks outside quotes; quotes and escapes stay. */
final class PairSplitter {
    private final String text;
    private final int start;
    private final int end;
    private final char escape;

    PairSplitter(String text, int start, int end, char escape) {
        this.text = text;
        this.start = start;
        this.end = end;
        this.escape = escape;
    }

    List<Word> split() {
        List<Word> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        int startOfWord = start;
        char quote = 0;
        boolean isOpen = false;
        for (int at = start; at < end; at++) {
            char c = text.charAt(at);
            if (quote == 0 && Characters.isSpace(c)) {
                add(isOpen, word, startOfWord, at, words);
                isOpen = false;
                continue;
            }
            if (!isOpen) {
                isOpen = true;
                startOfWord = at;
            }
            if (c == escape && quote != '\'') {
                // At the very end, an escape character stands for nothing.
                if (at + 1 < end) {
                    word.append(c).append(text.charAt(++at));
                }
                continue;
            }
            if (c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            }
            word.append(c);
        }
        add(isOpen, word, startOfWord, end, words);
        return words;
    }

    private static void add(boolean isOpen, StringBuilder word, int start, int end, List<Word> words) {
        if (isOpen && word.length() > 0) {
            words.add(new Word(word.toString(), start, end));
        }
        word.setLength(0);
    }
}
