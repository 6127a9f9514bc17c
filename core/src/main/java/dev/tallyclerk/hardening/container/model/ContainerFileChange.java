package dev.tallyclerk.hardening.container.model;

import java.util.Objects;

/**
 * A file of a container that differs from its image.
 *
 * @param kind the kind of change
 * @param path the absolute path in the container
 */
public record ContainerFileChange(Kind kind, String path) {
    /** The kind of change, with the letter that {@code docker diff} writes for it. */
    public enum Kind {
        /** {@code C}: content or metadata changed. */
        MODIFIED,
        /** {@code A}: not in the image. */
        ADDED,
        /** {@code D}: in the image only. */
        DELETED
    }

    public ContainerFileChange {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(path, "path");
    }
}
