package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.registry.layer.FileCapabilities;
import dev.tallyclerk.registry.layer.LayerEntry;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file of an image, as a process in a container would see it. Immutable. {@link ImageLayers#read} gives its content.
 *
 * <p>Paths that hard links made one file have everything in common but their path and the layer that brought it: type,
 * content, mode and owner. The file's own entry says what those are, not those of the links.
 */
public final class ImageFile {
    private static final int IMPLIED_MODE = 0755;

    private final String path;
    private final ImageFileSystem owner;
    private final int layer;
    private final int contentLayer;
    private final @Nullable LayerEntry entry;
    private final @Nullable LayerEntry content;
    private final int linkCount;

    ImageFile(Node node, ImageFileSystem owner) {
        Node.Inode inode = node.inode;
        this.path = node.path;
        // Looked up when somebody asks: the root of an image without layers comes from none.
        this.owner = owner;
        this.layer = node.layer;
        this.entry = node.entry;
        if (inode == null) {
            this.contentLayer = layer;
            this.content = entry;
            this.linkCount = 1;
        } else {
            this.contentLayer = inode.layer;
            this.content = inode.content;
            this.linkCount = inode.links;
        }
    }

    /** {@return the path, without a slash at either end; empty for the root} */
    public String path() {
        return path;
    }

    /** {@return the last name of the path; empty for the root} */
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** {@return what kind of file this is; never a hard link, because that is only another path} */
    public LayerEntry.Type type() {
        return content == null ? LayerEntry.Type.DIRECTORY : content.type();
    }

    /** {@return the layer that brought the path as it is now} */
    public LayerOrigin origin() {
        return owner.layer(layer);
    }

    /** {@return the entry that brought the path; nothing for a folder that is only implied by what is in it} */
    public Optional<LayerEntry> entry() {
        return Optional.ofNullable(entry);
    }

    /** {@return the layer that has the content, which differs from {@link #origin} for some hard links} */
    public LayerOrigin contentOrigin() {
        return owner.layer(contentLayer);
    }

    /** {@return the entry whose content this is, in {@link #contentOrigin}; nothing for an implied folder} */
    public Optional<LayerEntry> content() {
        return Optional.ofNullable(content);
    }

    /** {@return the content's size in bytes; 0 for everything but files} */
    public long size() {
        return content == null ? 0 : content.size();
    }

    /** {@return the twelve bits of the mode; 0755 for an implied folder} */
    public int mode() {
        return content == null ? IMPLIED_MODE : content.mode();
    }

    /** {@return the owner's number} */
    public long uid() {
        return content == null ? 0 : content.uid();
    }

    /** {@return the group's number} */
    public long gid() {
        return content == null ? 0 : content.gid();
    }

    /** {@return when the content was last changed; 1970 for an implied folder} */
    public Instant modified() {
        return content == null ? Instant.EPOCH : content.modified();
    }

    /** {@return what a symbolic link leads to, as it is written; otherwise empty} */
    public String linkTarget() {
        return type() == LayerEntry.Type.SYMBOLIC_LINK && content != null ? content.linkTarget() : "";
    }

    /** {@return the capabilities of a program, if it has some} */
    public Optional<FileCapabilities> capabilities() {
        return content == null ? Optional.empty() : content.capabilities();
    }

    /** {@return how many paths of the image lead to this file} */
    public int linkCount() {
        return linkCount;
    }

    /** {@return type and path} */
    @Override
    public String toString() {
        return type() + " " + Quoted.quote(path);
    }
}
