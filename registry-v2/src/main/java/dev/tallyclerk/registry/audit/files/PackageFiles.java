package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.registry.layer.LayerEntry;

/** The files that the packages of the image's distribution brought. Safe for use by several threads. */
@FunctionalInterface
interface PackageFiles {
    /** Knows no packages. */
    PackageFiles NONE = (path, entry) -> false;

    /**
     * {@return whether a package has the file, and it is as the package brought it}
     *
     * @param path the path in the image
     * @param entry the entry with its content
     */
    boolean isUnchanged(String path, LayerEntry entry);
}
