package dev.tallyclerk.hardening.container.model;

import java.util.Map;
import java.util.Objects;

/**
 * A volume on the host of an engine.
 *
 * @param name the name
 * @param driver the driver, mostly {@code local}
 * @param mountpoint where the engine keeps it on the host; empty if the driver does not say
 * @param options the options of the driver, such as {@code o} and {@code device} of {@code local}, which it passes to
 *     mount(2); unmodifiable
 */
public record LocalVolume(String name, String driver, String mountpoint, Map<String, String> options) {
    public LocalVolume {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(driver, "driver");
        Objects.requireNonNull(mountpoint, "mountpoint");
        options = Map.copyOf(options);
    }
}
