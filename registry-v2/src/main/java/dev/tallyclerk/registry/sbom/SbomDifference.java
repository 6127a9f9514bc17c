package dev.tallyclerk.registry.sbom;

import dev.tallyclerk.registry.inventory.InstalledPackage;
import java.util.List;
import java.util.Objects;

/**
 * A difference between what a bill of materials claims and what an image has.
 *
 * @param kind what differs
 * @param type the type of the package, as in {@link InstalledPackage#type}
 * @param name the name of the package, as in {@link InstalledPackage#name}; untrusted
 * @param claimed the packages of this name that are claimed and not there in the claimed version
 * @param found the packages of this name that are there and not claimed in this version
 */
public record SbomDifference(
        Kind kind, String type, String name, List<InstalledPackage> claimed, List<InstalledPackage> found) {
    /** What differs. */
    public enum Kind {
        /** The package is claimed, and the image does not have it. */
        NOT_THERE,
        /** The image has the package, and it is not claimed. */
        NOT_CLAIMED,
        /** The package is claimed in other versions than the image has. */
        OTHER_VERSION
    }

    /** Keeps copies of the lists. */
    public SbomDifference {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(name, "name");
        claimed = List.copyOf(claimed);
        found = List.copyOf(found);
    }
}
