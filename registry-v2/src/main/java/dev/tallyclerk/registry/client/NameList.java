package dev.tallyclerk.registry.client;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.JsonValue.JsonNull;
import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.registry.client.RegistryException.Reason;
import java.util.List;
import java.util.function.Predicate;

/** Reads lists of tags and of repositories. */
final class NameList implements Pages.Page<String> {
    private final String member;
    private final Predicate<String> grammar;

    private NameList(String member, Predicate<String> grammar) {
        this.member = member;
        this.grammar = grammar;
    }

    static NameList ofTags() {
        return new NameList("tags", ReferenceParts::isTag);
    }

    static NameList ofRepositories() {
        return new NameList("repositories", ReferenceParts::isPath);
    }

    @Override
    public List<String> entries(Document document) throws RegistryException {
        byte[] bytes = document.bytes();
        try {
            JsonCursor json = JsonCursor.parse(bytes, JsonLimits.ofBytes(Math.max(1, bytes.length)));
            json.refuseCaseVariants(List.of(member));
            JsonCursor list = json.required(member);
            // What docker-registry says of a repository that has no tags any more.
            List<String> names = list.value() instanceof JsonNull ? List.of() : list.strings();
            for (String name : names) {
                if (!grammar.test(name)) {
                    throw failure(document, "one of the " + member + " cannot be one: " + Quoted.quote(name));
                }
            }
            return names;
        } catch (JsonException e) {
            throw failure(document, String.valueOf(e.getMessage()));
        }
    }

    private RegistryException failure(Document document, String why) {
        return new RegistryException(
                Reason.PROTOCOL,
                document.answer().status(),
                OriginRules.host(document.answer().uri()) + " sends no usable list: " + why);
    }
}
