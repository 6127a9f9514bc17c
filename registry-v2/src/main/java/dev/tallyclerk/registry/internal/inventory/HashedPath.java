package dev.tallyclerk.registry.internal.inventory;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The path of a file that a package brought, as its 64-bit FNV-1a hash.
 *
 * <p>The hash of a file in a folder goes on where that of the folder ends, so that a million files in a folder with a
 * long name take no longer than their own names.
 *
 * @param hash the hash of the path from the root, without a slash before it
 * @param isIgnored whether it lies in a folder that holds no programs or packages of languages
 */
public record HashedPath(long hash, boolean isIgnored) {
    private static final List<String> IGNORED = List.of(
            "usr/share/doc/",
            "usr/share/man/",
            "usr/share/locale/",
            "usr/share/zoneinfo/",
            "usr/share/icons/",
            "usr/share/licenses/",
            "usr/include/",
            "etc/");
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    /** {@return a path from the root, which may have a slash before it; a folder has one at its end} */
    public static HashedPath of(String path) {
        String relative = path.startsWith("/") ? path.substring(1) : path;
        return new HashedPath(hash(FNV_OFFSET, relative), IGNORED.stream().anyMatch(relative::startsWith));
    }

    /** {@return the path of a file in this folder} */
    public HashedPath file(String name) {
        return new HashedPath(hash(hash, name), isIgnored);
    }

    private static long hash(long start, String text) {
        long hash = start;
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (each & 0xff)) * FNV_PRIME;
        }
        return hash;
    }
}
