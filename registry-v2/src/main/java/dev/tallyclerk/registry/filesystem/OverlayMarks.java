package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.registry.layer.LayerEntry;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Attributes and devices that overlayfs, on which most engines run containers, reads as its own markers on lower layers
 * and not as data; also those of fuse-overlayfs, its replacement for users who may not mount.
 *
 * @see <a href="https://docs.kernel.org/filesystems/overlayfs.html">The Linux kernel, Overlay Filesystem</a>
 * @see <a href="https://github.com/containers/fuse-overlayfs">fuse-overlayfs</a>
 */
final class OverlayMarks {
    /** The second is for mounts without privileges. */
    private static final List<String> NAMESPACES = List.of("trusted.overlay.", "user.overlay.", "user.fuseoverlayfs.");

    /** Attributes with an owner, mode and type that override the file's own. */
    private static final Set<String> OVERRIDES = Set.of(
            "user.fuseoverlayfs.override_stat",
            "security.fuseoverlayfs.override_stat",
            "user.containers.override_stat");

    private OverlayMarks() {}

    /**
     * {@return an attribute that makes overlayfs take the file, or some of its data or metadata, from elsewhere, if
     * there is one}
     */
    static Optional<String> redirection(LayerEntry entry) {
        for (String name : entry.xattrNames()) {
            if (is(name, "redirect") || is(name, "metacopy") || OVERRIDES.contains(name)) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    /** {@return whether overlayfs hides what lower layers have at the path of this entry, or in that directory} */
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
