package dev.tallyclerk.hardening.container.model;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.container.ContainerRecordReader;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

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
    public ImageDefaults {
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(env, "env");
        Objects.requireNonNull(entrypoint, "entrypoint");
        Objects.requireNonNull(cmd, "cmd");
        Objects.requireNonNull(healthcheck, "healthcheck");
        Objects.requireNonNull(exposedPorts, "exposedPorts");
    }
}
