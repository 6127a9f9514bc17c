package dev.tallyclerk.hardening.document;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MalformedSubjectException.Reason;
import dev.tallyclerk.hardening.document.Node.Mapping;
import dev.tallyclerk.hardening.document.Node.Member;
import dev.tallyclerk.hardening.document.Node.Scalar;
import dev.tallyclerk.hardening.document.Node.Sequence;
import dev.tallyclerk.hardening.document.Node.Span;
import dev.tallyclerk.text.Quoted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Parses JSON (RFC 8259), with the line and column of each value. */
final class JsonTree {
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    private final String source;
    private final String text;
    private final TreeLimits limits;
    private final boolean lastWins;
    private final List<Location> duplicateKeys = new ArrayList<>();
    private int at;
    private int line = 1;
    private int lineStart;

    JsonTree(String source, String text, TreeLimits limits, boolean lastWins) {
        this.source = source;
        this.text = text;
        this.limits = limits;
        this.lastWins = lastWins;
    }

    /** {@return the places of members that a later one of the same name replaces} */
    List<Location> duplicateKeys() {
        return duplicateKeys;
    }

    /** {@return the values in the text, one after the other} */
    List<Node> read() throws MalformedSubjectException {
        List<Node> values = new ArrayList<>();
        skipBlanks();
        while (at < text.length()) {
            values.add(value(0));
            skipBlanks();
        }
        return values;
    }

    private Node value(int depth) throws MalformedSubjectException {
        limits.count(here(), 1);
        limits.checkDepth(depth, here());
        char c = at < text.length() ? text.charAt(at) : '\0';
        return switch (c) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> {
                Location.Region start = here();
                String string = string();
                yield new Scalar(spanFrom(start), null, string, false);
            }
            default -> literal();
        };
    }

    private Node object(int depth) throws MalformedSubjectException {
        Location.Region start = here();
        Map<String, Member> members = new LinkedHashMap<>(4);
        at++;
        skipBlanks();
        while (!isAt('}')) {
            if (!members.isEmpty() || isAt(',')) {
                expect(',', members.isEmpty() ? "a member" : "a comma or }");
                skipBlanks();
            }
            Location.Region key = here();
            if (!isAt('"')) {
                throw malformed("expected the name of a member in quotes");
            }
            String name = string();
            Span keySpan = spanFrom(key);
            skipBlanks();
            expect(':', "a colon");
            skipBlanks();
            Member earlier = members.remove(name);
            if (earlier != null) {
                duplicate(name, key, earlier);
            }
            members.put(name, Member.of(name, keySpan, value(depth + 1)));
            skipBlanks();
        }
        at++;
        return new Mapping(spanFrom(start), null, members);
    }

    private void duplicate(String name, Location.Region key, Member earlier) throws MalformedSubjectException {
        if (!lastWins) {
            throw new MalformedSubjectException(
                    Reason.DUPLICATE_MEMBER,
                    key,
                    "the member " + Quoted.quote(name) + " is also at line "
                            + earlier.key().line());
        }
        Span span = earlier.key();
        duplicateKeys.add(Location.Region.of(source, span.line(), span.column(), span.endLine(), span.endColumn()));
    }

    private Node array(int depth) throws MalformedSubjectException {
        Location.Region start = here();
        List<Node> elements = new ArrayList<>();
        at++;
        skipBlanks();
        while (!isAt(']')) {
            if (!elements.isEmpty()) {
                expect(',', "a comma or ]");
                skipBlanks();
            }
            elements.add(value(depth + 1));
            skipBlanks();
        }
        at++;
        return new Sequence(spanFrom(start), null, List.copyOf(elements));
    }

    private Node literal() throws MalformedSubjectException {
        Location.Region start = here();
        int from = at;
        while (at < text.length() && isOfLiteral(text.charAt(at))) {
            at++;
        }
        String word = text.substring(from, at);
        boolean isDigit = word.length() == 1 && word.charAt(0) >= '0' && word.charAt(0) <= '9';
        boolean isKnown = isDigit
                || word.equals("true")
                || word.equals("false")
                || word.equals("null")
                || (word.length() <= 64 && NUMBER.matcher(word).matches());
        if (!isKnown) {
            at = from;
            throw malformed(
                    at == text.length()
                            ? "expected a value, found the end"
                            : word.isEmpty()
                                    ? "expected a value, found " + Quoted.quote(text.substring(at, at + 1))
                                    : Quoted.quote(word) + " is not a JSON value");
        }
        return new Scalar(spanFrom(start), null, word, true);
    }

    private static boolean isOfLiteral(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '+'
                || c == '.';
    }

    private String string() throws MalformedSubjectException {
        int from = ++at;
        while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\\' && text.charAt(at) >= ' ') {
            at++;
        }
        if (isAt('"')) {
            at++;
            return text.substring(from, at - 1);
        }
        StringBuilder out = new StringBuilder(text.substring(from, at));
        while (!isAt('"')) {
            if (at >= text.length()) {
                throw malformed("a text without closing quote");
            }
            char c = text.charAt(at);
            if (c < ' ') {
                throw malformed("a control character in a text; it has to be escaped");
            }
            at++;
            out.append(c == '\\' ? escaped() : c);
        }
        at++;
        String unescaped = out.toString();
        if (Scalars.hasLoneSurrogate(unescaped)) {
            throw malformed("half of a surrogate pair in a text");
        }
        return unescaped;
    }

    private char escaped() throws MalformedSubjectException {
        char c = at < text.length() ? text.charAt(at) : '\0';
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> {
                at--;
                throw malformed("not an escape that JSON has");
            }
        };
    }

    private char unicode() throws MalformedSubjectException {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
            if (digit < 0 || text.charAt(at) > 'f') {
                throw malformed("\\u needs four hexadecimal digits");
            }
            code = code * 16 + digit;
            at++;
        }
        return (char) code;
    }

    private void skipBlanks() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\n') {
                line++;
                lineStart = at + 1;
            } else if (c != ' ' && c != '\t' && c != '\r') {
                return;
            }
            at++;
        }
    }

    private boolean isAt(char c) {
        return at < text.length() && text.charAt(at) == c;
    }

    private void expect(char c, String what) throws MalformedSubjectException {
        if (!isAt(c)) {
            throw malformed("expected " + what
                    + (at == text.length()
                            ? ", found the end"
                            : ", found " + Quoted.quote(text.substring(at, at + 1))));
        }
        at++;
    }

    private Location.Region here() {
        int column = at - lineStart + 1;
        return Location.Region.of(source, line, column, line, column);
    }

    private Span spanFrom(Location.Region start) {
        return new Span(start.line(), start.column(), line, at - lineStart + 1);
    }

    private MalformedSubjectException malformed(String message) {
        return new MalformedSubjectException(Reason.SYNTAX, here(), "not JSON: " + message);
    }
}
