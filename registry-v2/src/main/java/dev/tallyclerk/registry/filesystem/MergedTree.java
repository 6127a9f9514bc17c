package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.registry.filesystem.ImageFileSystemException.Reason;
import dev.tallyclerk.registry.filesystem.Node.Inode;
import dev.tallyclerk.registry.filesystem.Node.Past;
import dev.tallyclerk.registry.internal.tar.TarText;
import dev.tallyclerk.registry.layer.LayerEntry;
import dev.tallyclerk.registry.layer.Whiteout;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Merges layers, the lowest first, entry by entry.
 *
 * <p>Linear in the number of entries: a deleted node is visited once more and then never again, and nodes that one
 * whiteout of a layer has cleared are not visited for the layer's next whiteouts.
 */
final class MergedTree {
    /** The memory of a node and its slot in the table of paths. */
    private static final int NODE_BYTES = 100;

    private static final int PAST_BYTES = 32;

    private static final int SYMBOLIC_LINK_MODE = 0777;

    private static final int SET_ID = 06000;

    /** Permissions to write as group or others, and the set-ID and sticky bits. */
    private static final int WRITES_OR_BECOMES = 07022;

    /** Receives contents that no path leads to any more. */
    @FunctionalInterface
    interface Listener {
        void released(LayerEntry content, int layer) throws IOException;
    }

    private final MergeOptions options;
    private final Listener listener;
    final NodeTable nodes = new NodeTable();
    private final Node root = nodes.root;
    final Resolver resolver = new Resolver(nodes);

    /** The parent of the previous entry; entries of one directory are mostly adjacent. */
    private Node lastParent = root;

    /** Hard links whose entries had another mode or owner than their file's when they were merged. */
    final List<Node> unequalLinks = new ArrayList<>();

    /** Lower directories that the current layer has whiteouts for. */
    private final List<Node> removedFolders = new ArrayList<>();

    private int layer = -1;
    private long entries;
    private long memory;
    private long content;

    MergedTree(MergeOptions options, Listener listener) {
        this.options = options;
        this.listener = listener;
    }

    void nextLayer() {
        layer++;
        // The lowest layer implies the root.
        root.live = true;
    }

    /** Merges the next entry of the current layer. */
    void add(LayerEntry entry) throws IOException {
        count(entry.memoryBytes());
        if (entry.hasParentReference()) {
            throw refused(Reason.OUTSIDE_ROOT, entry, "has .. in its path");
        }
        Whiteout whiteout = entry.whiteout().orElse(null);
        if (whiteout instanceof Whiteout.Removes removes) {
            remove(entry, removes.path());
        } else if (whiteout instanceof Whiteout.Opaque opaque) {
            makeOpaque(entry, opaque.directory());
        } else if (whiteout == null) {
            place(entry);
        }
    }

    /**
     * Checks that need the whole of the current layer: refuses a lower directory that it removed and created again, if
     * overlayfs merges the two because neither it nor a parent is opaque.
     */
    void endLayer() throws ImageFileSystemException {
        for (Node node : removedFolders) {
            if (node.isDirectory() && !node.isInOpaque(layer)) {
                String problem = " is a directory that the layer removes and creates again without making it opaque, so"
                        + " engines on overlayfs still show its lower contents";
                throw refused(Reason.AMBIGUOUS_REPLACEMENT, node.path, Quoted.quote(node.path) + problem);
            }
        }
        removedFolders.clear();
    }

    /** Refuses a file that some engines may have removed because of a global header of the current layer's archive. */
    void requireNoFiles(Collection<String> globalHeaders) throws ImageFileSystemException {
        for (String name : globalHeaders) {
            Node node = nodes.at(name);
            if (node != null && node.live) {
                String problem = "a global header " + Quoted.quote(name) + " makes some engines remove that file";
                throw refused(Reason.GLOBAL_HEADER_NAMES_FILE, name, problem);
            }
        }
    }

    private void count(long bytes) throws ImageFileSystemException {
        entries++;
        memory += bytes + NODE_BYTES;
        if (entries > options.maxEntries()) {
            throw new ImageFileSystemException(
                    Reason.LIMIT_EXCEEDED, "the image has more than " + options.maxEntries() + " entries");
        }
        requireMemory();
    }

    private void requireMemory() throws ImageFileSystemException {
        if (memory > options.maxMemoryBytes()) {
            throw new ImageFileSystemException(
                    Reason.LIMIT_EXCEEDED,
                    "the image's entries need more than " + options.maxMemoryBytes() + " bytes of memory");
        }
    }

    private void remove(LayerEntry whiteout, String path) throws IOException {
        Node directory = directory(whiteout, parentOf(path), true);
        if (directory == null) {
            return; // removed with its directory
        }
        Node node = resolver.child(directory, nameOf(path));
        if (node != null && node.broughtAt == layer) {
            throw refused(
                    Reason.AMBIGUOUS_WHITEOUT,
                    whiteout,
                    "comes after an entry at its path, which some engines remove too");
        }
        if (node != null && node.live) {
            if (node.isDirectory()) {
                removedFolders.add(node);
            }
            clearBelow(node, whiteout.path());
            removeIfLower(node, whiteout.path());
            node.whitedOutAt = layer;
        }
        rememberIn(directory);
    }

    private void makeOpaque(LayerEntry whiteout, String path) throws IOException {
        Node directory = Objects.requireNonNull(directory(whiteout, path, true));
        requireNotBare(whiteout, directory);
        if (directory == root) {
            requireNothingLower(whiteout);
        }
        clearBelow(directory, whiteout.path());
        directory.opaqueAt = layer;
        rememberIn(directory);
    }

    /** The root of an overlayfs mount is merged from all layers, even if a layer makes it opaque. */
    private void requireNothingLower(LayerEntry whiteout) throws ImageFileSystemException {
        for (Node node : below(root, true)) {
            if (node.layer != layer) {
                throw refused(
                        Reason.AMBIGUOUS_WHITEOUT,
                        whiteout,
                        "would remove all of the root, but engines on overlayfs keep " + Quoted.quote(node.path));
            }
        }
    }

    /**
     * Below an opaque directory, some engines keep only entries that the layer listed before, so not implied
     * directories.
     */
    private void requireNotBare(LayerEntry whiteout, Node directory) throws ImageFileSystemException {
        if (directory.bareBelowAt == layer) {
            throw refused(
                    Reason.AMBIGUOUS_WHITEOUT,
                    whiteout,
                    "comes after an entry in an unlisted directory, which some engines remove");
        }
    }

    /** Records that this layer brought a node, for later whiteouts. */
    private void remember(Node placed) {
        placed.broughtAt = layer;
        rememberIn(placed.parent);
    }

    /** The same for a directory, which engines that keep layers apart create even for a whiteout. */
    private void rememberIn(@Nullable Node folder) {
        boolean bare = false;
        for (Node at = folder; at != null; at = at.parent) {
            boolean known = at.broughtAt == layer;
            if (known && (!bare || at.bareBelowAt == layer)) {
                return;
            }
            at.broughtAt = layer;
            if (bare) {
                at.bareBelowAt = layer;
            }
            bare |= !known;
        }
    }

    private void place(LayerEntry entry) throws IOException {
        if (entry.type() == LayerEntry.Type.FILE) {
            content += entry.size();
            if (content < 0 || content > options.maxContentBytes()) {
                throw new ImageFileSystemException(
                        Reason.LIMIT_EXCEEDED,
                        "the image's files have more than " + options.maxContentBytes() + " bytes");
            }
        }
        Node node = node(entry);
        boolean folder = entry.type() == LayerEntry.Type.DIRECTORY;
        if (node == root && !folder) {
            throw refused(Reason.ROOT_NOT_A_DIRECTORY, entry, "is the root, but not a directory");
        }
        requireSameKind(entry, node, folder);
        if (folder) {
            requireAttributesAgain(entry, node);
        }
        Node target = entry.type() == LayerEntry.Type.HARD_LINK ? linked(entry, node) : null;
        if (node.live) {
            if (!folder && node.isDirectory()) {
                removeBelow(node, entry.path());
            }
            if (target != null && !target.live) {
                throw refused(Reason.LINK_TARGET_MISSING, entry, "links to the file that it replaces");
            }
            supersede(node);
        }
        node.entry = entry;
        node.layer = layer;
        node.live = true;
        node.inode = target == null ? null : shared(target, entry);
        if (isUnequalLink(node)) {
            unequalLinks.add(node);
        }
        if (!folder) {
            node.opaqueAt = -1;
        }
        remember(node);
        requireNoOverlayMark(entry, node);
        list(node);
    }

    /** If layers are kept apart, a directory shows the lower contents, whatever the layer had at its path before. */
    private void requireSameKind(LayerEntry entry, Node node, boolean folder) throws ImageFileSystemException {
        if (node.live && node.layer == layer && node.isDirectory() != folder && node.isBelow(layer)) {
            throw refused(
                    Reason.AMBIGUOUS_REPLACEMENT,
                    entry,
                    "is a directory and another type in one layer, so that some engines show lower files");
        }
    }

    /**
     * Engines keep a directory that the layer has created and add to its attributes; some clear the attributes first.
     */
    private void requireAttributesAgain(LayerEntry entry, Node node) throws ImageFileSystemException {
        LayerEntry first = node.layer == layer && node.isDirectory() ? node.entry : null;
        if (first == null || entry.xattrNames().containsAll(first.xattrNames())) {
            return;
        }
        throw refused(
                Reason.AMBIGUOUS_REPLACEMENT,
                entry,
                "is a directory that the layer has twice, first with an attribute that most engines keep");
    }

    /** Engines that use overlayfs would hide or move files, and others would not. */
    private void requireNoOverlayMark(LayerEntry entry, Node node) throws ImageFileSystemException {
        LayerEntry content = Objects.requireNonNull(node.described());
        Optional<String> redirection = OverlayMarks.redirection(content);
        if (redirection.isPresent()) {
            throw refused(
                    Reason.OVERLAY_MARK,
                    entry,
                    "has data or attributes elsewhere for overlayfs, by its attribute "
                            + Quoted.quote(redirection.get()));
        }
        if (OverlayMarks.hidesLower(content) && node.isBelow(layer)) {
            throw refused(
                    Reason.OVERLAY_MARK,
                    entry,
                    "has a marker with which only overlayfs hides what lower layers have there");
        }
    }

    /** {@return the target of a hard link} */
    private Node linked(LayerEntry link, Node node) throws ImageFileSystemException {
        String path = link.hardLinkPath();
        Node directory = directory(link, parentOf(path), false);
        Node target = path.isEmpty() ? root : directory == null ? null : resolver.child(directory, nameOf(path));
        String leads = "links to " + Quoted.quote(link.linkTarget()) + ", which is ";
        if (target == null || !target.live || target == node) {
            throw refused(Reason.LINK_TARGET_MISSING, link, leads + "missing");
        }
        if (target.isDirectory()) {
            throw refused(Reason.LINK_TARGET_A_DIRECTORY, link, leads + "a directory");
        }
        return target;
    }

    /** {@return the file that a hard link shares with its target} */
    private Inode shared(Node target, LayerEntry link) throws ImageFileSystemException {
        Inode inode = target.inode;
        if (inode == null) {
            inode = new Inode(Objects.requireNonNull(target.entry), target.layer);
            target.inode = inode;
            memory += PAST_BYTES;
        }
        inode.links++;
        requireSame(inode.content, link);
        return inode;
    }

    /** {@return whether a path is a hard link whose entry has another mode or owner than its file's own} */
    static boolean isUnequalLink(Node node) {
        Inode inode = node.inode;
        LayerEntry link = node.entry;
        if (!node.live || inode == null || link == null || node.isSymbolicLink()) {
            return false;
        }
        LayerEntry file = inode.content;
        return link.mode() != file.mode() || link.uid() != file.uid() || link.gid() != file.gid();
    }

    /**
     * Some engines give the file the attributes of the link's entry, others ignore those. Tools that write layers
     * repeat the file's values there, or omit the attributes; those that write another mode are too many to be refused,
     * unless it lets the file run as somebody else.
     */
    private void requireSame(LayerEntry file, LayerEntry link) throws ImageFileSystemException {
        // An old engine applies the mode of a hard link to a symbolic link to that link's target. On Linux all symbolic
        // links have 0777, which must be accepted; on other systems they have other modes, and only those that grant at
        // most reading and executing are accepted.
        boolean symbolic = file.type() == LayerEntry.Type.SYMBOLIC_LINK;
        boolean gives = symbolic && (link.mode() & WRITES_OR_BECOMES) != 0;
        boolean sameMode = (link.mode() == file.mode() && !gives) || (symbolic && link.mode() == SYMBOLIC_LINK_MODE);
        boolean sameOwner = link.uid() == file.uid() && link.gid() == file.gid();
        boolean becomes = (link.mode() & ~file.mode() & SET_ID) != 0 || (!sameOwner && (link.mode() & SET_ID) != 0);
        if (becomes || (symbolic && !(sameMode && sameOwner))) {
            throw refused(
                    Reason.AMBIGUOUS_LINK,
                    link,
                    symbolic
                            ? "has another mode or owner than the symbolic link that it links to"
                            : "makes some engines run the file that it links to as another user or group");
        }
        for (String name : link.xattrNames()) {
            byte[] value = link.xattr(name).orElseThrow();
            if (!file.xattr(name).filter(own -> Arrays.equals(own, value)).isPresent()) {
                throw refused(
                        Reason.AMBIGUOUS_LINK,
                        link,
                        "has an extended attribute " + Quoted.quote(name) + " that the file it links to does not have");
            }
        }
    }

    /** {@return the node of an entry, whose parent is created if needed} */
    private Node node(LayerEntry entry) throws ImageFileSystemException {
        String path = entry.path();
        if (path.isEmpty()) {
            return root;
        }
        int slash = path.lastIndexOf('/');
        Node parent = lastParent;
        boolean same = slash == parent.path.length() && path.startsWith(parent.path) && parent.isDirectory();
        if (slash < 0) {
            parent = root;
        } else if (!same) {
            parent = Objects.requireNonNull(directory(entry, path.substring(0, slash), true));
        }
        lastParent = parent;
        // If no link was followed, the entry's path is the node's, without a copy.
        boolean direct = parent.path.length() == Math.max(slash, 0) && path.startsWith(parent.path);
        Node known = nodes.child(parent, path, slash + 1, path.length());
        if (known != null) {
            return known;
        }
        if (direct) {
            return added(entry, parent, path);
        }
        Node followed = added(entry, parent, Resolver.join(parent, nameOf(path)));
        memory += TarText.memoryBytes(followed.path);
        requireMemory();
        return followed;
    }

    private Node added(LayerEntry entry, Node parent, String path) throws ImageFileSystemException {
        int maxDepth = options.layerLimits().maxDepth();
        if (parent.depth >= maxDepth) {
            throw refused(Reason.LIMIT_EXCEEDED, entry, "is more than " + maxDepth + " directories deep");
        }
        return nodes.add(parent, path, path.lastIndexOf('/') + 1);
    }

    /**
     * {@return the directory at {@code path}, created if {@code make} and it does not exist}
     *
     * <p>Null for a whiteout of a name in a directory that the same layer has removed by a whiteout: it is redundant.
     */
    private @Nullable Node directory(LayerEntry entry, String path, boolean make) throws ImageFileSystemException {
        Node at = root;
        Resolver.Budget budget = null;
        int end;
        for (int start = 0; start < path.length(); start = end + 1) {
            end = NodeTable.nameEnd(path, start);
            Node next = nodes.child(at, path, start, end);
            if (next != null && next.isSymbolicLink()) {
                if (budget == null) {
                    // Links may have as many components as a path, so that no entry costs much more than that.
                    budget = new Resolver.Budget(options.layerLimits().maxDepth());
                }
                next = followed(entry, at, next, budget);
            } else if (next != null && next.live && !next.isDirectory()) {
                throw refused(
                        Reason.PARENT_NOT_A_DIRECTORY,
                        entry,
                        "is below " + Quoted.quote(next.path) + ", which is not a directory");
            } else if (next == null || !next.live) {
                if (!make || (next != null && next.isWhitedOutBy(layer) && isPlainWhiteout(entry))) {
                    return null;
                }
                next = implied(entry, at, next, path.substring(start, end));
            }
            at = next;
        }
        return at;
    }

    private static boolean isPlainWhiteout(LayerEntry entry) {
        return entry.whiteout().filter(Whiteout.Removes.class::isInstance).isPresent();
    }

    private Node followed(LayerEntry entry, Node at, Node link, Resolver.Budget budget)
            throws ImageFileSystemException {
        String leads = "leads through the symbolic link " + Quoted.quote(link.path) + " of layer " + (link.layer + 1);
        Node target = budget.takeLink() ? resolver.follow(at, Resolver.target(link), budget) : null;
        if (target == null || !target.isDirectory()) {
            throw refused(
                    Reason.THROUGH_SYMBOLIC_LINK,
                    entry,
                    leads + ", which leads to no directory, or through too many links");
        }
        return target;
    }

    private Node implied(LayerEntry entry, Node parent, @Nullable Node known, String name)
            throws ImageFileSystemException {
        if (known != null && known.isRemovedBy(layer) && entry.whiteout().isPresent()) {
            throw refused(
                    Reason.AMBIGUOUS_WHITEOUT,
                    entry,
                    "is in " + Quoted.quote(known.path)
                            + ", which the layer removes and only some engines create again");
        }
        Node node = known == null ? added(entry, parent, Resolver.join(parent, name)) : known;
        count(TarText.memoryBytes(node.path));
        node.live = true;
        node.layer = layer;
        list(node);
        return node;
    }

    private static void list(Node node) {
        Node parent = node.parent;
        if (!node.listed && parent != null) {
            node.listed = true;
            node.nextSibling = parent.firstChild;
            parent.firstChild = node;
        }
    }

    /**
     * Removes what lower layers have below a node; what this layer has there stays, whether before or after the
     * whiteout.
     */
    private void clearBelow(Node top, String cause) throws IOException {
        if (top.clearedAt == layer) {
            return;
        }
        List<Node> below = below(top, true);
        for (int i = below.size() - 1; i >= 0; i--) {
            removeIfLower(below.get(i), cause);
        }
    }

    /** Removes everything below a node that is no longer a directory. */
    private void removeBelow(Node top, String cause) throws IOException {
        for (Node node : below(top, false)) {
            delete(node, cause);
        }
    }

    /**
     * {@return the live nodes below a node, each directory before its contents}
     *
     * @param clearing whether to skip nodes that this layer's whiteouts have cleared already
     */
    private List<Node> below(Node top, boolean clearing) {
        List<Node> found = new ArrayList<>();
        Node at = top;
        int next = 0;
        while (true) {
            boolean cleared = clearing && at.clearedAt == layer;
            if (clearing) {
                at.clearedAt = layer;
            }
            Node before = null;
            for (Node child = cleared ? null : at.firstChild; child != null; child = child.nextSibling) {
                if (child.live) {
                    found.add(child);
                    before = child;
                } else {
                    child.listed = false;
                    if (before == null) {
                        at.firstChild = child.nextSibling;
                    } else {
                        before.nextSibling = child.nextSibling;
                    }
                }
            }
            if (next == found.size()) {
                return found;
            }
            at = found.get(next++);
        }
    }

    private void removeIfLower(Node node, String cause) throws IOException {
        if (!node.live || node.layer == layer) {
            return;
        }
        boolean keeps = node.hasLiveChild();
        delete(node, cause);
        if (keeps) {
            // The lower directory is removed; this layer's files in it imply a new one.
            node.live = true;
            node.layer = layer;
        }
    }

    private void delete(Node node, String cause) throws IOException {
        LayerEntry deleted = node.entry;
        int from = node.layer;
        supersede(node);
        if (deleted != null || from != layer) {
            node.past = new Past(layer, deleted, from, cause, node.past);
            memory += PAST_BYTES;
            requireMemory();
        }
        node.live = false;
        node.entry = null;
        node.inode = null;
        node.opaqueAt = -1;
        node.whitedOutAt = -1;
    }

    /** Moves the current file of a node to its history. */
    private void supersede(Node node) throws IOException {
        LayerEntry entry = node.entry;
        if (entry == null && node.layer == layer) {
            // A directory that this layer implied before its own entry.
            return;
        }
        node.past = new Past(node.layer, entry, node.layer, null, node.past);
        memory += PAST_BYTES;
        Inode inode = node.inode;
        if (inode != null) {
            inode.links--;
            if (inode.links == 0) {
                listener.released(inode.content, inode.layer);
            }
        } else if (entry != null) {
            listener.released(entry, node.layer);
        }
        node.inode = null;
    }

    private static String parentOf(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    private static String nameOf(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private ImageFileSystemException refused(Reason reason, LayerEntry entry, String because) {
        return refused(reason, entry.rawPath(), Quoted.quote(entry.rawPath()) + " " + because);
    }

    private ImageFileSystemException refused(Reason reason, String path, String problem) {
        return ImageFileSystemException.in(reason, layer, path, problem);
    }
}
