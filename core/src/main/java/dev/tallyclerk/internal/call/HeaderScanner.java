package dev.tallyclerk.internal.call;

import java.util.Optional;
import java.util.function.IntPredicate;

/** Reads the value of a header piece by piece. It belongs to one thread. */
public final class HeaderScanner {
    private final String text;
    private int at;

    /** Starts at the first character of {@code text}. */
    public HeaderScanner(String text) {
        this.text = text;
    }

    /** {@return whether nothing is left} */
    public boolean isAtEnd() {
        return at >= text.length();
    }

    /** {@return whether the next character is {@code c}} */
    public boolean isAt(char c) {
        return !isAtEnd() && text.charAt(at) == c;
    }

    /** {@return whether the next character is {@code c}, and passes it if it is} */
    public boolean take(char c) {
        boolean taken = isAt(c);
        at += taken ? 1 : 0;
        return taken;
    }

    /** {@return the characters up to the first that is not {@code wanted}, and passes them} */
    public String take(IntPredicate wanted) {
        int start = at;
        while (!isAtEnd() && wanted.test(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    /** Passes all of {@code characters} that come next. */
    public void skip(String characters) {
        take(c -> characters.indexOf(c) >= 0);
    }

    /** {@return where the next character is} */
    public int position() {
        return at;
    }

    /** Goes back to an earlier {@link #position}. */
    public void backTo(int position) {
        at = position;
    }

    /**
     * {@return the value of the quoted string that begins here, and passes it; empty if it has no end}
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110.html#section-5.6.4">RFC 9110, 5.6.4 Quoted Strings</a>
     */
    public Optional<String> quoted() {
        StringBuilder out = new StringBuilder();
        for (at++; !isAtEnd() && text.charAt(at) != '"'; at++) {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            out.append(text.charAt(at));
        }
        return take('"') ? Optional.of(out.toString()) : Optional.empty();
    }
}
