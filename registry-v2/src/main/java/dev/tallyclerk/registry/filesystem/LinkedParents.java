package dev.tallyclerk.registry.filesystem;

/**
 * What becomes of an entry whose path leads through a symbolic link, such as {@code lib/x} where {@code lib} links to
 * {@code usr/lib}.
 *
 * <p>Engines differ: one that unpacks each layer by itself makes a folder {@code lib} that hides the link, one that
 * unpacks a layer over those below writes {@code usr/lib/x}.
 */
public enum LinkedParents {
    /** The image is refused, because it is two images. */
    REFUSE,
    /**
     * The link is followed within the image's root, as containerd and umoci do. Where it leads to no folder of the
     * image the image is refused all the same, and also where one path leads through more than 40 links, as in Linux,
     * or through links over more names than {@link dev.tallyclerk.registry.layer.LayerLimits#maxDepth} allows a path.
     */
    FOLLOW
}
