package dev.tallyclerk.internal.subject;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads members of an object that may be absent or null, and elements. */
public final class Members {
    private Members() {}

    /** {@return the text of a member, empty if it is absent or null} */
    public static String text(JsonCursor at, String name) throws JsonException {
        return text(at, name, "");
    }

    /** {@return the text of a member, or {@code otherwise} if it is absent or null} */
    public static String text(JsonCursor at, String name, String otherwise) throws JsonException {
        Optional<JsonCursor> member = at.optional(name);
        return member.isPresent() ? member.get().string() : otherwise;
    }

    /** {@return a member of a member, if both are there} */
    public static Optional<JsonCursor> within(JsonCursor at, String outer, String inner) throws JsonException {
        Optional<JsonCursor> member = at.optional(outer);
        return member.isPresent() ? member.get().optional(inner) : Optional.empty();
    }

    /** {@return what is read from each element, unmodifiable} */
    public static <T> List<T> each(List<JsonCursor> elements, JsonFacts.Reading<T> reading) throws JsonException {
        List<T> values = new ArrayList<>();
        for (JsonCursor element : elements) {
            values.add(reading.read(element));
        }
        return List.copyOf(values);
    }
}
