package dev.tallyclerk.hardening.dockerfile;

import java.util.Objects;

/**
 * What a base image brings, for callers that have its configuration.
 *
 * <p>Immutable.
 *
 * @param user the user of its configuration; empty for root
 * @param hasHealthcheck whether it has a health check that is not switched off
 */
public record BaseImage(String user, boolean hasHealthcheck) {
    public BaseImage {
        Objects.requireNonNull(user, "user");
    }
}
