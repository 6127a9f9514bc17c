package dev.tallyclerk.examples.fleet;

import java.io.Serializable;
import java.util.Objects;

/**
 * An image of the fleet, not yet read.
 *
 * @param name its location, as {@code tallyclerk} spells it
 * @param origin where its layers are
 * @param isMarked whether the source lists it as something that is attached to an image, such as a signature
 * @param failure why nothing more is known of the source than this; empty for an image
 */
public record FleetImage(String name, String origin, boolean isMarked, String failure) implements Serializable {
    private static final long serialVersionUID = 1;
    private static final String DOCKER = "docker://";
    private static final String DOCKER_ARCHIVE = "docker-archive:";

    /** Requires all. */
    public FleetImage {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(failure, "failure");
    }

    /** {@return an image} */
    public static FleetImage at(String name, String origin) {
        return new FleetImage(name, origin, false, "");
    }

    /** {@return what cannot be listed or read} */
    static FleetImage unreadable(String name, String origin, String failure) {
        return new FleetImage(name, origin, false, failure);
    }

    /** {@return what has the layers of the image: its repository, layout or archive} */
    String place() {
        if (!name.startsWith(DOCKER)) {
            return origin;
        }
        int at = name.indexOf('@');
        String named = at < 0 ? name : name.substring(0, at);
        int colon = named.lastIndexOf(':');
        return colon > named.lastIndexOf('/') ? named.substring(0, colon) : named;
    }

    boolean hasAttachments() {
        return !name.startsWith(DOCKER_ARCHIVE);
    }
}
