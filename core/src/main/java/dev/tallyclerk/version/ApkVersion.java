package dev.tallyclerk.version;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A version by apk-package(5) of apk-tools 3: {@code 1.2.3a_rc1~c0ffee-r0}, as a list of tokens. */
record ApkVersion(List<Token> tokens) implements VersionKey {
    private static final List<String> SUFFIXES =
            List.of("alpha", "beta", "pre", "rc", "", "cvs", "svn", "git", "hg", "p");
    private static final int NO_SUFFIX = SUFFIXES.indexOf("");

    /** In the order in which the parts of a version may follow each other. */
    private enum Kind {
        FIRST_NUMBER,
        NUMBER,
        LETTER,
        SUFFIX,
        SUFFIX_NUMBER,
        HASH,
        REVISION
    }

    private record Token(Kind kind, String text) {
        int suffix() {
            return SUFFIXES.indexOf(text);
        }

        boolean isPrerelease() {
            return kind == Kind.SUFFIX && suffix() < NO_SUFFIX;
        }

        int compareText(Token that) {
            return switch (kind) {
                case FIRST_NUMBER, SUFFIX_NUMBER, REVISION -> compareNumbers(text, that.text);
                // As a fraction: 1.01 is before 1.1.
                case NUMBER ->
                    text.startsWith("0") || that.text.startsWith("0")
                            ? text.compareTo(that.text)
                            : compareNumbers(text, that.text);
                case SUFFIX -> Integer.compare(suffix(), that.suffix());
                case LETTER, HASH -> text.compareTo(that.text);
            };
        }
    }

    /** apk counts in 64 bits and starts again at zero. */
    private static int compareNumbers(String first, String second) {
        return Long.compareUnsigned(Digits.modulo64(first), Digits.modulo64(second));
    }

    static ApkVersion parse(String text) {
        List<Token> tokens = new ArrayList<>();
        int at = Digits.end(text, 0);
        add(text, Kind.FIRST_NUMBER, 0, at, tokens);
        while (at < text.length()) {
            Kind last = tokens.get(tokens.size() - 1).kind();
            char c = text.charAt(at);
            Kind kind;
            int start = at + 1;
            int end;
            if (Digits.isLower(c)) {
                kind = Kind.LETTER;
                start = at;
                end = at + 1;
            } else if (c == '.') {
                kind = Kind.NUMBER;
                end = Digits.end(text, start);
            } else if (Digits.isDigit(c) && last == Kind.SUFFIX) {
                kind = Kind.SUFFIX_NUMBER;
                start = at;
                end = Digits.end(text, start);
            } else if (c == '_') {
                kind = Kind.SUFFIX;
                end = start;
                while (end < text.length() && Digits.isLower(text.charAt(end))) {
                    end++;
                }
            } else if (c == '~') {
                kind = Kind.HASH;
                end = start;
                while (end < text.length() && isHex(text.charAt(end))) {
                    end++;
                }
            } else if (text.startsWith("-r", at)) {
                kind = Kind.REVISION;
                start = at + 2;
                end = Digits.end(text, start);
            } else {
                throw new InvalidVersionException(text, "no part of a version starts at character " + (at + 1));
            }
            if (!mayFollow(last, kind)) {
                throw new InvalidVersionException(text, "the part at character " + (at + 1) + " is out of order");
            }
            add(text, kind, start, end, tokens);
            at = end;
        }
        return new ApkVersion(List.copyOf(tokens));
    }

    private static boolean mayFollow(Kind last, Kind next) {
        return switch (next) {
            case FIRST_NUMBER -> false;
            case NUMBER, LETTER -> last.compareTo(Kind.NUMBER) <= 0;
            case SUFFIX -> last.compareTo(Kind.SUFFIX_NUMBER) <= 0;
            case SUFFIX_NUMBER -> last == Kind.SUFFIX;
            case HASH, REVISION -> last.compareTo(next) < 0;
        };
    }

    private static void add(String text, Kind kind, int start, int end, List<Token> tokens) {
        Token token = new Token(kind, text.substring(start, end));
        if (start == end) {
            throw new InvalidVersionException(text, "a part ends before character " + (start + 1));
        }
        if (kind == Kind.SUFFIX && token.suffix() < 0) {
            throw new InvalidVersionException(text, "there is no suffix _" + token.text());
        }
        tokens.add(token);
    }

    private static boolean isHex(char c) {
        return Digits.isDigit(c) || (c >= 'a' && c <= 'f');
    }

    @Override
    public int compareTo(VersionKey other) {
        List<Token> those = ((ApkVersion) other).tokens;
        int at = 0;
        while (true) {
            @Nullable Token a = at < tokens.size() ? tokens.get(at) : null;
            @Nullable Token b = at < those.size() ? those.get(at) : null;
            if (a == null && b == null) {
                return 0;
            }
            if (a == null || b == null || a.kind() != b.kind()) {
                return compareUnlike(a, b);
            }
            int order = a.compareText(b);
            if (order != 0) {
                return order;
            }
            at++;
        }
    }

    /**
     * A suffix such as _rc is before anything else; otherwise the version whose next part comes earlier in the grammar
     * is after.
     */
    private static int compareUnlike(@Nullable Token a, @Nullable Token b) {
        if (a != null && a.isPrerelease()) {
            return -1;
        }
        if (b != null && b.isPrerelease()) {
            return 1;
        }
        if (a == null || b == null) {
            return a == null ? -1 : 1;
        }
        return b.kind().compareTo(a.kind());
    }
}
