package dev.tallyclerk.hardening.container.model;

import java.util.Objects;

/**
 * A device of the host in a container.
 *
 * @param pathOnHost for example {@code /dev/kmsg}
 * @param permissions a subset of {@code r} read, {@code w} write and {@code m} mknod
 */
public record Device(String pathOnHost, String permissions) {
    public Device {
        Objects.requireNonNull(pathOnHost, "pathOnHost");
        Objects.requireNonNull(permissions, "permissions");
    }
}
