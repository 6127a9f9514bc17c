package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.internal.call.Origins;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.JsonValue.JsonNull;
import dev.tallyclerk.registry.internal.reference.ReferenceParts;
import dev.tallyclerk.text.Quoted;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads lists of tags and of repositories. */
final class NameList implements Pages.Page<String> {
    /** Values of a page that are none of its names. */
    private static final int FEW_OTHERS = 1_000;

    private final String member;
    private final Predicate<String> grammar;
    private final int maxEntries;

    /** A member that may stand alone, as what registries say of a repository that has no tags any more. */
    private final @Nullable String owner;

    /** Who hears of names that cannot be what they should be. */
    private final RegistryListener told;

    private NameList(String member, Predicate<String> grammar, @Nullable String owner, ClientSettings settings) {
        this.member = member;
        this.grammar = grammar;
        this.maxEntries = settings.limits().maxListEntries();
        this.owner = owner;
        this.told = settings.listener();
    }

    /** {@return tags; what cannot be one is passed over, because some registries list digests among them} */
    static NameList ofTags(ClientSettings settings) {
        return new NameList("tags", ReferenceParts::isTag, "name", settings);
    }

    /** {@return repositories; what cannot be one is passed over, because some registries name more than images} */
    static NameList ofRepositories(ClientSettings settings) {
        return new NameList("repositories", ReferenceParts::isPath, null, settings);
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
    public List<String> entries(Document document) throws HttpException {
        byte[] bytes = document.bytes();
        try {
            JsonCursor json = JsonCursor.parse(bytes, limits(Math.max(1, bytes.length)));
            json.refuseCaseVariants(List.of(member));
            boolean isEmpty = owner != null
                    && json.optional(owner).isPresent()
                    && json.optional(member).isEmpty();
            if (isEmpty || json.required(member).value() instanceof JsonNull) {
                return List.of();
            }
            List<String> names = json.required(member).strings();
            List<String> good = names.stream().filter(grammar).toList();
            if (good.size() < names.size()) {
                tell(document, names);
            }
            return good;
        } catch (JsonException e) {
            throw failure(document, String.valueOf(e.getMessage()));
        }
    }

    private void tell(Document document, List<String> names) {
        List<String> bad = names.stream().filter(grammar.negate()).toList();
        String first = Quoted.quote(bad.get(0));
        String what = bad.size() + " of the names that it lists cannot be " + member + ", such as " + first;
        told.ignored(
                Origins.host(document.answer().uri()),
                document.answer().secrets().hide(what));
    }

    private HttpException failure(Document document, String why) {
        return new RegistryException(
                Reason.PROTOCOL,
                document.answer().status(),
                Origins.host(document.answer().uri()) + " sends no usable list: " + why);
    }
}
