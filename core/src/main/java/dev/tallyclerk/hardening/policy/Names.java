package dev.tallyclerk.hardening.policy;

import dev.tallyclerk.hardening.policy.PolicyException.Reason;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.text.Suggestion;
import dev.tallyclerk.text.Quoted;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Refuses unknown names, with a suggestion. */
final class Names {
    private Names() {}

    /** {@return the names; suggestions are tried in this order} */
    static Set<String> inOrder(String... names) {
        return Collections.unmodifiableSet(new LinkedHashSet<>(Arrays.asList(names)));
    }

    static void refuseOthers(JsonCursor at, Set<String> members) throws JsonException, PolicyException {
        for (Map.Entry<String, JsonCursor> member : at.members().entrySet()) {
            if (!members.contains(member.getKey())) {
                throw unknown(Reason.UNKNOWN_MEMBER, "member", member.getKey(), member.getValue(), members);
            }
        }
    }

    static PolicyException unknown(Reason reason, String what, String name, JsonCursor at, Collection<String> known) {
        return new PolicyException(
                reason, at.pointer(), "unknown " + what + ' ' + Quoted.quote(name), Suggestion.of(name, known));
    }

    /** {@return the constant with that name, spelled as in Java} */
    static <E extends Enum<E>> E constant(JsonCursor at, Class<E> type) throws JsonException, PolicyException {
        String name = at.string();
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(name)) {
                return constant;
            }
        }
        Collection<String> known =
                Arrays.stream(type.getEnumConstants()).map(Enum::name).toList();
        String detail = Quoted.quote(name) + " is not one of " + String.join(", ", known);
        throw new PolicyException(Reason.BAD_VALUE, at.pointer(), detail, Suggestion.of(name, known));
    }
}
