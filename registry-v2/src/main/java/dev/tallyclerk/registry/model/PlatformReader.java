package dev.tallyclerk.registry.model;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.internal.text.Quoted;
import java.util.List;
import java.util.Optional;

/** Reads what an index says that a manifest is for. */
final class PlatformReader {
    private static final MemberNames MEMBERS =
            MemberNames.of("architecture", "os", "os.version", "os.features", "variant");

    private PlatformReader() {}

    static Platform read(JsonCursor place) throws JsonException {
        JsonCursor json = place.under(Specifications.INDEX + ", platform");
        json.refuseCaseVariants(MEMBERS);
        Optional<JsonCursor> osVersion = json.optional("os.version");
        Optional<JsonCursor> osFeatures = json.optional("os.features");
        return new Platform(
                name(json.required("os")),
                name(json.required("architecture")),
                variant(json),
                osVersion.isEmpty() ? "" : osVersion.get().string(),
                osFeatures.isEmpty() ? List.of() : osFeatures.get().strings(),
                json.others(MEMBERS));
    }

    /** {@return the member {@code variant}, or an empty text} */
    static String variant(JsonCursor json) throws JsonException {
        Optional<JsonCursor> variant = json.optional("variant");
        return variant.isEmpty() ? "" : name(variant.get());
    }

    /** {@return a string that can be a part of a platform} */
    static String name(JsonCursor json) throws JsonException {
        String text = json.string();
        if (!Platform.isName(text)) {
            throw json.badValue("not a name in a platform: " + Quoted.quote(text));
        }
        return text;
    }
}
