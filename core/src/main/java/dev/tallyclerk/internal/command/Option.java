package dev.tallyclerk.internal.command;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * An option or operand of a command.
 *
 * @param name the option with its dashes, for example {@code -p} or {@code --password}; empty for an operand
 * @param value the operand or the option's value; empty for an option without one
 */
public record Option(String name, String value) {
    /**
     * {@return the options and operands among a command's arguments, in order}
     *
     * <p>Short options may share a word. An option without its value at the end is omitted.
     *
     * @param shortWithValue the letters of the short options whose value is the rest of the word or the next word
     * @param longWithValue the long options whose value follows an equals sign or is the next word, with blanks between
     *     them
     */
    public static List<Option> parse(List<String> arguments, String shortWithValue, String longWithValue) {
        Set<String> withValue = Set.of(longWithValue.split(" ", -1));
        List<Option> options = new ArrayList<>();
        Iterator<String> words = arguments.iterator();
        while (words.hasNext()) {
            String word = words.next();
            if (!word.startsWith("-") || word.equals("-")) {
                options.add(new Option("", word));
            } else if (word.startsWith("--")) {
                int equals = word.indexOf('=');
                String name = equals < 0 ? word : word.substring(0, equals);
                if (!withValue.contains(name)) {
                    options.add(new Option(word, ""));
                } else if (equals >= 0) {
                    options.add(new Option(name, word.substring(equals + 1)));
                } else if (words.hasNext()) {
                    options.add(new Option(name, words.next()));
                }
            } else {
                int at = 1;
                while (at < word.length() && shortWithValue.indexOf(word.charAt(at)) < 0) {
                    options.add(new Option("-" + word.charAt(at), ""));
                    at++;
                }
                if (at < word.length() - 1) {
                    options.add(new Option("-" + word.charAt(at), word.substring(at + 1)));
                } else if (at < word.length() && words.hasNext()) {
                    options.add(new Option("-" + word.charAt(at), words.next()));
                }
            }
        }
        return options;
    }
}
