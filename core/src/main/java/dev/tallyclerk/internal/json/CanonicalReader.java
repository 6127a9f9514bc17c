package dev.tallyclerk.internal.json;

import dev.tallyclerk.internal.json.JsonException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads values from canonical text one after the other, without a tree, and keeps their position for error messages.
 *
 * <p>The text must be the output of {@link CanonicalScanner}, without fractions. Each value must be read or skipped
 * before the next one; {@link #pointer} is the position of the current value. Not for use by two threads.
 */
public final class CanonicalReader {
    private static final int NOWHERE = Integer.MIN_VALUE;

    private final byte[] text;
    private final String origin;
    private int at;
    private int nameEnd;
    private int stringStart;
    private int depth;

    /** For each open object the offset of the member's name, for each open array the element's number, as -1 - n. */
    private int[] steps = new int[8];

    /**
     * Starts at a value.
     *
     * @param text canonical text, not copied
     * @param at the offset of the value
     * @param pointer the position of that value as an RFC 6901 JSON pointer
     */
    public CanonicalReader(byte[] text, int at, String pointer) {
        this.text = text;
        this.at = at;
        this.origin = pointer;
    }

    byte[] text() {
        return text;
    }

    /** {@return the offset of the next value} */
    public int position() {
        return at;
    }

    /** {@return the offset of the current member's name} */
    public int nameStart() {
        return steps[depth - 1];
    }

    /** {@return the offset after the closing quotation mark of the current member's name} */
    int nameEnd() {
        return nameEnd;
    }

    /** {@return the position as an RFC 6901 JSON pointer; empty for the whole document} */
    public String pointer() {
        StringBuilder out = new StringBuilder(origin);
        for (int i = 0; i < depth && steps[i] != NOWHERE; i++) {
            int step = steps[i];
            out.append('/');
            if (step < 0) {
                out.append(-1 - step);
            } else {
                out.append(JsonPointer.escape(CanonicalStrings.decode(text, step, CanonicalStrings.end(text, step))));
            }
        }
        return out.toString();
    }

    /** Starts an object; {@link #nextMember} moves to its first member. */
    public void beginObject() throws JsonException {
        begin('{', "an object");
    }

    /** Starts an array; {@link #nextElement} moves to its first element. */
    public void beginArray() throws JsonException {
        begin('[', "an array");
    }

    private void begin(char bracket, String wanted) throws JsonException {
        if (text[at] != bracket) {
            throw wrongType(wanted);
        }
        at++;
        if (depth == steps.length) {
            steps = Arrays.copyOf(steps, 2 * depth);
        }
        steps[depth++] = NOWHERE;
    }

    /** {@return whether there is another member} If not, the reader leaves the object. */
    public boolean nextMember() {
        if (!hasNext('}')) {
            return false;
        }
        steps[depth - 1] = at;
        nameEnd = CanonicalStrings.end(text, at);
        at = nameEnd + 1;
        return true;
    }

    /**
     * {@return the next member of {@code names}, or null after the last member, when the reader leaves the object}
     *
     * @throws JsonException if a skipped member is a case variant of one of {@code names}
     */
    public @Nullable String nextMember(MemberNames names) throws JsonException {
        while (nextMember()) {
            String known = names.named(text, nameStart() + 1, nameEnd - 1);
            if (known != null) {
                return known;
            }
            String unknown = name();
            if (names.isVariant(unknown)) {
                throw names.variant(unknown, pointer());
            }
            skip();
        }
        return null;
    }

    /** {@return the name of the current member} */
    public String name() {
        return CanonicalStrings.decode(text, nameStart(), nameEnd);
    }

    /** {@return whether the current member has this name, of ASCII characters other than " and \} */
    public boolean isNamed(String plain) {
        int start = nameStart() + 1;
        if (nameEnd - 1 - start != plain.length()) {
            return false;
        }
        for (int i = 0; i < plain.length(); i++) {
            if (text[start + i] != plain.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** {@return whether there is another element} If not, the reader leaves the array. */
    public boolean nextElement() {
        if (!hasNext(']')) {
            return false;
        }
        int step = steps[depth - 1];
        steps[depth - 1] = step == NOWHERE ? -1 : step - 1;
        return true;
    }

    private boolean hasNext(char bracket) {
        byte next = text[at];
        if (next == bracket) {
            depth--;
            at++;
            return false;
        }
        if (next == ',') {
            at++;
        }
        return true;
    }

    public String string() throws JsonException {
        int start = passString();
        return CanonicalStrings.decode(text, start, at);
    }

    private int passString() throws JsonException {
        if (text[at] != '"') {
            throw wrongType("a string");
        }
        stringStart = at;
        at = CanonicalStrings.end(text, at);
        return stringStart;
    }

    /** {@return the last string read} */
    public String lastString() {
        return CanonicalStrings.decode(text, stringStart, CanonicalStrings.end(text, stringStart));
    }

    /** {@return whether the string here has that many hexadecimal digits, in either case, and nothing else} */
    public boolean hexadecimal(int digits) throws JsonException {
        int start = at + 1;
        int end = start + digits;
        // No digit ends a string, so if all are digits the end is known.
        boolean all = text[at] == '"' && end < text.length && text[end] == '"' && areHexadecimal(start, end);
        if (all) {
            stringStart = at;
            at = end + 1;
        } else {
            passString();
        }
        return all;
    }

    private boolean areHexadecimal(int start, int end) {
        int i = start;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            if (!JsonBytes.areHexadecimal((long) JsonBytes.EIGHT.get(text, i))) {
                return false;
            }
        }
        for (; i < end; i++) {
            if (Character.digit(text[i], 16) < 0) {
                return false;
            }
        }
        return true;
    }

    /** {@return the elements of the array here, which must all be strings} */
    public List<String> strings() throws JsonException {
        List<String> out = new ArrayList<>();
        beginArray();
        while (nextElement()) {
            out.add(string());
        }
        return out;
    }

    /** {@return whether the value here is null} */
    public boolean isNull() {
        return text[at] == 'n';
    }

    /** {@return whether the value here is a string} */
    public boolean isString() {
        return text[at] == '"';
    }

    /** {@return whether the value here is an object} */
    public boolean isObject() {
        return text[at] == '{';
    }

    public boolean bool() throws JsonException {
        boolean result = text[at] == 't';
        if (!result && text[at] != 'f') {
            throw wrongType("a boolean");
        }
        skip();
        return result;
    }

    /** {@return an integer from {@code min} to {@code max}} */
    public long integer(long min, long max) throws JsonException {
        boolean negative = text[at] == '-';
        if (!negative && !isDigit(at)) {
            throw wrongType("an integer");
        }
        int start = at;
        long value = 0;
        boolean tooLong = false;
        for (at += negative ? 1 : 0; at < text.length && isDigit(at); at++) {
            // Negative, because there is one more negative number than positive ones.
            int digit = text[at] - '0';
            tooLong |= value < (Long.MIN_VALUE + digit) / 10;
            value = value * 10 - digit;
        }
        tooLong |= !negative && value == Long.MIN_VALUE;
        value = negative ? value : -value;
        if (tooLong || value < min || value > max) {
            String number = new String(text, start, at - start, StandardCharsets.ISO_8859_1);
            throw JsonException.outOfRange(pointer(), number, min, max, "");
        }
        return value;
    }

    private boolean isDigit(int offset) {
        return text[offset] >= '0' && text[offset] <= '9';
    }

    /** {@return the value here as compact JSON, members in order} */
    public String json() {
        int start = at;
        skip();
        String canonical = new String(text, start, at - start, StandardCharsets.UTF_8);
        StringBuilder out = new StringBuilder(canonical.length());
        for (int i = 0; i < canonical.length(); i++) {
            char c = canonical.charAt(i);
            if (c < ' ') {
                CompactJson.appendEscape(c, out);
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    /** Skips the value here. */
    public void skip() {
        int open = 0;
        do {
            switch (text[at]) {
                case '"' -> at = CanonicalStrings.end(text, at);
                case '{', '[' -> {
                    open++;
                    at++;
                }
                case '}', ']' -> {
                    open--;
                    at++;
                }
                case ',', ':' -> at++;
                default -> skipWord();
            }
        } while (open > 0);
    }

    /** Skips a number or a literal. */
    private void skipWord() {
        do {
            at++;
        } while (at < text.length && text[at] != ',' && text[at] != '}' && text[at] != ']');
    }

    /** {@return {@code value}, unless it is null because the object left last has no member of that name} */
    public <T> T required(@Nullable T value, String member) throws JsonException {
        if (value == null) {
            throw missing(member);
        }
        return value;
    }

    /** {@return the exception for an absent member of the object left last} */
    public JsonException missing(String member) {
        return JsonException.missing(pointer() + '/' + JsonPointer.escape(member), "");
    }

    /** {@return the exception for a wrong value, the one read last} */
    public JsonException badValue(String detail) {
        return new JsonException(Reason.BAD_VALUE, pointer(), detail);
    }

    private JsonException wrongType(String wanted) {
        return JsonException.wrongType(pointer(), wanted, typeName(text[at]), "");
    }

    /** {@return the type of a value by its first byte, for messages} */
    static String typeName(byte first) {
        return switch (first) {
            case '{' -> "an object";
            case '[' -> "an array";
            case '"' -> "a string";
            case 't', 'f' -> "a boolean";
            case 'n' -> "null";
            default -> "a number";
        };
    }
}
