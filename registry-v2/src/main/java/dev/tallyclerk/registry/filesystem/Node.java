package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.registry.layer.LayerEntry;
import org.jspecify.annotations.Nullable;

/** A path that some layer has, with what is there now and what was there before. */
final class Node {
    final @Nullable Node parent;
    final String path;
    final int depth;
    final long hash;

    /** Those that are there, and those that have gone since somebody last looked. */
    @Nullable Node firstChild;

    @Nullable Node nextSibling;

    boolean listed;

    /** Whether there is something at the path. */
    boolean live;

    /** What is there; absent for a folder that is only implied by what is in it. */
    @Nullable LayerEntry entry;

    /** The layer that brought it. */
    int layer;

    /** What it shares with other paths; absent for what has one path only. */
    @Nullable Inode inode;

    /** What was there before, the latest first. */
    @Nullable Past past;

    /** The last layer whose whiteouts have removed all that lower layers have below. */
    int clearedAt = -1;

    /** The last layer that brought something at the path or below it. */
    int broughtAt = -1;

    /** The last layer that brought something in a folder below, and not that folder before it. */
    int bareBelowAt = -1;

    /** The last layer that made the folder opaque, if nothing else has taken its place since. */
    int opaqueAt = -1;

    /** The last layer with a whiteout of this very path that removed what was here. */
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

    /** {@return whether the name is what stands in {@code text} from {@code start} to {@code end}} */
    boolean isNamed(String text, int start, int end) {
        int length = end - start;
        int own = parent == null || parent.path.isEmpty() ? 0 : parent.path.length() + 1;
        return path.length() - own == length && path.regionMatches(own, text, start, length);
    }

    boolean isDirectory() {
        return live && (entry == null || entry.type() == LayerEntry.Type.DIRECTORY);
    }

    /** {@return what describes the file: the entry itself, or the one that made the file that it shares} */
    @Nullable LayerEntry described() {
        return inode == null ? entry : inode.content;
    }

    boolean isSymbolicLink() {
        LayerEntry file = described();
        return live && file != null && file.type() == LayerEntry.Type.SYMBOLIC_LINK;
    }

    /** {@return whether a whiteout of this very path was the last to remove what was here, and that layer has it} */
    boolean isWhitedOutBy(int remover) {
        return !live && whitedOutAt == remover;
    }

    /** {@return whether that layer has removed what was here, and nothing is here now} */
    boolean isRemovedBy(int remover) {
        return !live && past != null && past.cause() != null && past.layer() == remover;
    }

    /**
     * {@return whether the layers below that one have something at the path that it has not removed by a whiteout}
     *
     * <p>Looked up once for a layer, which may have any number of entries for one path.
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

    /** {@return whether that layer has made this folder opaque, or one above it; at the root that has no effect} */
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

    /** What several paths share, because hard links made them one file: what its own entry says of it counts. */
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
     * Something that happened to a path.
     *
     * @param layer the layer that did it
     * @param entry what the layer brought, absent for an implied folder; or what was deleted
     * @param entryLayer the layer that has {@code entry}
     * @param cause the path of the entry that deleted it; absent where something was brought
     */
    record Past(
            int layer,
            @Nullable LayerEntry entry,
            int entryLayer,
            @Nullable String cause,
            @Nullable Past older) {}
}
