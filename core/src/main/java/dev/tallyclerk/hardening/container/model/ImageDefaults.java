package dev.tallyclerk.hardening.container.model;

import dev.tallyclerk.hardening.Fact;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The defaults of an image for its containers, which a request need not repeat.
 *
 * <p>{@link dev.tallyclerk.hardening.container.ContainerRecordReader#imageDefaults} and
 * {@link dev.tallyclerk.hardening.container.ContainerRecordReader#images} read them.
 *
 * @param user user and group; empty for root
 * @param env the variables as {@code NAME=value}
 * @param entrypoint the entry point: the first words of the command line
 * @param cmd the words after the entry point
 * @param healthcheck the health check, if there is one
 * @param exposedPorts the exposed ports, for example {@code 80/tcp}
 */
public record ImageDefaults(
        Fact<String> user,
        Fact<List<String>> env,
        Fact<List<String>> entrypoint,
        Fact<List<String>> cmd,
        Fact<Optional<Healthcheck>> healthcheck,
        Fact<List<String>> exposedPorts) {
    public ImageDefaults {
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(env, "env");
        Objects.requireNonNull(entrypoint, "entrypoint");
        Objects.requireNonNull(cmd, "cmd");
        Objects.requireNonNull(healthcheck, "healthcheck");
        Objects.requireNonNull(exposedPorts, "exposedPorts");
    }
}
