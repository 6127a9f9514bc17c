package dev.tallyclerk.hardening.engine;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonNull;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.subject.MarkedText;
import dev.tallyclerk.internal.subject.SubjectJson;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code daemon.json} as dockerd reads it: in the encoding of its byte order mark, empty for no settings, and with the
 * last of equal members.
 */
final class DaemonFile {
    static final String NAME = "daemon.json";

    private final JsonCursor root;
    private final List<String> duplicates;

    private DaemonFile(JsonCursor root, List<String> duplicates) {
        this.root = root;
        this.duplicates = duplicates;
    }

    static DaemonFile parse(byte[] bytes, SubjectLimits limits) throws MalformedSubjectException {
        byte[] text = MarkedText.withoutMark(NAME, bytes, limits);
        if (isBlank(text)) {
            return new DaemonFile(JsonCursor.at(new JsonObject(Map.of())), List.of());
        }
        SubjectJson.LastWins read = SubjectJson.parseLastWins(NAME, text, limits);
        if (!(read.root().value() instanceof JsonObject)) {
            throw SubjectJson.malformed(NAME, read.root().wrongType("an object"));
        }
        return new DaemonFile(read.root(), read.duplicates());
    }

    private static boolean isBlank(byte[] bytes) {
        for (byte b : bytes) {
            if (b != ' ' && b != '\t' && b != '\n' && b != '\r') {
                return false;
            }
        }
        return true;
    }

    /** {@return the members of the root} */
    Map<String, JsonValue> members() {
        return ((JsonObject) root.value()).members();
    }

    /** {@return the pointers of duplicate members} */
    List<String> duplicates() {
        return duplicates;
    }

    /** {@return whether a member is present and not null, which Go treats as absent} */
    boolean has(String... path) {
        return at(path).isPresent();
    }

    /** {@return the option as the file sets it, if it does} */
    <T> Optional<Fact<T>> fact(EngineOption<T> option) {
        String[] path = option.path().toArray(String[]::new);
        Location at = Location.pointer(NAME, path);
        return at(path).map(found -> {
            try {
                return Fact.known(option.type().fromJson().read(found), at);
            } catch (JsonException e) {
                return Fact.missing(
                        MissingValue.Reason.UNREADABLE, at + ": " + e.detail() + ", and dockerd refuses it");
            }
        });
    }

    private Optional<JsonCursor> at(String... path) {
        JsonCursor found = root;
        try {
            for (String step : path) {
                if (!(found.value() instanceof JsonObject)) {
                    return Optional.empty();
                }
                Optional<JsonCursor> member = found.member(step);
                if (member.isEmpty()) {
                    return Optional.empty();
                }
                found = member.get();
            }
        } catch (JsonException e) {
            return Optional.empty();
        }
        return found.value() instanceof JsonNull ? Optional.empty() : Optional.of(found);
    }
}
