package dev.tallyclerk.hardening.container.model;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import java.util.Objects;

/**
 * Something mounted into a container.
 *
 * @param kind what it is
 * @param source the path on the host of a bind, the name or path of a volume, empty for the rest
 * @param destination the path in the container; empty if the document does not say
 * @param writable whether the container may write to it
 * @param propagation {@code shared}, {@code rshared}, {@code slave}, {@code rslave}, {@code private} or
 *     {@code rprivate}; empty for the default, which is private
 * @param at where the document says so; where the user asked for it rather than where the engine lists it, because
 *     engines list mounts in no order
 */
public record Mount(
        Kind kind,
        Fact<String> source,
        String destination,
        Fact<Boolean> writable,
        Fact<String> propagation,
        Location at) {
    /** What is mounted. */
    public enum Kind {
        /** A file or folder of the host. */
        BIND,
        /** A volume that the engine keeps. */
        VOLUME,
        /** A file system in memory. */
        TMPFS,
        /** Something else, such as an image, or a kind that is not known. */
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
