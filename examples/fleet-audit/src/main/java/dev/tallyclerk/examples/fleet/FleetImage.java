package dev.tallyclerk.examples.fleet;

import java.io.Serializable;
import java.util.Objects;

/**
 * An image of the fleet, not yet read.
 *
 * @param name its location, as {@code tallyclerk} spells it
 * @param origin where its layers are
 * @param failure why nothing more is known of the source than this; empty for an image
 */
public record FleetImage(String name, String origin, String failure) implements Serializable {
    private static final long serialVersionUID = 1;
    private static final String DOCKER_ARCHIVE = "docker-archive:";

    /** Requires all. */
    public FleetImage {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(failure, "failure");
    }

    boolean hasAttachments() {
        return !name.startsWith(DOCKER_ARCHIVE);
    }
}
