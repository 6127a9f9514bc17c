package dev.tallyclerk.hardening.container.internal.reader;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.container.model.Healthcheck;
import dev.tallyclerk.hardening.container.model.ImageDefaults;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.subject.Facts;
import dev.tallyclerk.internal.subject.JsonFacts;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the defaults of an image from its document. */
public final class ImageDocument {
    private static final String SOURCE = "image";

    private ImageDocument() {}

    /**
     * {@return the defaults in the document of an image; empty if it has none, like an element of the Engine API's
     * ImageList}
     */
    public static Optional<ImageDefaults> read(JsonCursor image) {
        if (!(image.value() instanceof JsonObject members)) {
            return Optional.empty();
        }
        Set<String> names = members.members().keySet();
        if (names.contains("Config")) {
            return Optional.of(read(image, "Config"));
        }
        // The image configuration of OCI and Docker has both names in lower case.
        return names.contains("config") || names.contains("rootfs")
                ? Optional.of(read(image, "config"))
                : Optional.empty();
    }

    private static ImageDefaults read(JsonCursor image, String config) {
        Fact<List<Healthcheck>> checks = member(image, List.of(), Readings::healthcheck, config, "Healthcheck");
        return new ImageDefaults(
                member(image, "", JsonCursor::string, config, "User"),
                member(image, List.of(), JsonCursor::strings, config, "Env"),
                member(image, List.of(), Readings::words, config, "Entrypoint"),
                member(image, List.of(), Readings::words, config, "Cmd"),
                checks.map(found -> found.stream().findFirst()),
                member(image, List.of(), Readings::names, config, "ExposedPorts"));
    }

    private static <T> Fact<T> member(JsonCursor image, T none, JsonFacts.Reading<T> reading, String... path) {
        Fact<T> fact = JsonFacts.of(SOURCE, image).valueOrNull(none, reading, path);
        boolean isAbsent = Facts.isAbsent(fact);
        return isAbsent
                ? Fact.defaulted(
                        none, "OCI image-spec: every member of config is optional", Location.pointer(SOURCE, path))
                : fact;
    }
}
