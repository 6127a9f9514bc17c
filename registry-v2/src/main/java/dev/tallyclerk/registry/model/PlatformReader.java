package dev.tallyclerk.registry.model;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.text.Quoted;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads a platform in one pass over its members. */
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
        return new PlatformReader().next(place.under(PLATFORM));
    }

    private Platform next(JsonCursor json) throws JsonException {
        int members = json.size();
        for (int i = 0; i < members; i++) {
            member(json, i);
        }
        if (os == null || architecture == null) {
            throw json.missing(os == null ? "os" : "architecture");
        }
        return new Platform(os, architecture, variant, osVersion, osFeatures, unknown);
    }

    /** {@return the platform whose names and version are members of a configuration; absent names are empty} */
    static Platform read(JsonCursor config, List<String> osFeatures) throws JsonException {
        Optional<JsonCursor> os = config.optional("os");
        Optional<JsonCursor> architecture = config.optional("architecture");
        Optional<JsonCursor> variant = config.optional("variant");
        Optional<JsonCursor> osVersion = config.optional("os.version");
        return new Platform(
                os.isPresent() ? name(os.get()) : "",
                architecture.isPresent() ? name(architecture.get()) : "",
                variant.isPresent() ? name(variant.get()) : "",
                osVersion.isPresent() ? osVersion.get().string() : "",
                osFeatures,
                Map.of());
    }

    private void member(JsonCursor json, int at) throws JsonException {
        switch (json.name(at)) {
            case "os" -> os = name(json.member(at));
            case "architecture" -> architecture = name(json.member(at));
            case "variant" -> variant = json.isNull(at) ? variant : name(json.member(at));
            case "os.version" ->
                osVersion = json.isNull(at) ? osVersion : json.member(at).string();
            case "os.features" ->
                osFeatures = json.isNull(at) ? osFeatures : json.member(at).strings();
            default -> unknown = json.other(at, unknown, MEMBERS);
        }
    }

    private static String name(JsonCursor json) throws JsonException {
        String text = json.string();
        if (!Platform.isName(text)) {
            throw json.badValue("not a valid name in a platform: " + Quoted.quote(text));
        }
        return text;
    }
}
