package dev.tallyclerk.internal.subject;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue.JsonNull;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The members of a document as facts: known with their location, or missing with the reason. */
public final class JsonFacts {
    private final Location place;
    private final @Nullable JsonCursor root;
    private final MissingValue.@Nullable Reason reason;
    private final String why;

    private JsonFacts(Location place, @Nullable JsonCursor root, MissingValue.@Nullable Reason reason, String why) {
        this.place = place;
        this.root = root;
        this.reason = reason;
        this.why = why;
    }

    /** Reads a value. */
    @FunctionalInterface
    public interface Reading<T> {
        T read(JsonCursor at) throws JsonException;
    }

    /** {@return the facts of a document, named {@code source} in locations} */
    public static JsonFacts of(String source, JsonCursor root) {
        return new JsonFacts(Location.pointer(source), root, null, "");
    }

    /** {@return the facts of a document that was not given: all are missing} */
    public static JsonFacts missing(String source, MissingValue.Reason reason, String why) {
        return new JsonFacts(Location.pointer(source), null, reason, why);
    }

    /**
     * {@return the facts of a member, with locations in the whole document; all missing, because of {@code otherwise},
     * if there is no such object}
     */
    public JsonFacts below(String member, String otherwise) {
        if (root != null && root.value() instanceof JsonObject) {
            Optional<JsonCursor> found = member(root, member);
            if (found.isPresent() && found.get().value() instanceof JsonObject) {
                return new JsonFacts(place.child(member), found.get(), null, "");
            }
        }
        return new JsonFacts(place, null, MissingValue.Reason.KEY_MISSING, otherwise);
    }

    /** {@return the facts of a member, which need not exist, with the same locations and reasons as from here} */
    public JsonFacts within(String member) {
        if (root == null) {
            return this;
        }
        JsonCursor none = root.value() instanceof JsonObject ? JsonCursor.at(JsonNull.INSTANCE) : root;
        return new JsonFacts(place.child(member), member(root, member).orElse(none), null, "");
    }

    /** {@return the value at {@code path}; missing if it is absent or null} */
    public <T> Fact<T> value(Reading<T> reading, String... path) {
        return read(null, reading, path);
    }

    /** {@return the strings at {@code path}; null is an empty list, as Go writes it} */
    public Fact<List<String>> strings(String... path) {
        return read(List.of(), JsonCursor::strings, path);
    }

    /** {@return the value at {@code path}; {@code ofNull} if it is null} */
    public <T> Fact<T> valueOrNull(T ofNull, Reading<T> reading, String... path) {
        return read(ofNull, reading, path);
    }

    private <T> Fact<T> read(@Nullable T ofNull, Reading<T> reading, String... path) {
        if (root == null) {
            return Fact.missing(reason == null ? MissingValue.Reason.SOURCE_NOT_PROVIDED : reason, why);
        }
        Location at = place.child(path);
        JsonCursor cursor = root;
        for (String step : path) {
            if (!(cursor.value() instanceof JsonObject)) {
                return cursor.value() instanceof JsonNull ? absent(at) : unreadable(at, "its parent");
            }
            Optional<JsonCursor> member = member(cursor, step);
            if (member.isEmpty()) {
                return absent(at);
            }
            cursor = member.get();
        }
        if (cursor.value() instanceof JsonNull) {
            return ofNull == null ? absent(at) : Fact.known(ofNull, at);
        }
        try {
            return Fact.known(reading.read(cursor), at);
        } catch (JsonException e) {
            return Fact.missing(MissingValue.Reason.UNREADABLE, at + ": " + e.detail());
        }
    }

    private static Optional<JsonCursor> member(JsonCursor cursor, String step) {
        try {
            return cursor.member(step);
        } catch (JsonException e) {
            return Optional.empty();
        }
    }

    private static <T> Fact<T> absent(Location at) {
        return Fact.missing(MissingValue.Reason.KEY_MISSING, at + " is missing");
    }

    private static <T> Fact<T> unreadable(Location at, String what) {
        return Fact.missing(MissingValue.Reason.UNREADABLE, at + ": " + what + " is not an object");
    }
}
