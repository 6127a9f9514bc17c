package dev.tallyclerk.hardening.container.model;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import java.util.Objects;

/**
 * A mount in a container.
 *
 * @param kind the kind of mount
 * @param source the host path of a bind, the name or path of a volume, empty otherwise
 * @param destination the path in the container; empty if not given
 * @param writable whether the container can write to it
 * @param propagation {@code shared}, {@code rshared}, {@code slave}, {@code rslave}, {@code private} or
 *     {@code rprivate}; empty for the default, which is private
 * @param at the location in the document: where it was requested rather than where the engine lists it, because engines
 *     list mounts in no order
 */
public record Mount(
        Kind kind,
        Fact<String> source,
        String destination,
        Fact<Boolean> writable,
        Fact<String> propagation,
        Location at) {
    /** The kind of mount. */
    public enum Kind {
        /** A file or folder of the host. */
        BIND,
        /** A volume that the engine keeps. */
        VOLUME,
        /** A file system in memory. */
        TMPFS,
        /** Another or unknown kind, such as an image. */
        OTHER
    }

    public Mount {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(destination, "destination");
        Objects.requireNonNull(writable, "writable");
        Objects.requireNonNull(propagation, "propagation");
        Objects.requireNonNull(at, "at");
    }
}
