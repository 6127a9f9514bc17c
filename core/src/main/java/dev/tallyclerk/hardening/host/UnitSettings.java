package dev.tallyclerk.hardening.host;

import dev.tallyclerk.hardening.MissingValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a unit file and its drop-ins, merged as systemd does: a list grows with each assignment, and an empty
 * assignment clears it.
 *
 * @see <a href="https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html">systemd.syntax</a>
 */
final class UnitSettings {
    private static final int MAX_SETTINGS = 20_000;
    private static final int MAX_WORDS = 20_000;
    private static final int MAX_LENGTH = 1 << 16;
    private static final Pattern IN_BRACES = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)\\}");

    private final Map<String, List<String>> values = new HashMap<>();
    private @Nullable MissingValue incomplete;
    private int count;

    /** Adds the settings of a file. */
    void read(String text) {
        String section = "";
        StringBuilder line = new StringBuilder();
        boolean isContinued = false;
        for (String raw : (Iterable<String>) text.lines()::iterator) {
            String stripped = raw.strip();
            if (stripped.startsWith("#") || stripped.startsWith(";")) {
                continue;
            }
            if (!isContinued) {
                line.setLength(0);
            }
            isContinued = raw.endsWith("\\");
            line.append(isContinued ? raw.substring(0, raw.length() - 1) + " " : raw);
            if (!isContinued) {
                section = take(section, line.toString().strip());
            }
        }
        if (isContinued) {
            take(section, line.toString().strip());
        }
    }

    private String take(String section, String line) {
        if (line.startsWith("[") && line.endsWith("]")) {
            return line.substring(1, line.length() - 1);
        }
        int equals = line.indexOf('=');
        if (equals <= 0 || count++ > MAX_SETTINGS) {
            return section;
        }
        String key = section + "." + line.substring(0, equals).strip();
        String value = line.substring(equals + 1).strip();
        List<String> list = values.computeIfAbsent(key, name -> new ArrayList<>());
        if (value.isEmpty()) {
            list.clear();
        } else {
            list.add(value);
        }
        return section;
    }

    /** Notes that a file could not be read, so that other settings may apply. */
    void setIncomplete(MissingValue why) {
        incomplete = why;
    }

    /** {@return why more settings may apply, if they may} */
    Optional<MissingValue> incomplete() {
        return Optional.ofNullable(incomplete);
    }

    /** {@return the assignments of a setting that count, in order} */
    List<String> values(String section, String key) {
        return List.copyOf(values.getOrDefault(section + "." + key, List.of()));
    }

    /**
     * {@return the words of the first command in {@code ExecStart}, with the values of known variables; none if there
     * is no command}
     *
     * @param environmentFiles gives the text of a file of variables, which is empty if there is no such file; nothing
     *     if it cannot be read
     */
    List<String> command(Function<String, Optional<String>> environmentFiles) {
        List<String> commands = values("Service", "ExecStart");
        if (commands.isEmpty()) {
            return List.of();
        }
        Map<String, String> variables = variables(environmentFiles);
        boolean isEveryVariableKnown = incomplete == null
                && values("Service", "EnvironmentFile").stream()
                        .allMatch(file -> environmentFiles
                                .apply(file.replaceFirst("^-", ""))
                                .isPresent());
        List<String> words = new ArrayList<>();
        for (String word : words(commands.get(0))) {
            expand(word, variables, isEveryVariableKnown, words);
        }
        if (!words.isEmpty()) {
            words.set(0, words.get(0).replaceFirst("^[-@:+!|]+", ""));
        }
        return words;
    }

    /** A variable that is a word by itself stands for any number of words, and one that is not set for none. */
    private static void expand(
            String word, Map<String, String> variables, boolean isEveryVariableKnown, List<String> words) {
        if (words.size() >= MAX_WORDS) {
            return;
        }
        if (word.matches("\\$[A-Za-z_][A-Za-z0-9_]*")) {
            String value = variables.get(word.substring(1));
            if (value != null) {
                words.addAll(words(value));
            } else if (!isEveryVariableKnown) {
                words.add(word);
            }
            return;
        }
        StringBuilder expanded = new StringBuilder();
        Matcher name = IN_BRACES.matcher(word);
        while (name.find() && expanded.length() < MAX_LENGTH) {
            String value = variables.getOrDefault(name.group(1), isEveryVariableKnown ? "" : name.group());
            name.appendReplacement(expanded, Matcher.quoteReplacement(value));
        }
        name.appendTail(expanded);
        words.add(expanded.toString());
    }

    private Map<String, String> variables(Function<String, Optional<String>> environmentFiles) {
        Map<String, String> variables = new HashMap<>();
        for (String assignments : values("Service", "Environment")) {
            words(assignments).forEach(assignment -> put(assignment, variables));
        }
        for (String file : values("Service", "EnvironmentFile")) {
            String path = file.startsWith("-") ? file.substring(1) : file;
            environmentFiles
                    .apply(path)
                    .ifPresent(text -> text.lines()
                            .map(String::strip)
                            .filter(line -> !line.startsWith("#") && !line.startsWith(";"))
                            .forEach(line -> {
                                int equals = line.indexOf('=');
                                if (equals > 0) {
                                    List<String> value = words(line.substring(equals + 1));
                                    put(line.substring(0, equals) + "=" + String.join(" ", value), variables);
                                }
                            }));
        }
        return variables;
    }

    private static void put(String assignment, Map<String, String> variables) {
        int equals = assignment.indexOf('=');
        if (equals > 0) {
            variables.put(assignment.substring(0, equals), assignment.substring(equals + 1));
        }
    }

    /** {@return the words of a line, with quotes and backslashes removed} */
    static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean isWord = false;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\' && i + 1 < line.length()) {
                word.append(line.charAt(++i));
                isWord = true;
            } else if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if ((c == '"' || c == '\'') && word.isEmpty()) {
                quote = c;
                isWord = true;
            } else if (Character.isWhitespace(c)) {
                if (isWord && words.size() < MAX_WORDS) {
                    words.add(word.toString());
                }
                word.setLength(0);
                isWord = false;
            } else {
                word.append(c);
                isWord = true;
            }
        }
        if (isWord) {
            words.add(word.toString());
        }
        return words;
    }
}
