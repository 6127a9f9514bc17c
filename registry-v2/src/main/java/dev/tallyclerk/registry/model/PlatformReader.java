package dev.tallyclerk.registry.model;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.internal.text.Quoted;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what an index says that a manifest is for, in one pass over the members. Used once. */
final class PlatformReader {
    private static final String PLATFORM = Specifications.INDEX + ", platform";
    private static final MemberNames MEMBERS =
            MemberNames.of("architecture", "os", "os.version", "os.features", "variant");

    private @Nullable String os;
    private @Nullable String architecture;
    private String variant = "";
    private String osVersion = "";
    private List<String> osFeatures = List.of();
    private Map<String, String> unknown = Map.of();

    private PlatformReader() {}

    static Platform read(JsonCursor place) throws JsonException {
        JsonCursor json = place.under(PLATFORM);
        PlatformReader reader = new PlatformReader();
        int members = json.size();
        for (int i = 0; i < members; i++) {
            reader.member(json.member(i));
        }
        if (reader.os == null || reader.architecture == null) {
            throw json.missing(reader.os == null ? "os" : "architecture");
        }
        return new Platform(
                reader.os, reader.architecture, reader.variant, reader.osVersion, reader.osFeatures, reader.unknown);
    }

    private void member(JsonCursor json) throws JsonException {
        switch (json.name()) {
            case "os" -> os = name(json);
            case "architecture" -> architecture = name(json);
            case "variant" -> variant = json.isNull() ? variant : name(json);
            case "os.version" -> osVersion = json.isNull() ? osVersion : json.string();
            case "os.features" -> osFeatures = json.isNull() ? osFeatures : json.strings();
            default -> unknown = json.addedTo(unknown, MEMBERS);
        }
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
