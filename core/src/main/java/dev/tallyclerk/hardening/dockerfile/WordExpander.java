package dev.tallyclerk.hardening.dockerfile;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Substitutes variables and removes quotes as BuildKit does, which is nearly as a shell does.
 *
 * <p>What a variable without a known value stands for is one character, {@link #HOLE}, in the result. Not thread-safe.
 */
final class WordExpander {
    /** Stands for text that is not known; no Unicode text has this character. */
    static final char HOLE = '\uFDD0';

    /** Deeper nesting is refused, so that a hostile file cannot exhaust the stack. */
    private static final int MAX_NESTING = 50;

    /** Longer results are refused: variables that contain each other grow exponentially. */
    private static final int MAX_LENGTH = 1 << 16;

    private static final char NOTHING = '\0';
    private static final String SPECIAL = "@*#?-$!0";

    private final char escape;
    private final boolean keepsQuotes;
    private final boolean keepsUnset;
    private final Function<String, @Nullable String> values;
    private final ExpansionBudget budget;
    private final Set<String> missing = new LinkedHashSet<>();
    private final Set<String> used = new LinkedHashSet<>();
    private String text = "";
    private int at;
    private int nesting;

    private WordExpander(
            char escape,
            boolean keepsQuotes,
            boolean keepsUnset,
            Function<String, @Nullable String> values,
            ExpansionBudget budget) {
        this.budget = budget;
        this.escape = escape;
        this.keepsQuotes = keepsQuotes;
        this.keepsUnset = keepsUnset;
        this.values = values;
    }

    /** {@return an expander that splits words and changes nothing else} */
    static WordExpander raw() {
        return new WordExpander('\\', true, true, name -> null, new ExpansionBudget());
    }

    /** {@return an expander that splits words and removes quotes} */
    static WordExpander unquoting() {
        return new WordExpander('\\', false, true, name -> null, new ExpansionBudget());
    }

    /** {@return an expander; {@code values} gives null for a variable that is not set} */
    static WordExpander of(char escape, Function<String, @Nullable String> values, ExpansionBudget budget) {
        return new WordExpander(escape, false, false, values, budget);
    }

    /**
     * A text after substitution.
     *
     * @param text the text, with a {@link #HOLE} for each part that is not known
     * @param missing the variables without a value
     */
    record Expansion(String text, Set<String> missing) {
        Expansion {
            missing = Set.copyOf(missing);
        }

        static Expansion literal(String text) {
            return new Expansion(text, Set.of());
        }

        static Expansion unknown(String what) {
            return new Expansion(String.valueOf(HOLE), Set.of(what));
        }

        /** {@return why {@code what} is not known, for people} */
        String unresolved(String what) {
            return missing.isEmpty()
                    ? what + " depends on a variable that is not known"
                    : what + " depends on "
                            + String.join(", ", missing.stream().sorted().toList()) + ", which is not known";
        }

        boolean isKnown() {
            return text.indexOf(HOLE) < 0;
        }
    }

    /**
     * {@return the expanded text}
     *
     * @throws GrammarException if a build refuses it
     */
    Expansion expand(String word) {
        String result = process(word).result.toString();
        return budget.take(result.length())
                ? new Expansion(result, missing)
                : Expansion.unknown("the rest of the file");
    }

    /** {@return the expanded text as words, which blanks separate also in values} */
    List<String> words(String line) {
        return process(line).words();
    }

    /** {@return the variables that were looked up so far, whether set or not} */
    Set<String> used() {
        return used;
    }

    private Output process(String line) {
        text = line;
        at = 0;
        return until(NOTHING, keepsQuotes);
    }

    /** The text so far, as a whole and in words. */
    private static final class Output {
        private final StringBuilder result = new StringBuilder();
        private final StringBuilder word = new StringBuilder();
        private final List<String> words = new ArrayList<>();

        /** Blanks separate words here. */
        void add(char c) {
            result.append(c);
            if (!Characters.isSpace(c)) {
                word.append(c);
            } else if (word.length() > 0) {
                words.add(word.toString());
                word.setLength(0);
            }
            check();
        }

        void add(String more) {
            for (int i = 0; i < more.length(); i++) {
                add(more.charAt(i));
            }
        }

        void addRaw(String more) {
            result.append(more);
            word.append(more);
            check();
        }

        private void check() {
            if (result.length() > MAX_LENGTH) {
                throw new GrammarException("a text has more than " + MAX_LENGTH + " characters after substitution");
            }
        }

        List<String> words() {
            if (word.length() > 0) {
                words.add(word.toString());
                word.setLength(0);
            }
            return words;
        }
    }

    private boolean hasMore() {
        return at < text.length();
    }

    /** {@return the text up to {@code stop}, or to the end if that is {@link #NOTHING}} */
    private Output until(char stop, boolean keepsEscapes) {
        if (++nesting > MAX_NESTING) {
            throw new GrammarException("substitutions are nested too deeply");
        }
        Output out = new Output();
        while (hasMore()) {
            char c = text.charAt(at);
            if (stop != NOTHING && c == stop) {
                at++;
                nesting--;
                return out;
            }
            switch (c) {
                case '\'' -> out.addRaw(singleQuoted());
                case '"' -> out.addRaw(doubleQuoted(keepsEscapes));
                case '$' -> out.add(dollar());
                default -> {
                    at++;
                    if (c != escape) {
                        out.add(c);
                        break;
                    }
                    if (keepsEscapes) {
                        out.addRaw(String.valueOf(c));
                    }
                    if (hasMore()) {
                        out.addRaw(String.valueOf(text.charAt(at++)));
                    }
                }
            }
        }
        if (stop != NOTHING) {
            throw new GrammarException("a substitution has no " + stop);
        }
        nesting--;
        return out;
    }

    private String singleQuoted() {
        int end = text.indexOf('\'', at + 1);
        if (end < 0) {
            throw new GrammarException("a single quote is not closed");
        }
        String quoted = text.substring(keepsQuotes ? at : at + 1, keepsQuotes ? end + 1 : end);
        at = end + 1;
        return quoted;
    }

    private String doubleQuoted(boolean keepsEscapes) {
        StringBuilder out = new StringBuilder(keepsQuotes ? "\"" : "");
        at++;
        while (hasMore()) {
            char c = text.charAt(at);
            if (c == '$') {
                out.append(dollar());
                continue;
            }
            at++;
            if (c == '"') {
                return out.append(keepsQuotes ? "\"" : "").toString();
            }
            if (c == escape) {
                if (keepsEscapes) {
                    out.append(c);
                }
                if (!hasMore()) {
                    break;
                }
                char next = text.charAt(at);
                if (next == '"' || next == '$' || next == escape) {
                    c = next;
                    at++;
                }
            }
            out.append(c);
        }
        throw new GrammarException("a double quote is not closed");
    }

    private String dollar() {
        at++;
        if (!hasMore() || text.charAt(at) != '{') {
            String name = name();
            return name.isEmpty() ? "$" : plain(name, "$" + name);
        }
        at++;
        if (!hasMore()) {
            throw new GrammarException("a substitution has no }");
        }
        char first = text.charAt(at);
        if (first == '{' || first == '}' || first == ':') {
            throw new GrammarException("a substitution has no name");
        }
        String name = name();
        if (!hasMore()) {
            throw new GrammarException("a substitution has no }");
        }
        char operator = text.charAt(at++);
        boolean emptyIsUnset = operator == ':';
        if (operator == '}') {
            return plain(name, "${" + name + '}');
        }
        if (emptyIsUnset) {
            if (!hasMore()) {
                throw new GrammarException("a substitution has no }");
            }
            operator = text.charAt(at++);
        }
        return switch (operator) {
            case '-', '+', '?' -> conditional(name, operator, emptyIsUnset);
            case '#', '%' -> trimmed(name, operator, emptyIsUnset);
            case '/' -> {
                if (emptyIsUnset) {
                    throw new GrammarException("a substitution has an unknown operator");
                }
                yield replaced(name);
            }
            default -> throw new GrammarException("a substitution has an unknown operator");
        };
    }

    private @Nullable String value(String name) {
        used.add(name);
        boolean isName = !name.isEmpty() && (name.charAt(0) == '_' || Character.isLetter(name.charAt(0)));
        if (!isName && !keepsUnset) {
            // The parameters of a shell, such as $1 and $$, are empty in a build.
            return "";
        }
        return values.apply(name);
    }

    private String plain(String name, String written) {
        String value = value(name);
        if (value != null) {
            return noted(name, value);
        }
        if (keepsUnset) {
            return written;
        }
        missing.add(name);
        return String.valueOf(HOLE);
    }

    private String noted(String name, String value) {
        if (value.indexOf(HOLE) >= 0) {
            missing.add(name);
        }
        return value;
    }

    private String conditional(String name, char operator, boolean emptyIsUnset) {
        int start = at;
        Set<String> before = new LinkedHashSet<>(missing);
        String word = until('}', false).result.toString();
        String value = value(name);
        if (value == null && keepsUnset) {
            return "${" + name + (emptyIsUnset ? ":" : "") + operator + text.substring(start, at);
        }
        boolean isUnset = value == null || (emptyIsUnset && value.isEmpty());
        boolean takesWord = isUnset ? operator == '-' : operator == '+';
        if (!takesWord) {
            missing.clear();
            missing.addAll(before);
        }
        if (takesWord) {
            return word;
        }
        if (operator == '+') {
            return "";
        }
        if (isUnset) {
            // A build that gives the variable works, so this is no error of the file.
            missing.add(name);
            return String.valueOf(HOLE);
        }
        return noted(name, value == null ? "" : value);
    }

    private String trimmed(String name, char operator, boolean afterColon) {
        String pattern = until('}', true).result.toString();
        String value = value(name);
        if (value == null && keepsUnset) {
            return "${" + name + (afterColon ? ":" : "") + operator + pattern + '}';
        }
        boolean isLongest = !pattern.isEmpty() && pattern.charAt(0) == operator;
        String shape = pattern.substring(isLongest ? 1 : 0);
        if (value == null) {
            missing.add(name);
            return String.valueOf(HOLE);
        }
        boolean isKnown = value.indexOf(HOLE) < 0 && shape.indexOf(HOLE) < 0;
        if (!isKnown || !budget.take((long) shape.length() * value.length())) {
            missing.add(name);
            return String.valueOf(HOLE);
        }
        ShellPattern matcher = ShellPattern.of(shape);
        return operator == '#' ? matcher.withoutPrefix(value, isLongest) : matcher.withoutSuffix(value, isLongest);
    }

    private String replaced(String name) {
        boolean everywhere = hasMore() && text.charAt(at) == '/';
        at += everywhere ? 1 : 0;
        String pattern = until('/', true).result.toString();
        String replacement = until('}', true).result.toString();
        String value = value(name);
        if (value == null && keepsUnset) {
            return "${" + name + '/' + pattern + '/' + replacement + '}';
        }
        boolean isKnown = value != null && value.indexOf(HOLE) < 0 && pattern.indexOf(HOLE) < 0;
        if (value == null
                || !isKnown
                || !budget.take((long) pattern.length() * value.length() * value.length()
                        + (long) value.length() * replacement.length())) {
            missing.add(name);
            return String.valueOf(HOLE);
        }
        return ShellPattern.of(pattern).replace(value, replacement, everywhere);
    }

    /** {@return the name at this position: letters, digits and underscores, a number, or one special character} */
    private String name() {
        int start = at;
        if (hasMore() && Character.isDigit(text.charAt(at))) {
            while (hasMore() && Character.isDigit(text.charAt(at))) {
                at++;
            }
            return text.substring(start, at);
        }
        if (hasMore() && SPECIAL.indexOf(text.charAt(at)) >= 0) {
            at++;
            return text.substring(start, at);
        }
        while (hasMore() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        return text.substring(start, at);
    }
}
