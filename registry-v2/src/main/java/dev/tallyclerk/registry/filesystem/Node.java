package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.registry.layer.LayerEntry;
import org.jspecify.annotations.Nullable;

/** A path of some layer, with its current file and its history. */
final class Node {
    final @Nullable Node parent;
    final String path;
    final int depth;
    final long hash;

    /** The children: the live ones, and those deleted since the last walk. */
    @Nullable Node firstChild;

    @Nullable Node nextSibling;

    boolean listed;

    /** Whether the path exists now. */
    boolean live;

    /** The current entry; null for a directory that only its contents imply. */
    @Nullable LayerEntry entry;

    /** The layer that brought the current file. */
    int layer;

    /** The file shared with other paths; null if this is its only path. */
    @Nullable Inode inode;

    /** The history, the latest event first. */
    @Nullable Past past;

    /** The last layer whose whiteouts removed everything that lower layers have below. */
    int clearedAt = -1;

    /** The last layer that brought an entry at the path or below it. */
    int broughtAt = -1;

    /** The last layer that brought an entry in a directory below before that directory's own entry. */
    int bareBelowAt = -1;

    /** The last layer that made the directory opaque, if it has not been replaced since. */
    int opaqueAt = -1;

    /** The last layer with a whiteout of exactly this path that removed the file. */
    int whitedOutAt = -1;

    private int belowAskedAt = -1;
    private boolean below;

    Node(@Nullable Node parent, String path, long hash) {
        this.parent = parent;
        this.path = path;
        this.hash = hash;
        this.depth = parent == null ? 0 : parent.depth + 1;
    }

    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** {@return whether the name is {@code text} from {@code start} to {@code end}} */
    boolean isNamed(String text, int start, int end) {
        int length = end - start;
        int own = parent == null || parent.path.isEmpty() ? 0 : parent.path.length() + 1;
        return path.length() - own == length && path.regionMatches(own, text, start, length);
    }

    boolean isDirectory() {
        return live && (entry == null || entry.type() == LayerEntry.Type.DIRECTORY);
    }

    /** {@return the entry with the file's attributes: its own, or that of the shared file} */
    @Nullable LayerEntry described() {
        return inode == null ? entry : inode.content;
    }

    boolean isSymbolicLink() {
        LayerEntry file = described();
        return live && file != null && file.type() == LayerEntry.Type.SYMBOLIC_LINK;
    }

    /** {@return whether the last removal was by a whiteout of exactly this path in layer {@code remover}} */
    boolean isWhitedOutBy(int remover) {
        return !live && whitedOutAt == remover;
    }

    /** {@return whether layer {@code remover} removed the file, and there is none now} */
    boolean isRemovedBy(int remover) {
        return !live && past != null && past.cause() != null && past.layer() == remover;
    }

    /**
     * {@return whether layers below {@code upper} have a file at the path that {@code upper} has not removed by a
     * whiteout}
     *
     * <p>Computed once per layer, which may have any number of entries for one path.
     */
    boolean isBelow(int upper) {
        if (belowAskedAt != upper) {
            belowAskedAt = upper;
            below = looksBelow(upper);
        }
        return below;
    }

    private boolean looksBelow(int upper) {
        if (live && layer < upper) {
            return true;
        }
        Past event = past;
        while (event != null && event.layer() >= upper) {
            if (event.cause() != null) {
                return false;
            }
            event = event.older();
        }
        return event != null && event.cause() == null;
    }

    /**
     * {@return whether layer {@code upper} made this directory or one above it opaque; ignores the root, where that has
     * no effect}
     */
    boolean isInOpaque(int upper) {
        for (Node at = this; at.parent != null; at = at.parent) {
            if (at.opaqueAt == upper) {
                return true;
            }
        }
        return false;
    }

    boolean hasLiveChild() {
        for (Node child = firstChild; child != null; child = child.nextSibling) {
            if (child.live) {
                return true;
            }
        }
        return false;
    }

    /** A file that several paths share through hard links. Its own entry has its attributes. */
    static final class Inode {
        final LayerEntry content;
        final int layer;

        int links = 1;

        Inode(LayerEntry content, int layer) {
            this.content = content;
            this.layer = layer;
        }
    }

    /**
     * An event in the history of a path.
     *
     * @param layer the layer that caused it
     * @param entry the entry that the layer brought, null for an implied directory; or the deleted entry
     * @param entryLayer the layer with {@code entry}
     * @param cause the path of the entry that deleted it; null if the layer brought an entry
     */
    record Past(
            int layer,
            @Nullable LayerEntry entry,
            int entryLayer,
            @Nullable String cause,
            @Nullable Past older) {}
}
