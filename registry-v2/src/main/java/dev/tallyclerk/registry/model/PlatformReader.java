package dev.tallyclerk.registry.model;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.internal.text.Quoted;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what an index says that manifests are for, one after the other, each in one pass over its members. */
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

    Platform read(JsonCursor place) throws JsonException {
        JsonCursor json = place.under(PLATFORM);
        os = null;
        architecture = null;
        variant = "";
        osVersion = "";
        osFeatures = List.of();
        unknown = Map.of();
        int members = json.size();
        for (int i = 0; i < members; i++) {
            member(json, i);
        }
        if (os == null || architecture == null) {
            throw json.missing(os == null ? "os" : "architecture");
        }
        return new Platform(os, architecture, variant, osVersion, osFeatures, unknown);
    }

    private void member(JsonCursor json, int at) throws JsonException {
        switch (json.name(at)) {
            case "os" -> os = name(json, at);
            case "architecture" -> architecture = name(json, at);
            case "variant" -> variant = json.isNull(at) ? variant : name(json, at);
            case "os.version" -> osVersion = json.isNull(at) ? osVersion : json.string(at);
            case "os.features" ->
                osFeatures = json.isNull(at) ? osFeatures : json.member(at).strings();
            default -> unknown = json.other(at, unknown, MEMBERS);
        }
    }

    private static String name(JsonCursor json, int at) throws JsonException {
        String text = json.string(at);
        return Platform.isName(text) ? text : name(json.member(at));
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
