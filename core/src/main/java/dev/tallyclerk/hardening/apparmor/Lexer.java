package dev.tallyclerk.hardening.apparmor;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import java.util.ArrayList;
import java.util.List;

/** Splits a profile into words, the ends of rules and lines, and blocks. */
final class Lexer {
    private static final int MAX_TOKENS = 200_000;
    private static final int MAX_WORD = 8192;

    /** The kinds of tokens. */
    enum Kind {
        WORD,
        COMMA,
        LINE_END,
        OPEN,
        CLOSE
    }

    /** A token with its line. */
    record Token(Kind kind, String text, int line) {
        boolean isWord(String word) {
            return kind == Kind.WORD && text.equals(word);
        }
    }

    private final String name;
    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;

    private Lexer(String name, String text) {
        this.name = name;
        this.text = text;
    }

    static List<Token> tokens(String name, String text) throws MalformedSubjectException {
        Lexer lexer = new Lexer(name, text);
        lexer.run();
        return lexer.tokens;
    }

    private void run() throws MalformedSubjectException {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\n') {
                add(Kind.LINE_END, "");
                line++;
                at++;
            } else if (Character.isWhitespace(c)) {
                at++;
            } else if (c == '\\' && isLineEnd(at + 1)) {
                at = text.indexOf('\n', at) + 1;
                line++;
            } else if (c == '#' && !text.startsWith("#include", at)) {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (c == ',') {
                add(Kind.COMMA, ",");
                at++;
            } else if (c == '{' && isBlank(at + 1)) {
                add(Kind.OPEN, "{");
                at++;
            } else if (c == '}') {
                add(Kind.CLOSE, "}");
                at++;
            } else {
                word();
            }
        }
        add(Kind.LINE_END, "");
    }

    private boolean isLineEnd(int position) {
        return text.startsWith("\n", position) || text.startsWith("\r\n", position);
    }

    private boolean isBlank(int position) {
        return position >= text.length()
                || Character.isWhitespace(text.charAt(position))
                || text.charAt(position) == '#';
    }

    private void word() throws MalformedSubjectException {
        int start = at;
        int startLine = line;
        int parentheses = 0;
        int braces = 0;
        boolean isQuoted = false;
        boolean isClass = false;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\n') {
                if (isQuoted || parentheses == 0) {
                    break;
                }
                line++;
            } else if (c == '\\' && at + 1 < text.length() && !isLineEnd(at + 1)) {
                at++;
            } else if (c == '"') {
                isQuoted = !isQuoted;
            } else if (isQuoted) {
                at++;
                continue;
            } else if (c == '[') {
                isClass = true;
            } else if (c == ']') {
                isClass = false;
            } else if (c == '(') {
                parentheses++;
            } else if (c == ')') {
                parentheses = Math.max(0, parentheses - 1);
            } else if (c == '{') {
                if (braces == 0 && isBlank(at + 1)) {
                    break;
                }
                braces++;
            } else if (c == '}') {
                if (braces == 0) {
                    break;
                }
                braces--;
            } else if (c == ',' && parentheses == 0 && braces == 0 && !isClass) {
                break;
            } else if (Character.isWhitespace(c) && parentheses == 0) {
                break;
            }
            at++;
            if (at - start > MAX_WORD) {
                throw syntax(startLine, "a word is longer than " + MAX_WORD + " characters");
            }
        }
        if (isQuoted || parentheses > 0 || braces > 0) {
            throw syntax(startLine, "a quote, parenthesis or brace is not closed");
        }
        tokens.add(new Token(Kind.WORD, text.substring(start, at), startLine));
        bound();
    }

    private void add(Kind kind, String tokenText) throws MalformedSubjectException {
        tokens.add(new Token(kind, tokenText, line));
        bound();
    }

    private void bound() throws MalformedSubjectException {
        if (tokens.size() > MAX_TOKENS) {
            throw new MalformedSubjectException(
                    MalformedSubjectException.Reason.LIMIT_EXCEEDED,
                    name,
                    "",
                    "the profile has more than " + MAX_TOKENS + " words");
        }
    }

    private MalformedSubjectException syntax(int where, String message) {
        return new MalformedSubjectException(
                MalformedSubjectException.Reason.SYNTAX, Location.Region.of(name, where, 1, where, 1), message);
    }
}
