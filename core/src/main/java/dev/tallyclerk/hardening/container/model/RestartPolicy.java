package dev.tallyclerk.hardening.container.model;

import java.util.Objects;

/**
 * When an engine restarts a container.
 *
 * @param name {@code no} or empty, {@code always}, {@code unless-stopped} or {@code on-failure}
 * @param maximumRetryCount the number of failures after which {@code on-failure} gives up; 0 for never
 */
public record RestartPolicy(String name, long maximumRetryCount) {
    public RestartPolicy {
        Objects.requireNonNull(name, "name");
    }
}
