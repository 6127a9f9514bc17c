package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layer.LayerEntry;
import dev.tallyclerk.registry.layer.LayerException;
import dev.tallyclerk.registry.layer.LayerReader;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageManifest;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The files that the layers of an image make together, without their contents.
 *
 * <p>An image is refused where engines make different files of it. The rules:
 *
 * <ul>
 *   <li>A layer's entry takes the place of what lower layers have at its path. A folder keeps what is in it if a folder
 *       comes, and loses it if anything else comes.
 *   <li>Of two entries for one path in one layer the last counts, as in the engines that take such a layer. One of a
 *       folder and one of something else are refused where lower layers have something. A folder that comes twice has
 *       to have the extended attributes again that it had first.
 *   <li>A folder that a layer does not name keeps what a lower layer says of it, though some engines show it with the
 *       mode 0755 and as root's.
 *   <li>A whiteout removes what lower layers have and never what its own layer has. That may come after it, as when a
 *       file is removed and made anew.
 *   <li>An entry may stand before a whiteout of the same layer, but not if the whiteout names its path or a folder
 *       above it; and before an opaque whiteout only if the layer names every folder in between, and names it first.
 *   <li>A folder over one of a lower layer that is removed and made anew has to be made opaque too, it or one above it,
 *       because overlayfs shows what is in the lower one otherwise.
 *   <li>The root cannot be made opaque over anything, because overlayfs shows what is there all the same.
 *   <li>The folder of a whiteout is made if it is not there, as engines do. It is not where the same layer has a
 *       whiteout of the folder before: one of a name in it says nothing new then and is passed over, as umoci writes
 *       them. Every other one in a folder that its own layer has removed is refused.
 *   <li>A hard link has to say of its file what the file's own entry says, because engines differ in which of the two
 *       counts.
 *   <li>A hard link may lead to a file of a lower layer: the specification does not forbid it, and there are tools that
 *       write such images. Engines that keep layers apart, as those on overlayfs do, find no file there and refuse
 *       them; those that load them make the same file.
 * </ul>
 *
 * <p>What was replaced or deleted is remembered, because whoever has the layer still has it: see {@link #history} and
 * {@link #deleted}.
 *
 * <p>Paths are relative to the image's root; a slash before or behind them changes nothing, and they are not followed
 * through symbolic links except by {@link #resolve}. How bytes that are no UTF-8 look in them is said at
 * {@link LayerEntry}.
 *
 * <p>Immutable, and safe for use by several threads. Needs about 250 bytes of memory for an entry with a path of 50
 * characters.
 */
public final class ImageFileSystem {
    private final List<LayerOrigin> layers;
    private final NodeTable nodes;
    private final Resolver resolver;

    private ImageFileSystem(List<LayerOrigin> layers, MergedTree tree) {
        this.layers = List.copyOf(layers);
        this.nodes = tree.nodes();
        this.resolver = tree.resolver();
    }

    /**
     * Reads the layers of an image and verifies them.
     *
     * @param source the image; not closed
     * @param manifest the image's manifest, verified
     * @param config the image's configuration, verified
     * @param options how layers are merged, and what they may cost
     * @throws dev.tallyclerk.verify.VerificationException if a layer is not the one that the manifest promises
     * @throws dev.tallyclerk.registry.layer.LayerException if a layer is no archive that can be read
     * @throws ImageFileSystemException if the layers make no file system that engines agree on
     * @throws IOException if the source cannot be read
     * @throws IllegalArgumentException if {@code config} is not the manifest's, or promises another number of layers
     */
    public static ImageFileSystem of(
            ImageSource source, ImageManifest manifest, ImageConfig config, MergeOptions options) throws IOException {
        ImageLayers layers = ImageLayers.of(source, manifest, config, options.layerVerifier());
        return layers.retrying(() -> {
            Builder builder = builder(options);
            layers.forEach((index, layer) -> builder.addLayer(layers.diffId(index), layer));
            return builder.build();
        });
    }

    /** {@return a builder to which layers can be added, the lowest first} */
    public static Builder builder(MergeOptions options) {
        return new Builder(options, (content, layer) -> {});
    }

    /** Takes layers, the lowest first. Not safe for use by several threads. */
    public static final class Builder {
        private final MergedTree tree;
        private final List<LayerOrigin> layers = new ArrayList<>();
        private boolean usable = true;

        Builder(MergeOptions options, MergedTree.Listener listener) {
            this.tree = new MergedTree(Objects.requireNonNull(options, "options"), listener);
        }

        /** What is done with an entry once it has its place. */
        @FunctionalInterface
        interface Sink {
            void accept(LayerEntry entry, int layer) throws IOException;
        }

        /**
         * Reads a layer to its end and puts it above those before. A builder that has failed cannot be used any more.
         *
         * @param diffId the digest of the layer's uncompressed content, by which the layer is named; it is not compared
         *     here: that is for a reader of {@link LayerReader#open}, which got the same one
         * @param layer the layer, at its beginning; not closed
         * @throws ImageFileSystemException if the layers make no file system that engines agree on
         * @throws IOException if the layer cannot be read or does not verify
         * @throws IllegalStateException if the builder has failed, or has built already
         */
        public Builder addLayer(Digest diffId, LayerReader layer) throws IOException {
            return addLayer(diffId, layer, (entry, index) -> {});
        }

        Builder addLayer(Digest diffId, LayerReader layer, Sink sink) throws IOException {
            requireUsable();
            usable = false;
            LayerOrigin origin = new LayerOrigin(layers.size(), diffId);
            tree.nextLayer();
            try {
                int globalHeaders = 0;
                Optional<LayerEntry> entry = layer.next();
                while (entry.isPresent()) {
                    if (layer.globalHeaders().size() != globalHeaders) {
                        // The next entry may remove what stood there.
                        globalHeaders = layer.globalHeaders().size();
                        tree.requireNoFiles(layer.globalHeaders());
                    }
                    tree.add(entry.get());
                    sink.accept(entry.get(), origin.index());
                    entry = layer.next();
                }
                tree.requireNoFiles(layer.globalHeaders());
                tree.endLayer();
            } catch (LayerException e) {
                throw ImageLayers.in(origin.index(), e);
            }
            layers.add(origin);
            usable = true;
            return this;
        }

        /**
         * {@return the file system of the layers that were added; the builder is at its end}
         *
         * @throws IllegalStateException if the builder has failed, or has built already
         */
        public ImageFileSystem build() {
            requireUsable();
            usable = false;
            return new ImageFileSystem(layers, tree);
        }

        private void requireUsable() {
            if (!usable) {
                throw new IllegalStateException("the builder has failed, or has built already");
            }
        }
    }

    /** {@return the layers, the lowest first} */
    public List<LayerOrigin> layers() {
        return layers;
    }

    LayerOrigin layer(int index) {
        return layers.get(index);
    }

    Node root() {
        return nodes.root();
    }

    /** {@return what is at {@code path}, links not followed; the root for an empty path} */
    public Optional<ImageFile> file(String path) {
        Node node = nodes.at(normalized(path));
        return node == null || !node.live ? Optional.empty() : Optional.of(new ImageFile(node, this));
    }

    /**
     * {@return what a process in a container of the image opens at {@code path}}
     *
     * <p>Symbolic links are followed within the image's root, absolute ones from it, and {@code ..} at the root stays
     * there. Nothing if a link leads nowhere, or the path leads through something that is no folder, or through more
     * than 40 links.
     */
    public Optional<ImageFile> resolve(String path) {
        Node node = resolver.follow(path);
        return node == null ? Optional.empty() : Optional.of(new ImageFile(node, this));
    }

    /** {@return the files in a folder, sorted by name; none if there is no folder at {@code path}} */
    public List<ImageFile> list(String path) {
        Node node = nodes.at(normalized(path));
        if (node == null || !node.isDirectory()) {
            return List.of();
        }
        return children(node).stream().map(child -> new ImageFile(child, this)).toList();
    }

    /** {@return every file below the root, each folder before what is in it, and what is in a folder sorted by name} */
    public Stream<ImageFile> walk() {
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(new Walk(), Spliterator.ORDERED | Spliterator.NONNULL), false);
    }

    /** {@return the layer that brought what is at {@code path} now, links not followed} */
    public Optional<LayerOrigin> origin(String path) {
        return file(path).map(ImageFile::origin);
    }

    /**
     * {@return what each layer did to {@code path}, the lowest layer first, whether or not anything is there now}
     *
     * <p>It is how to find what a layer still holds though a layer above deleted it.
     */
    public List<FileChange> history(String path) {
        Node node = nodes.at(normalized(path));
        return node == null ? List.of() : history(node);
    }

    private List<FileChange> history(Node node) {
        List<Node.Past> events = new ArrayList<>();
        if (node.live) {
            events.add(new Node.Past(node.layer, node.entry, node.layer, null, null));
        }
        for (Node.Past past = node.past; past != null; past = past.older()) {
            events.add(past);
        }
        Collections.reverse(events);
        List<FileChange> changes = new ArrayList<>(events.size());
        boolean there = false;
        for (Node.Past event : events) {
            boolean deletes = event.cause() != null;
            FileChange.Kind kind =
                    deletes ? FileChange.Kind.DELETED : there ? FileChange.Kind.REPLACED : FileChange.Kind.ADDED;
            changes.add(change(node, kind, event));
            there = !deletes;
        }
        return List.copyOf(changes);
    }

    private FileChange change(Node node, FileChange.Kind kind, Node.Past event) {
        return new FileChange(
                node.path,
                kind,
                layer(event.layer()),
                event.entry(),
                layer(event.entryLayer()),
                event.cause() == null ? "" : event.cause());
    }

    /**
     * {@return the last deletion of every path that some layer has and the image has not, sorted by path}
     *
     * <p>What was replaced is not among them; {@link #history} has that too.
     */
    public List<FileChange> deleted() {
        List<FileChange> deleted = new ArrayList<>();
        for (Node node : nodes.all()) {
            if (!node.live && node.past != null) {
                deleted.add(change(node, FileChange.Kind.DELETED, node.past));
            }
        }
        deleted.sort(Comparator.comparing(FileChange::path));
        return List.copyOf(deleted);
    }

    /** {@return the files that are in a folder, sorted by name} */
    static List<Node> children(Node directory) {
        List<Node> children = new ArrayList<>();
        for (Node child = directory.firstChild; child != null; child = child.nextSibling) {
            if (child.live) {
                children.add(child);
            }
        }
        // All have the same folder before their names.
        children.sort(Comparator.comparing(child -> child.path));
        return children;
    }

    private static String normalized(String path) {
        int start = 0;
        int end = path.length();
        while (start < end && path.charAt(start) == '/') {
            start++;
        }
        while (end > start && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(start, end);
    }

    /** Goes down into each folder before it goes on. */
    private final class Walk implements Iterator<ImageFile> {
        private final Deque<Iterator<Node>> open = new ArrayDeque<>();
        private @Nullable Node next;

        Walk() {
            open.push(children(root()).iterator());
            advance();
        }

        private void advance() {
            next = null;
            while (next == null && !open.isEmpty()) {
                if (open.peek().hasNext()) {
                    next = open.peek().next();
                    if (next.isDirectory()) {
                        open.push(children(next).iterator());
                    }
                } else {
                    open.pop();
                }
            }
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public ImageFile next() {
            Node node = next;
            if (node == null) {
                throw new NoSuchElementException();
            }
            advance();
            return new ImageFile(node, ImageFileSystem.this);
        }
    }
}
