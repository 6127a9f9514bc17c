package dev.tallyclerk.hardening.container;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.subject.JsonFacts;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What an image says of containers that are made from it, and a request to make one need not repeat.
 *
 * <p>{@link ContainerRecordReader#imageDefaults} and {@link ContainerRecordReader#images} read it.
 *
 * @param user user and group; empty for root
 * @param env the variables as {@code NAME=value}
 * @param entrypoint the first words of the command line
 * @param cmd the words after the entry point
 * @param healthcheck the health check, if there is one
 * @param exposedPorts the ports that the image listens on, for example {@code 80/tcp}
 */
public record ImageDefaults(
        Fact<String> user,
        Fact<List<String>> env,
        Fact<List<String>> entrypoint,
        Fact<List<String>> cmd,
        Fact<Optional<Healthcheck>> healthcheck,
        Fact<List<String>> exposedPorts) {
    private static final String SOURCE = "image";

    public ImageDefaults {
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(env, "env");
        Objects.requireNonNull(entrypoint, "entrypoint");
        Objects.requireNonNull(cmd, "cmd");
        Objects.requireNonNull(healthcheck, "healthcheck");
        Objects.requireNonNull(exposedPorts, "exposedPorts");
    }

    /**
     * {@return what the document of an image says; nothing if it is one that does not say it, such as an element of the
     * Engine API's ImageList}
     */
    static Optional<ImageDefaults> read(JsonCursor image) {
        if (!(image.value() instanceof JsonObject members)) {
            return Optional.empty();
        }
        Set<String> names = members.members().keySet();
        if (names.contains("Config")) {
            return Optional.of(read(image, "Config"));
        }
        // The image configuration of OCI and Docker, of which both names are in lower case.
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
        boolean isAbsent = fact instanceof Fact.Missing<T> missing && missing.reason() == Fact.Reason.KEY_MISSING;
        return isAbsent
                ? Fact.defaulted(
                        none, "OCI image-spec: each member of config is optional", Location.pointer(SOURCE, path))
                : fact;
    }
}
