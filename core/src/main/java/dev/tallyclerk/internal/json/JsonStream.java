package dev.tallyclerk.internal.json;

import org.jspecify.annotations.Nullable;

/**
 * Reads a document value by value, for large documents of which little is wanted: there is never a tree of the whole.
 *
 * <pre>{@code
 * stream.beginObject();
 * for (String name = stream.nextName(); name != null; name = stream.nextName()) {
 *     switch (name) {
 *         case "id" -> id = stream.string();
 *         case "parts" -> parts.add(stream.value());
 *         default -> stream.skip();
 *     }
 * }
 * stream.end();
 * }</pre>
 *
 * <p>As strict as {@link StrictJson#parse}, also in what is skipped. For one thread.
 */
public final class JsonStream {
    private final TreeReader in;
    private final OpenNames names = new OpenNames();

    /** Whether the value here is not read yet. */
    private boolean isHere = true;

    /** Whether nothing of the innermost object or array was read yet. */
    private boolean isFirst;

    private JsonStream(TreeReader in) {
        this.in = in;
    }

    /**
     * {@return a stream at the one value of a document, which must not change}
     *
     * @param limits {@code maxValues} counts for each value that {@link #value} returns
     * @throws JsonException if the document is empty or too long
     */
    public static JsonStream of(byte[] document, JsonLimits limits) throws JsonException {
        StrictJson.refuseTooLong(document, limits);
        TreeReader in = new TreeReader(document, limits, false, null);
        in.begin();
        return new JsonStream(in);
    }

    private JsonException wrongType(String wanted) throws JsonException {
        return JsonException.wrongType(in.pointer(), wanted, in.kind(), "");
    }

    /** {@return whether an object is here} */
    public boolean isObject() {
        return in.isAt('{');
    }

    /** {@return whether an array is here} */
    public boolean isArray() {
        return in.isAt('[');
    }

    /** {@return whether null is here} */
    public boolean isNull() {
        return in.isAt('n');
    }

    /** Enters the object here; {@link #nextName} then goes through its members. */
    public void beginObject() throws JsonException {
        if (!isObject()) {
            throw wrongType("an object");
        }
        in.enter();
        names.open();
        isHere = false;
        isFirst = true;
    }

    /** Enters the array here; {@link #nextElement} then goes through its elements. */
    public void beginArray() throws JsonException {
        if (!isArray()) {
            throw wrongType("an array");
        }
        in.enter();
        isHere = false;
        isFirst = true;
    }

    /** {@return the name of the next member, whose value is then here; null at the end of the object} */
    public @Nullable String nextName() throws JsonException {
        if (!hasNext('}')) {
            names.close();
            return null;
        }
        return in.newName(names);
    }

    /** {@return whether there is another element, which is then here} */
    public boolean nextElement() throws JsonException {
        if (!hasNext(']')) {
            return false;
        }
        in.beginElement();
        return true;
    }

    private boolean hasNext(char end) throws JsonException {
        if (isHere) {
            skip();
        }
        isHere = in.hasNext(end, isFirst);
        isFirst = false;
        return isHere;
    }

    /** {@return the value here, with everything in it} */
    public JsonValue value() throws JsonException {
        isHere = false;
        return in.oneValue();
    }

    /** {@return the string here} */
    public String string() throws JsonException {
        if (!in.isAt('"')) {
            throw wrongType("a string");
        }
        isHere = false;
        return in.text();
    }

    /** {@return the string here; null after skipping null or a value of another type} */
    public @Nullable String stringOrSkip() throws JsonException {
        if (in.isAt('"')) {
            return string();
        }
        skip();
        return null;
    }

    /** Skips the value here, with everything in it. */
    public void skip() throws JsonException {
        isHere = false;
        in.skip(names);
    }

    /** Checks that nothing follows the value. */
    public void end() throws JsonException {
        if (isHere) {
            skip();
        }
        in.end();
    }
}
