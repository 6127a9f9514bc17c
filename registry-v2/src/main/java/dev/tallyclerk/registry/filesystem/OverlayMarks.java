package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.registry.layer.LayerEntry;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What overlayfs, on which most engines run containers, takes for its own notes on lower layers instead of for data;
 * and fuse-overlayfs, which stands in for it where a user may not mount.
 *
 * @see <a href="https://docs.kernel.org/filesystems/overlayfs.html">The Linux kernel, Overlay Filesystem</a>
 * @see <a href="https://github.com/containers/fuse-overlayfs">fuse-overlayfs</a>
 */
final class OverlayMarks {
    /** The second one is for mounts without privileges. */
    private static final List<String> NAMESPACES = List.of("trusted.overlay.", "user.overlay.", "user.fuseoverlayfs.");

    /** Owner, mode and type that count instead of the file's own. */
    private static final Set<String> OVERRIDES = Set.of(
            "user.fuseoverlayfs.override_stat",
            "security.fuseoverlayfs.override_stat",
            "user.containers.override_stat");

    private OverlayMarks() {}

    /**
     * {@return the attribute that has overlayfs take the file, or a part of it or of what is known of it, from another
     * place, if there is one}
     */
    static Optional<String> redirection(LayerEntry entry) {
        for (String name : entry.xattrNames()) {
            if (is(name, "redirect") || is(name, "metacopy") || OVERRIDES.contains(name)) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    /** {@return whether overlayfs hides what lower layers have at the path of this entry, or in that folder} */
    static boolean hidesLower(LayerEntry entry) {
        boolean zeroDevice = entry.type() == LayerEntry.Type.CHARACTER_DEVICE
                && entry.device()
                        .filter(device -> device.major() == 0 && device.minor() == 0)
                        .isPresent();
        boolean marked = zeroDevice;
        for (String name : entry.xattrNames()) {
            marked |= is(name, "opaque") || is(name, "whiteout");
        }
        return marked;
    }

    private static boolean is(String name, String mark) {
        for (String namespace : NAMESPACES) {
            if (name.startsWith(namespace) && name.substring(namespace.length()).equals(mark)) {
                return true;
            }
        }
        return false;
    }
}
