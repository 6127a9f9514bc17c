package dev.tallyclerk.hardening.host;

import dev.tallyclerk.hardening.Location;

/**
 * A file of a host, after all symbolic links.
 *
 * @param path the path by which it was found
 * @param target the path without symbolic links, which is {@code path} if there are none
 * @param entry what is there
 */
record HostFile(String path, String target, HostEntry entry) {
    Location at() {
        return new Location.Whole(shown());
    }

    /** {@return both names if a link leads to the file} */
    String shown() {
        return path.equals(target) ? path : path + " -> " + target;
    }
}
