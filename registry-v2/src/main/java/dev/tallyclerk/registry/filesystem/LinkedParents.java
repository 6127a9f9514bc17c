package dev.tallyclerk.registry.filesystem;

/**
 * The treatment of entries whose path leads through a symbolic link, such as {@code lib/x} where {@code lib} links to
 * {@code usr/lib}.
 *
 * <p>Engines differ: one that unpacks each layer separately creates a directory {@code lib} that hides the link; one
 * that unpacks a layer over the lower ones writes {@code usr/lib/x}.
 */
public enum LinkedParents {
    /** Refuse the image, because engines see different files. */
    REFUSE,
    /**
     * Follow the link within the image's root, as containerd and umoci do. The image is still refused if a link does
     * not lead to a directory of the image, or a path leads through more than 40 links, as in Linux, or through links
     * with more components in total than {@link dev.tallyclerk.registry.layer.LayerLimits#maxDepth} allows.
     */
    FOLLOW
}
