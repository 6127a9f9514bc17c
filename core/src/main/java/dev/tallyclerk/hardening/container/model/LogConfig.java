package dev.tallyclerk.hardening.container.model;

import dev.tallyclerk.internal.text.TextMaps;
import java.util.Map;
import java.util.Objects;

/**
 * The logging driver of a container, with its options.
 *
 * @param type the driver, for example {@code json-file}; empty for the engine's default
 * @param options the driver's options, for example {@code max-size}
 */
public record LogConfig(String type, Map<String, String> options) {
    public LogConfig {
        Objects.requireNonNull(type, "type");
        options = TextMaps.copyOf(options);
    }
}
