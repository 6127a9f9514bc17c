package dev.tallyclerk.hardening.compose;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MalformedSubjectException.Reason;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of variables as Compose does: {@code .env}, and the files of {@code env_file}.
 *
 * <p>Lines are {@code NAME=VALUE} or {@code NAME: VALUE}, after {@code export} or not. A value in single quotes is
 * literal; others have variables, and in double quotes also escapes and line breaks. Messages never quote a value.
 */
final class EnvironmentFile {
    private static final int MAX_VARIABLES = 10_000;

    private final String source;
    private final String text;
    private final Function<String, @Nullable String> environment;
    private final Interpolator interpolator;
    private final Map<String, Variable> variables = new LinkedHashMap<>();
    private int at;
    private int line = 1;

    /**
     * A variable.
     *
     * @param value the value; one that depends on an unknown variable has {@link Interpolator#UNSET} in it
     * @param at the line
     */
    record Variable(String value, Location at) {}

    private EnvironmentFile(
            String source, String text, Function<String, @Nullable String> environment, Interpolator.Budget budget) {
        this.source = source;
        this.text = text.replace("\r\n", "\n");
        this.environment = environment;
        this.interpolator = new Interpolator(this::value, budget);
    }

    /**
     * {@return the variables of a file, in order}
     *
     * @param environment the variables of the caller, which its values may use and which go before its own
     */
    static Map<String, Variable> read(
            String source, String text, Function<String, @Nullable String> environment, Interpolator.Budget budget)
            throws MalformedSubjectException {
        EnvironmentFile file = new EnvironmentFile(source, text, environment, budget);
        file.read();
        return file.variables;
    }

    /** {@return the variables of a file with {@code format: raw}, in which every value is literal} */
    static Map<String, Variable> readRaw(String source, String text) throws MalformedSubjectException {
        Map<String, Variable> variables = new LinkedHashMap<>();
        int number = 0;
        for (String row : text.split("\r?\n", -1)) {
            number++;
            int equals = row.indexOf('=');
            if (!row.isBlank() && !row.stripLeading().startsWith("#") && equals > 0) {
                variables.put(
                        row.substring(0, equals).strip(),
                        new Variable(row.substring(equals + 1), place(source, number)));
            }
            checkCount(source, number, variables);
        }
        return variables;
    }

    private static void checkCount(String source, int line, Map<String, Variable> variables)
            throws MalformedSubjectException {
        if (variables.size() > MAX_VARIABLES) {
            throw new MalformedSubjectException(
                    Reason.LIMIT_EXCEEDED, place(source, line), "more than " + MAX_VARIABLES + " variables");
        }
    }

    private static Location.Region place(String source, int line) {
        return Location.Region.of(source, line, 1, line, 1);
    }

    private @Nullable String value(String name) {
        String ofCaller = environment.apply(name);
        Variable own = variables.get(name);
        return ofCaller != null ? ofCaller : own == null ? null : own.value();
    }

    private void read() throws MalformedSubjectException {
        while (skipToStatement()) {
            if (text.startsWith("export", at) && at + 6 < text.length() && isBlank(text.charAt(at + 6))) {
                at += 6;
                skipBlanks();
            }
            String name = name();
            int here = line;
            skipBlanks();
            char separator = at < text.length() ? text.charAt(at) : '\n';
            if (separator == '\n' || separator == '#') {
                String ofCaller = environment.apply(name);
                if (ofCaller != null) {
                    variables.put(name, new Variable(ofCaller, place(source, here)));
                }
                skipLine();
                continue;
            }
            if (separator != '=' && separator != ':') {
                throw malformed("the name of a variable is followed by neither = nor :");
            }
            at++;
            skipBlanks();
            variables.put(name, new Variable(value(), place(source, here)));
            checkCount(source, here, variables);
        }
    }

    private boolean skipToStatement() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '#') {
                skipLine();
            } else if (c == '\n') {
                at++;
                line++;
            } else if (Character.isWhitespace(c)) {
                at++;
            } else {
                return true;
            }
        }
        return false;
    }

    private void skipLine() {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
    }

    private void skipBlanks() {
        while (at < text.length() && isBlank(text.charAt(at))) {
            at++;
        }
    }

    private static boolean isBlank(char c) {
        return c != '\n' && Character.isWhitespace(c);
    }

    private String name() throws MalformedSubjectException {
        int start = at;
        while (at < text.length() && isOfName(text.charAt(at))) {
            at++;
        }
        if (at == start) {
            throw malformed("a line does not begin with the name of a variable");
        }
        return text.substring(start, at);
    }

    private static boolean isOfName(char c) {
        return c == '_' || c == '.' || c == '-' || c == '[' || c == ']' || Character.isLetterOrDigit(c);
    }

    private String value() throws MalformedSubjectException {
        char quote = at < text.length() ? text.charAt(at) : '\n';
        if (quote == '\'' || quote == '"') {
            int end = endOfQuotes(quote);
            String inner = text.substring(at + 1, end);
            line += (int) inner.chars().filter(c -> c == '\n').count();
            at = end + 1;
            skipLine();
            return quote == '\'' ? inner : interpolated(unescaped(inner));
        }
        int start = at;
        skipLine();
        String whole = text.substring(start, at);
        int comment = comment(whole);
        return interpolated(whole.substring(0, comment).strip());
    }

    /** A number sign begins a comment at the start and after a blank. */
    private static int comment(String value) {
        for (int i = value.indexOf('#'); i >= 0; i = value.indexOf('#', i + 1)) {
            if (i == 0 || Character.isWhitespace(value.charAt(i - 1))) {
                return i;
            }
        }
        return value.length();
    }

    private int endOfQuotes(char quote) throws MalformedSubjectException {
        for (int i = at + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == quote) {
                return i;
            }
        }
        throw malformed("a quoted value does not end");
    }

    private static String unescaped(String inner) {
        StringBuilder out = new StringBuilder(inner.length());
        for (int i = 0; i < inner.length(); i++) {
            char c = inner.charAt(i);
            if (c != '\\' || i + 1 == inner.length()) {
                out.append(c);
                continue;
            }
            char next = inner.charAt(++i);
            switch (next) {
                case 'n' -> out.append('\n');
                case 'r' -> out.append('\r');
                case 't' -> out.append('\t');
                case '"', '\\' -> out.append(next);
                case '$' -> out.append("$$");
                default -> out.append('\\').append(next);
            }
        }
        return out.toString();
    }

    private String interpolated(String value) throws MalformedSubjectException {
        try {
            return interpolator.interpolate(value).text();
        } catch (InterpolationException e) {
            throw new MalformedSubjectException(
                    e.isLimit() ? Reason.LIMIT_EXCEEDED : Reason.SYNTAX,
                    place(source, line),
                    String.valueOf(e.getMessage()));
        }
    }

    private MalformedSubjectException malformed(String message) {
        return new MalformedSubjectException(Reason.SYNTAX, place(source, line), message);
    }
}
