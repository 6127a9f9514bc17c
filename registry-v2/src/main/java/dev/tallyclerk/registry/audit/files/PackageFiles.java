package dev.tallyclerk.registry.audit.files;

import java.util.Map;

/** The files that the packages of the image's distribution brought. Safe for use by several threads. */
@FunctionalInterface
interface PackageFiles {
    /** Knows no packages. */
    PackageFiles NONE = (path, digests) -> false;

    /**
     * {@return whether a package has the file, and it is as the package brought it}
     *
     * @param path the path in the image
     * @param digests digests of its content in hexadecimal, by the names MD5, SHA-1 and SHA-256; empty if unknown
     */
    boolean isUnchanged(String path, Map<String, String> digests);
}
