package dev.tallyclerk.internal.json;

import dev.tallyclerk.internal.json.JsonException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads values from canonical text one after the other, without a tree, and knows where it is, so that whoever reads
 * can say where something is wrong.
 *
 * <p>The text has to be one that {@link CanonicalScanner} has written, without fractions. Each value is read or skipped
 * before the next one; {@link #pointer} is the place of the value that was moved to or read last. Not for use by two
 * threads.
 */
public final class CanonicalReader {
    private static final int NOWHERE = Integer.MIN_VALUE;

    private final byte[] text;
    private final String origin;
    private int at;
    private int nameEnd;
    private int stringStart;
    private int depth;

    /** For each open object where the member's name begins, for each open array the element's number, as -1 - n. */
    private int[] steps = new int[8];

    /**
     * Starts at a value.
     *
     * @param text canonical text, not copied
     * @param at where the value begins
     * @param pointer the place of that value as an RFC 6901 JSON pointer
     */
    public CanonicalReader(byte[] text, int at, String pointer) {
        this.text = text;
        this.at = at;
        this.origin = pointer;
    }

    byte[] text() {
        return text;
    }

    /** {@return where the next value begins} */
    public int position() {
        return at;
    }

    /** {@return where the name of the member begins that was moved to last} */
    public int nameStart() {
        return steps[depth - 1];
    }

    /** {@return where the name ends of the member that was moved to last, after its quotation mark} */
    int nameEnd() {
        return nameEnd;
    }

    /** {@return the place as an RFC 6901 JSON pointer; empty for the whole document} */
    public String pointer() {
        StringBuilder out = new StringBuilder(origin);
        for (int i = 0; i < depth && steps[i] != NOWHERE; i++) {
            int step = steps[i];
            out.append('/');
            if (step < 0) {
                out.append(-1 - step);
            } else {
                out.append(JsonCursor.escape(CanonicalStrings.decode(text, step, CanonicalStrings.end(text, step))));
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

    /** {@return whether there is another member} If not, the object was left. */
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
     * {@return the next member that {@code names} has, or null if there is none and the object was left}
     *
     * @throws JsonException if a member is passed over that a reader which ignores case would take for one of these
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

    /** {@return the name of the member that was moved to last} */
    public String name() {
        return CanonicalStrings.decode(text, nameStart(), nameEnd);
    }

    /** {@return whether the member that was moved to last has this name, of ASCII characters other than " and \} */
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

    /** {@return whether there is another element} If not, the array was left. */
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

    /** {@return the string that was read last} */
    public String lastString() {
        return CanonicalStrings.decode(text, stringStart, CanonicalStrings.end(text, stringStart));
    }

    /** {@return whether the string here is that many hexadecimal digits, of either case} */
    public boolean hexadecimal(int digits) throws JsonException {
        int start = at + 1;
        int end = start + digits;
        // No digit ends a string, so that where all are digits its end need not be looked for.
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
            // Counted down, because there is one more number below zero than above it.
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

    /** {@return the value here as JSON without blanks, members in order} */
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

    /** Passes over the value here. */
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

    /** Passes over a number or a literal. */
    private void skipWord() {
        do {
            at++;
        } while (at < text.length && text[at] != ',' && text[at] != '}' && text[at] != ']');
    }

    /** {@return {@code value}, which is null if the object that was left last has no member of that name} */
    public <T> T required(@Nullable T value, String member) throws JsonException {
        if (value == null) {
            throw missing(member);
        }
        return value;
    }

    /** {@return what says that the object that was left last has no member of that name} */
    public JsonException missing(String member) {
        return JsonException.missing(pointer() + '/' + JsonCursor.escape(member), "");
    }

    /** {@return what says that the value that was read last is wrong} */
    public JsonException badValue(String detail) {
        return new JsonException(Reason.BAD_VALUE, pointer(), detail);
    }

    private JsonException wrongType(String wanted) {
        return JsonException.wrongType(pointer(), wanted, typeName(text[at]), "");
    }

    /** {@return the name of the type of the value that begins so} */
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
