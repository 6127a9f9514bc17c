package dev.tallyclerk.internal.json;

import dev.tallyclerk.internal.json.JsonException.Reason;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonBoolean;
import dev.tallyclerk.internal.json.JsonValue.JsonNull;
import dev.tallyclerk.internal.json.JsonValue.JsonNumber;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.internal.json.MemberMap.Entries;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one document in one pass, into a tree or, for {@link JsonStream}, in steps. Used once, by one thread.
 *
 * <p>Recursive, which is safe because {@link JsonLimits#maxDepth} bounds the depth.
 */
final class TreeReader {
    private static final String GRAMMAR = "RFC 8259, 2: the grammar of JSON";
    private static final String UNIQUE_NAMES = "RFC 7493, 2.3: no duplicate member names";
    private static final String DOUBLES = "RFC 7493, 2.2: no number beyond an IEEE 754 double";
    private static final int MAX_DUPLICATES = 100;

    private static final JsonBoolean TRUE = new JsonBoolean(true);
    private static final JsonBoolean FALSE = new JsonBoolean(false);

    private final byte[] in;
    private final JsonLimits limits;
    private final boolean interchangeable;
    private final @Nullable List<String> duplicates;
    private final StringReader strings;
    private int at;
    private int valuesLeft;

    /** The position: for each open object or array the member, or null, and the element's number. */
    private @Nullable String[] names = new @Nullable String[8];

    private int[] indexes = new int[8];
    private int depth;

    /** @param duplicates receives the pointer of each duplicate member, which then wins; null to refuse them */
    TreeReader(byte[] document, JsonLimits limits, boolean interchangeable, @Nullable List<String> duplicates) {
        this.in = document;
        this.limits = limits;
        this.interchangeable = interchangeable;
        this.duplicates = duplicates;
        this.strings = new StringReader(document, interchangeable);
        this.valuesLeft = limits.maxValues();
    }

    JsonValue document() throws JsonException {
        begin();
        JsonValue value = value();
        end();
        return value;
    }

    /** Goes to the document's value. */
    void begin() throws JsonException {
        if (in.length >= 3 && in[0] == (byte) 0xEF && in[1] == (byte) 0xBB && in[2] == (byte) 0xBF) {
            throw failure(Reason.SYNTAX, "byte order mark", "RFC 8259, 8.1: no byte order mark");
        }
        skipBlanks();
        if (at == in.length) {
            throw syntax("empty document");
        }
    }

    /** Checks that nothing follows the document's value. */
    void end() throws JsonException {
        skipBlanks();
        if (at < in.length) {
            throw syntax("more than one value");
        }
    }

    /** {@return whether the value here begins with a character} */
    boolean isAt(char first) {
        return at < in.length && in[at] == first;
    }

    /** {@return what is here, for people} */
    String kind() throws JsonException {
        return isAt('{') ? "an object" : isAt('[') ? "an array" : oneValue().typeName();
    }

    /** {@return the string here} */
    String text() throws JsonException {
        return string(false).value();
    }

    /** {@return whether another member or element follows; leaves the object or array if not} */
    boolean hasNext(char end, boolean isFirst) throws JsonException {
        if (isFirst ? next() != end : isFollowed(end)) {
            return true;
        }
        at++;
        depth--;
        return false;
    }

    /** Goes to the element that follows. */
    void beginElement() {
        indexes[depth]++;
        skipBlanks();
    }

    /** {@return the name of the member that follows, and goes to its value} */
    String newName(OpenNames open) throws JsonException {
        skipBlanks();
        int nameAt = at;
        String name = name();
        if (!open.add(name)) {
            at = nameAt;
            throw failure(Reason.DUPLICATE_MEMBER, "duplicate member", UNIQUE_NAMES);
        }
        if (open.isFull()) {
            throw failure(Reason.LIMIT, "objects of more than " + OpenNames.MAX + " members", "");
        }
        return name;
    }

    /** {@return the value here, which may have as many values in it as a document} */
    JsonValue oneValue() throws JsonException {
        valuesLeft = limits.maxValues();
        return value();
    }

    /** Passes over the value here. */
    void skip(OpenNames open) throws JsonException {
        if (isAt('{')) {
            enter();
            open.open();
            for (boolean isFirst = true; hasNext('}', isFirst); isFirst = false) {
                newName(open);
                skip(open);
            }
            open.close();
        } else if (isAt('[')) {
            enter();
            for (boolean isFirst = true; hasNext(']', isFirst); isFirst = false) {
                beginElement();
                skip(open);
            }
        } else {
            oneValue();
        }
    }

    /** {@return the name of a member, whose value comes next} */
    private String name() throws JsonException {
        names[depth] = null;
        if (next() != '"') {
            throw syntax("expected a member name");
        }
        String name = string(true).value();
        names[depth] = name;
        if (next() != ':') {
            throw syntax("expected a colon");
        }
        at++;
        skipBlanks();
        return name;
    }

    /** {@return whether another member or element follows, and not the end, which is then next} */
    private boolean isFollowed(char end) throws JsonException {
        byte separator = next();
        if (separator == ',') {
            at++;
            return true;
        }
        if (separator != end) {
            throw syntax("expected a comma or " + end);
        }
        return false;
    }

    private JsonValue value() throws JsonException {
        if (valuesLeft == 0) {
            throw failure(Reason.LIMIT, "more than " + limits.maxValues() + " values", "");
        }
        valuesLeft--;
        if (at == in.length) {
            throw syntax("document ends where a value is expected");
        }
        return switch (in[at]) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string(false);
            case 't' -> literal("true", TRUE);
            case 'f' -> literal("false", FALSE);
            case 'n' -> literal("null", JsonNull.INSTANCE);
            default -> number();
        };
    }

    private JsonObject object() throws JsonException {
        enter();
        Entries members = new Entries();
        if (next() == '}') {
            at++;
        } else {
            byte separator;
            do {
                skipBlanks();
                int nameAt = at;
                String name = name();
                JsonValue value = value();
                if (!members.add(name, value)) {
                    if (duplicates == null) {
                        at = nameAt;
                        throw failure(Reason.DUPLICATE_MEMBER, "duplicate member", UNIQUE_NAMES);
                    }
                    if (duplicates.size() == MAX_DUPLICATES) {
                        // Replacing takes time proportional to the members, so it must be rare.
                        throw failure(Reason.LIMIT, "more than " + MAX_DUPLICATES + " duplicate members", "");
                    }
                    duplicates.add(pointer());
                    members.replace(name, value);
                }
                separator = next();
                at++;
            } while (separator == ',');
            if (separator != '}') {
                at--;
                throw syntax("expected a comma or }");
            }
        }
        depth--;
        return new JsonObject(members);
    }

    private JsonArray array() throws JsonException {
        enter();
        List<JsonValue> elements = new ArrayList<>();
        if (next() == ']') {
            at++;
        } else {
            byte separator;
            do {
                indexes[depth] = elements.size();
                skipBlanks();
                elements.add(value());
                separator = next();
                at++;
            } while (separator == ',');
            if (separator != ']') {
                at--;
                throw syntax("expected a comma or ]");
            }
        }
        depth--;
        return new JsonArray(elements);
    }

    void enter() throws JsonException {
        if (depth == limits.maxDepth()) {
            throw failure(Reason.LIMIT, "nested deeper than " + limits.maxDepth() + " levels", "");
        }
        at++;
        depth++;
        if (depth == names.length) {
            names = Arrays.copyOf(names, depth * 2);
            indexes = Arrays.copyOf(indexes, depth * 2);
        }
        names[depth] = null;
        indexes[depth] = -1;
    }

    /** {@return the byte after the blanks here, or a blank at the end of the document, which never matches} */
    private byte next() {
        skipBlanks();
        return at < in.length ? in[at] : (byte) ' ';
    }

    private void skipBlanks() {
        while (at < in.length && (in[at] == ' ' || in[at] == '\n' || in[at] == '\r' || in[at] == '\t')) {
            at++;
        }
    }

    private JsonString string(boolean isName) throws JsonException {
        JsonString text;
        try {
            text = strings.read(at, isName);
        } catch (StringReader.IllFormedException e) {
            at = e.at();
            throw failure(Reason.SYNTAX, e.detail(), e.rule());
        }
        int length = text.value().length();
        if (length > limits.maxStringLength()) {
            throw failure(
                    Reason.LIMIT, "string of " + length + " characters, " + limits.maxStringLength() + " allowed", "");
        }
        at = strings.end();
        return text;
    }

    private <T extends JsonValue> T literal(String text, T value) throws JsonException {
        int end = at + text.length();
        if (end > in.length || !text.equals(new String(in, at, text.length(), StandardCharsets.ISO_8859_1))) {
            throw syntax("expected a value");
        }
        at = end;
        return value;
    }

    /** number = [ "-" ] ( "0" / digit1-9 *DIGIT ) [ "." 1*DIGIT ] [ ( "e" / "E" ) [ "-" / "+" ] 1*DIGIT ]. */
    private JsonNumber number() throws JsonException {
        int start = at;
        if (in[at] == '-') {
            at++;
        }
        if (at < in.length && in[at] == '0') {
            at++;
        } else {
            digits(at == start ? "expected a value" : "expected a digit");
        }
        if (at < in.length && in[at] == '.') {
            at++;
            digits("expected a digit");
        }
        boolean exponent = at < in.length && (in[at] == 'e' || in[at] == 'E');
        if (exponent) {
            at++;
            if (at < in.length && (in[at] == '-' || in[at] == '+')) {
                at++;
            }
            digits("expected a digit");
        }
        int length = at - start;
        if (length > limits.maxNumberLength()) {
            throw failure(
                    Reason.LIMIT, "number of " + length + " characters, " + limits.maxNumberLength() + " allowed", "");
        }
        String text = new String(in, start, length, StandardCharsets.ISO_8859_1);
        if (interchangeable && (exponent || length > 300) && Double.isInfinite(Double.parseDouble(text))) {
            throw failure(Reason.SYNTAX, "number too large for a double", DOUBLES);
        }
        return new JsonNumber(text);
    }

    private void digits(String otherwise) throws JsonException {
        int start = at;
        while (at < in.length && in[at] >= '0' && in[at] <= '9') {
            at++;
        }
        if (at == start) {
            throw syntax(otherwise);
        }
    }

    private JsonException syntax(String detail) {
        return failure(Reason.SYNTAX, at == in.length ? "document ends too early: " + detail : detail, GRAMMAR);
    }

    private JsonException failure(Reason reason, String detail, String rule) {
        return new JsonException(reason, pointer(), detail, rule, JsonPlace.at(in, at));
    }

    String pointer() {
        StringBuilder out = new StringBuilder();
        for (int i = 1; i <= depth; i++) {
            String name = names[i];
            if (name != null) {
                out.append('/').append(JsonPointer.escape(name));
            } else if (indexes[i] >= 0) {
                out.append('/').append(indexes[i]);
            }
        }
        return out.toString();
    }
}
