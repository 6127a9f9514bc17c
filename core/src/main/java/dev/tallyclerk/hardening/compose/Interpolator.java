package dev.tallyclerk.hardening.compose;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Replaces variables in texts as the Compose specification says (section Interpolation): {@code $NAME},
 * {@code ${NAME}}, with {@code :-}, {@code -}, {@code :?}, {@code ?}, {@code :+} or {@code +} and a text that may have
 * variables too; {@code $$} is a dollar sign.
 *
 * <p>A variable without a value and without default is {@link #UNSET} in the result, because the environment in which
 * the project starts may have it. Not thread-safe: it counts what it writes.
 */
final class Interpolator {
    /**
     * What stands for the value of an unknown variable. No text has it otherwise: it is a character for private use.
     */
    static final char UNSET = '\uE000';

    private static final int MAX_DEPTH = 50;

    private final Function<String, @Nullable String> variables;
    private final Budget budget;

    /**
     * A text after interpolation.
     *
     * @param text the text
     * @param unset the variables without value and default, in order
     * @param isFromOutside whether the value of a variable is in it
     */
    record Result(String text, List<String> unset, boolean isFromOutside) {
        Result {
            unset = List.copyOf(unset);
        }

        static Result literal(String text) {
            return new Result(text, List.of(), false);
        }
    }

    /** The characters that all texts of a project may have together. */
    static final class Budget {
        private long left;

        Budget(long characters) {
            this.left = characters;
        }

        void take(int characters) throws InterpolationException {
            left -= characters;
            if (left < 0) {
                throw new InterpolationException("the values of variables make the project too long", true);
            }
        }
    }

    Interpolator(Function<String, @Nullable String> variables, Budget budget) {
        this.variables = variables;
        this.budget = budget;
    }

    /** {@return the text with the values of its variables} */
    Result interpolate(String text) throws InterpolationException {
        String clean = text.indexOf(UNSET) < 0 ? text : text.replace(UNSET, '?');
        if (clean.indexOf('$') < 0) {
            return Result.literal(clean);
        }
        Writer writer = new Writer();
        writer.write(clean, 0);
        return new Result(writer.out.toString(), writer.unset, writer.isFromOutside);
    }

    private final class Writer {
        private final StringBuilder out = new StringBuilder();
        private final List<String> unset = new ArrayList<>();
        private boolean isFromOutside;

        private void write(String text, int depth) throws InterpolationException {
            if (depth > MAX_DEPTH) {
                throw new InterpolationException("variables are nested more than " + MAX_DEPTH + " times", true);
            }
            int at = 0;
            while (at < text.length()) {
                int dollar = text.indexOf('$', at);
                if (dollar < 0) {
                    append(text.substring(at));
                    return;
                }
                append(text.substring(at, dollar));
                at = variable(text, dollar + 1, depth);
            }
        }

        /** {@return where the text goes on after the dollar sign before {@code at}} */
        private int variable(String text, int at, int depth) throws InterpolationException {
            char next = at < text.length() ? text.charAt(at) : ' ';
            if (next == '$') {
                append("$");
                return at + 1;
            }
            if (isNameStart(next)) {
                int end = endOfName(text, at);
                put(text.substring(at, end));
                return end;
            }
            if (next != '{') {
                throw new InterpolationException(
                        "a dollar sign is followed by neither a name nor a brace; write $$ for a dollar sign", false);
            }
            int close = closingBrace(text, at);
            braced(text.substring(at + 1, close), depth);
            return close + 1;
        }

        private void braced(String inner, int depth) throws InterpolationException {
            int end = endOfName(inner, 0);
            if (end == 0 || !isNameStart(inner.charAt(0))) {
                throw new InterpolationException("${ is not followed by the name of a variable", false);
            }
            String name = inner.substring(0, end);
            if (end == inner.length()) {
                put(name);
                return;
            }
            boolean countsEmpty = inner.charAt(end) == ':';
            int operator = countsEmpty ? end + 1 : end;
            char kind = operator < inner.length() ? inner.charAt(operator) : ' ';
            if (kind != '-' && kind != '?' && kind != '+') {
                throw new InterpolationException(
                        "the name of a variable in braces is followed by something that is no operator: -, ? or +",
                        false);
            }
            String word = inner.substring(operator + 1);
            String value = variables.apply(name);
            boolean isSet = value != null && !(countsEmpty && value.isEmpty());
            if (kind == '+') {
                if (isSet) {
                    isFromOutside = true;
                    write(word, depth + 1);
                }
            } else if (isSet && value != null) {
                isFromOutside = true;
                append(value);
            } else if (kind == '-') {
                write(word, depth + 1);
            } else {
                unknown(name);
            }
        }

        private void put(String name) throws InterpolationException {
            String value = variables.apply(name);
            if (value == null) {
                unknown(name);
            } else {
                isFromOutside = true;
                append(value);
            }
        }

        private void unknown(String name) throws InterpolationException {
            unset.add(name);
            append(String.valueOf(UNSET));
        }

        private void append(String text) throws InterpolationException {
            budget.take(text.length());
            out.append(text);
        }
    }

    private static boolean isNameStart(char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static int endOfName(String text, int from) {
        int at = from;
        while (at < text.length()
                && (isNameStart(text.charAt(at)) || (text.charAt(at) >= '0' && text.charAt(at) <= '9'))) {
            at++;
        }
        return at;
    }

    private static int closingBrace(String text, int open) throws InterpolationException {
        int depth = 0;
        for (int i = open; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '{') {
                depth++;
            } else if (c == '}' && --depth == 0) {
                return i;
            }
        }
        throw new InterpolationException("${ has no closing brace", false);
    }
}
