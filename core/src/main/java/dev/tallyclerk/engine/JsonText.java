package dev.tallyclerk.engine;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** JSON as text. */
final class JsonText {
    private JsonText() {}

    /** {@return the text of a member; empty if it is absent or null} */
    static String at(JsonCursor object, String member) throws JsonException {
        Optional<JsonCursor> text = object.optional(member);
        return text.isPresent() ? text.get().string() : "";
    }

    static byte[] write(JsonValue value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            JsonWriter writer = JsonWriter.pretty(out);
            writer.value(value);
            writer.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory cannot fail
        }
        return out.toByteArray();
    }
}
