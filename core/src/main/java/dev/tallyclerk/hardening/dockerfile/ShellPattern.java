package dev.tallyclerk.hardening.dockerfile;

/** A pattern of {@code *}, {@code ?} and other characters, matched without backtracking over and over. */
final class ShellPattern {
    private static final char ANY_TEXT = '*';
    private static final char ANY = '?';

    private final String symbols;
    private final boolean[] isWildcard;

    private ShellPattern(String symbols, boolean[] isWildcard) {
        this.symbols = symbols;
        this.isWildcard = isWildcard;
    }

    static ShellPattern of(String pattern) {
        StringBuilder symbols = new StringBuilder();
        boolean[] wildcards = new boolean[pattern.length()];
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            boolean isEscaped = c == '\\' && i + 1 < pattern.length();
            if (isEscaped) {
                c = pattern.charAt(++i);
                if ("*?\\}/".indexOf(c) < 0) {
                    throw new GrammarException("a pattern escapes a character that needs no escape");
                }
            }
            wildcards[symbols.length()] = !isEscaped && (c == ANY_TEXT || c == ANY);
            symbols.append(c);
        }
        return new ShellPattern(symbols.toString(), wildcards);
    }

    String withoutPrefix(String value, boolean longest) {
        int end = endOfMatch(value, 0, longest);
        return end < 0 ? value : value.substring(end);
    }

    String withoutSuffix(String value, boolean longest) {
        String reversed = new StringBuilder(value).reverse().toString();
        int end = reversed().endOfMatch(reversed, 0, longest);
        return end < 0 ? value : value.substring(0, value.length() - end);
    }

    String replace(String value, String replacement, boolean everywhere) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        boolean goesOn = !symbols.isEmpty();
        while (at < value.length()) {
            int end = goesOn ? endOfMatch(value, at, true) : -1;
            if (end <= at) {
                out.append(value.charAt(at++));
                continue;
            }
            out.append(replacement);
            at = end;
            goesOn = everywhere;
        }
        return out.toString();
    }

    private ShellPattern reversed() {
        boolean[] wildcards = new boolean[symbols.length()];
        for (int i = 0; i < wildcards.length; i++) {
            wildcards[i] = isWildcard[wildcards.length - 1 - i];
        }
        return new ShellPattern(new StringBuilder(symbols).reverse().toString(), wildcards);
    }

    /** {@return where a match that starts at {@code start} ends, the shortest or the longest; -1 if there is none} */
    private int endOfMatch(String value, int start, boolean longest) {
        // One row for each symbol: whether the symbols so far match the text up to there.
        boolean[] row = new boolean[value.length() + 1];
        row[start] = true;
        for (int i = 0; i < symbols.length(); i++) {
            boolean[] next = new boolean[row.length];
            boolean isAnyText = isWildcard[i] && symbols.charAt(i) == ANY_TEXT;
            boolean isOpen = false;
            for (int at = start; at < row.length; at++) {
                if (isAnyText) {
                    isOpen |= row[at];
                    next[at] = isOpen;
                } else if (at > start) {
                    char symbol = symbols.charAt(i);
                    next[at] = row[at - 1] && (isWildcard[i] || symbol == value.charAt(at - 1));
                }
            }
            row = next;
        }
        int end = -1;
        for (int at = start; at < row.length; at++) {
            if (row[at]) {
                end = at;
                if (!longest) {
                    return end;
                }
            }
        }
        return end;
    }
}
