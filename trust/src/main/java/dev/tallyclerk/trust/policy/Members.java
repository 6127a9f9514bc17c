package dev.tallyclerk.trust.policy;

import dev.tallyclerk.hardening.policy.PolicyException;
import dev.tallyclerk.hardening.policy.PolicyException.Reason;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.internal.text.Suggestion;
import dev.tallyclerk.text.Quoted;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The members of an object of which all are known.
 *
 * @param at the object
 * @param names those that it has
 */
record Members(JsonCursor at, Set<String> names) {
    static Members of(JsonCursor at, String... known) throws JsonException, PolicyException {
        return of(at, known, new String[0]);
    }

    static Members of(JsonCursor at, String[] known, String... more) throws JsonException, PolicyException {
        List<String> all = new ArrayList<>(List.of(known));
        all.addAll(List.of(more));
        for (Map.Entry<String, JsonCursor> member : at.members().entrySet()) {
            if (!all.contains(member.getKey())) {
                throw unknown("member", member.getKey(), member.getValue(), all);
            }
        }
        return new Members(at, at.members().keySet());
    }

    static PolicyException unknown(String what, String name, JsonCursor at, Collection<String> known) {
        PolicyException refusal = PolicyException.inDocument(
                Reason.UNKNOWN_MEMBER, at.pointer(), "unknown " + what + ' ' + Quoted.quote(name));
        String near = Suggestion.of(name, known);
        return near == null ? refusal : refusal.withSuggestion(near);
    }

    boolean has(String name) {
        return names.contains(name);
    }

    /** {@return the text of a member, or another if it is absent} */
    String text(String name, String otherwise) throws JsonException {
        return has(name) ? at.required(name).string() : otherwise;
    }

    /** {@return the number of a member, or another if it is absent} */
    int number(String name, int min, int max, int otherwise) throws JsonException {
        return has(name) ? (int) at.required(name).integer(min, max) : otherwise;
    }

    /** {@return the texts of a member by name; none if it is absent} */
    Map<String, String> texts(String name) throws JsonException {
        return has(name) ? at.required(name).stringMap() : Map.of();
    }

    /** Makes something of a text, or of a value that was read already. */
    @FunctionalInterface
    interface Making<T> {
        T of(String text) throws JsonException, PolicyException;
    }

    /** {@return what is made of a value; an argument that is refused is an error at the value} */
    static <T> T valid(JsonCursor at, Making<T> making) throws JsonException, PolicyException {
        String text = at.value() instanceof JsonString string ? string.value() : "";
        try {
            return making.of(text);
        } catch (IllegalArgumentException e) {
            String message = e.getMessage();
            throw at.badValue(message == null ? "is not allowed" : message);
        }
    }
}
