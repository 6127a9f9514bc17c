package dev.tallyclerk.internal.secret;

import java.nio.charset.StandardCharsets;
import java.util.function.IntPredicate;

/** A part of a text, as bytes, in which ASCII characters stand for themselves and others are negative. */
final class Window {
    /** How sure a form has to be. */
    enum Use {
        /** Whatever looks like a secret must not be shown. */
        REDACTION,
        /** Configurations and command lines have few examples and much that is real. */
        DOCUMENT,
        /** Files have documentation, test data and random bytes. */
        FILE
    }

    private final Use use;
    private byte[] bytes;
    private int end;

    Window(Use use, byte[] bytes, int end) {
        this.use = use;
        this.bytes = bytes;
        this.end = end;
    }

    /** {@return a text with one byte for each character, so that positions are the same} */
    static Window of(Use use, String text) {
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            char c = text.charAt(i);
            bytes[i] = c < 128 ? (byte) c : -1;
        }
        return new Window(use, bytes, bytes.length);
    }

    void setEnd(int end) {
        this.end = end;
    }

    Use use() {
        return use;
    }

    boolean isRedaction() {
        return use == Use.REDACTION;
    }

    boolean isFile() {
        return use == Use.FILE;
    }

    byte[] bytes() {
        return bytes;
    }

    int end() {
        return end;
    }

    /** {@return the character, negative if it is not ASCII, or 0 beyond the end} */
    int at(int index) {
        return index >= 0 && index < end ? bytes[index] : 0;
    }

    boolean has(int index, String text) {
        if (index < 0 || index + text.length() > end) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (bytes[index + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** {@return the first character from {@code from} on that is not accepted, at most {@code most} further} */
    int scan(int from, int most, IntPredicate accepted) {
        int limit = (int) Math.min((long) from + most, end);
        int at = from;
        while (at < limit && accepted.test(bytes[at])) {
            at++;
        }
        return at;
    }

    /** {@return where a text starts in the given part, or -1} */
    int find(String text, int from, int to) {
        int last = Math.min(to, end) - text.length();
        for (int i = from; i <= last; i++) {
            if (bytes[i] == text.charAt(0) && has(i, text)) {
                return i;
            }
        }
        return -1;
    }

    String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** {@return whether a word can start here: at the start, after another character, or after an escape sequence} */
    boolean startsWord(int index) {
        int before = at(index - 1);
        return !Characters.isWord(before)
                || ((before == 'n' || before == 'r' || before == 't') && at(index - 2) == '\\');
    }
}
