package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.registry.layer.FileCapabilities;
import dev.tallyclerk.registry.layer.LayerEntry;
import dev.tallyclerk.text.Quoted;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file of an image, as a process in a container sees it. Immutable. {@link ImageLayers#read} returns its content.
 *
 * <p>Paths hard-linked to one file share everything except the path and the layer that brought it: type, content, mode
 * and owner. These come from the file's own entry, not from the links' entries.
 */
public final class ImageFile {
    private static final int IMPLIED_MODE = 0755;

    private final Node node;
    private final List<LayerOrigin> layers;
    private final @Nullable LayerEntry content;

    /** Describes a node; {@code layers} are those of its file system. */
    ImageFile(Node node, List<LayerOrigin> layers) {
        this.node = node;
        this.layers = layers;
        this.content = node.described();
    }

    /** {@return the path, without a slash at its ends; empty for the root} */
    public String path() {
        return node.path;
    }

    /** {@return the last component of the path; empty for the root} */
    public String name() {
        return node.name();
    }

    /** {@return the kind of file; never a hard link, which is only another path} */
    public LayerEntry.Type type() {
        return content == null ? LayerEntry.Type.DIRECTORY : content.type();
    }

    /** {@return the layer that brought the path in its current form} */
    public LayerOrigin origin() {
        return layers.get(node.layer);
    }

    /** {@return the entry that brought the path; empty for a directory that only its contents imply} */
    public Optional<LayerEntry> entry() {
        return Optional.ofNullable(node.entry);
    }

    /** {@return the layer with the content; differs from {@link #origin} for some hard links} */
    public LayerOrigin contentOrigin() {
        return layers.get(node.inode == null ? node.layer : node.inode.layer);
    }

    /** {@return the entry with the content, in {@link #contentOrigin}; empty for an implied directory} */
    public Optional<LayerEntry> content() {
        return Optional.ofNullable(content);
    }

    /** {@return the content's size in bytes; 0 for all types except files} */
    public long size() {
        return content == null ? 0 : content.size();
    }

    /** {@return the twelve bits of the mode; 0755 for an implied directory} */
    public int mode() {
        return content == null ? IMPLIED_MODE : content.mode();
    }

    /** {@return the user ID of the owner} */
    public long uid() {
        return content == null ? 0 : content.uid();
    }

    /** {@return the group ID} */
    public long gid() {
        return content == null ? 0 : content.gid();
    }

    /** {@return the modification time; 1970 for an implied directory} */
    public Instant modified() {
        return content == null ? Instant.EPOCH : content.modified();
    }

    /** {@return the target of a symbolic link, as written; otherwise empty} */
    public String linkTarget() {
        return type() == LayerEntry.Type.SYMBOLIC_LINK && content != null ? content.linkTarget() : "";
    }

    /** {@return the file's capabilities, if it has any} */
    public Optional<FileCapabilities> capabilities() {
        return content == null ? Optional.empty() : content.capabilities();
    }

    /** {@return how many paths of the image lead to this file} */
    public int linkCount() {
        return node.inode == null ? 1 : node.inode.links;
    }

    /** {@return type and path} */
    @Override
    public String toString() {
        return type() + " " + Quoted.quote(node.path);
    }
}
