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
    /** Values of a page that are none of its names. */
    private static final int FEW_OTHERS = 1_000;

    private final String member;
    private final Predicate<String> grammar;
    private final int maxEntries;

    private NameList(String member, Predicate<String> grammar, int maxEntries) {
        this.member = member;
        this.grammar = grammar;
        this.maxEntries = maxEntries;
    }

    static NameList ofTags(ClientLimits limits) {
        return new NameList("tags", ReferenceParts::isTag, limits.maxListEntries());
    }

    static NameList ofRepositories(ClientLimits limits) {
        return new NameList("repositories", ReferenceParts::isPath, limits.maxListEntries());
    }

    /**
     * Names may be shorter than what other documents have, so as many values are allowed as a list may have entries.
     */
    private JsonLimits limits(int bytes) {
        JsonLimits usual = JsonLimits.ofBytes(bytes);
        return new JsonLimits(
                bytes,
                usual.maxDepth(),
                usual.maxStringLength(),
                usual.maxNumberLength(),
                Math.max(usual.maxValues(), Math.min(maxEntries, Integer.MAX_VALUE - FEW_OTHERS) + FEW_OTHERS));
    }

    @Override
    public List<String> entries(Document document) throws RegistryException {
        byte[] bytes = document.bytes();
        try {
            JsonCursor json = JsonCursor.parse(bytes, limits(Math.max(1, bytes.length)));
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
