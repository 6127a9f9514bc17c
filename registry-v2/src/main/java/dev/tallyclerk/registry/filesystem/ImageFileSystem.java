package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layer.EntryVisitor;
import dev.tallyclerk.registry.layer.LayerEntry;
import dev.tallyclerk.registry.layer.LayerException;
import dev.tallyclerk.registry.layer.LayerReader;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageManifest;
import java.io.DataInput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The merged files of an image's layers, without their contents.
 *
 * <p>An image is refused if engines would disagree on its files. The rules:
 *
 * <ul>
 *   <li>An entry replaces what lower layers have at its path. A directory keeps its contents if it is replaced by a
 *       directory, and loses them otherwise.
 *   <li>Of two entries for one path in a layer, the last counts, as in the engines that accept such a layer. A
 *       directory and another type at one path are refused if lower layers have the path. A directory that occurs twice
 *       must have its first extended attributes again.
 *   <li>A directory that a layer does not list keeps its attributes from the lower layer, though some engines show it
 *       with mode 0755 and owned by root.
 *   <li>The path of an entry may lead through symbolic links, such as {@code bin/x} where {@code bin} links to
 *       {@code usr/bin}: the entry is at {@code usr/bin/x}. The links are followed within the image's root, and must
 *       lead to a directory of the image, through at most 40 links, as in Linux, and with at most as many components as
 *       {@link dev.tallyclerk.registry.layer.LayerLimits#maxDepth} allows.
 *   <li>A whiteout removes what lower layers have, and never what its own layer has. That may come after the whiteout,
 *       for example if a file is removed and created again.
 *   <li>An entry may come before a whiteout of the same layer, but not if the whiteout removes its path or a directory
 *       above it. It may come before an opaque whiteout only if the layer lists every directory in between, and lists
 *       them first.
 *   <li>A lower directory that is removed and created again must also be made opaque, or a directory above it must,
 *       because overlayfs otherwise shows the lower contents.
 *   <li>The root cannot be made opaque over existing files, because overlayfs shows them anyway.
 *   <li>The parent directory of a whiteout is created if it does not exist, as engines do. If the same layer has
 *       removed the parent by a whiteout before, a whiteout of a name in it is redundant and ignored; umoci writes such
 *       layers. All other whiteouts in a directory that their own layer has removed are refused.
 *   <li>The extended attributes of a hard link must be those of the file's own entry, because engines differ in which
 *       of the two they use. If mode or owner differ, this keeps the file's, as umoci does, while podman and containerd
 *       give the file the link's: see {@link #unequalLinks}. A hard link to a symbolic link must be equal to it.
 *   <li>A hard link may lead to a file of a lower layer: the specification does not forbid it, and some tools write
 *       such images. Engines that keep layers apart, such as those on overlayfs, do not find the file and refuse the
 *       image; engines that load it create the same file.
 * </ul>
 *
 * <p>Replaced and deleted files are remembered, because anyone with the layer still has them: see {@link #history} and
 * {@link #deleted}.
 *
 * <p>Paths are relative to the image's root; a slash at either end is ignored. Only {@link #resolve} follows symbolic
 * links in them. {@link LayerEntry} describes the text of bytes that are not UTF-8.
 *
 * <p>Immutable, and safe for use by several threads. Needs about 250 bytes of memory per entry with a path of 50
 * characters.
 */
public final class ImageFileSystem {
    private final List<LayerOrigin> layers;
    private final NodeTable nodes;
    private final Resolver resolver;
    private final List<Node> unequalLinks;

    private ImageFileSystem(List<LayerOrigin> layers, MergedTree tree) {
        this.layers = List.copyOf(layers);
        this.nodes = tree.nodes;
        this.resolver = tree.resolver;
        this.unequalLinks = List.copyOf(tree.unequalLinks);
    }

    /**
     * Reads, verifies and merges the layers of an image.
     *
     * @param source the image; not closed
     * @param manifest the image's manifest, verified
     * @param config the image's configuration, verified
     * @param options how layers are merged, and the limits on them
     * @throws dev.tallyclerk.verify.VerificationException if a layer does not match the manifest
     * @throws dev.tallyclerk.registry.layer.LayerException if a layer is not a readable archive
     * @throws ImageFileSystemException if engines would disagree on the files
     * @throws IOException if the source cannot be read
     * @throws IllegalArgumentException if {@code config} does not belong to the manifest, or has another number of
     *     layers
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

    /** {@return a builder without layers} */
    public static Builder builder(MergeOptions options) {
        return new Builder(options, (content, layer) -> {});
    }

    /** Merges layers, the lowest first. Not safe for use by several threads, except for {@link #read}. */
    public static final class Builder {
        private final MergedTree tree;
        private final EntryBudget budget;
        private final List<LayerOrigin> layers = new ArrayList<>();
        private boolean usable = true;

        /** How many global headers of the current layer were compared with the files. */
        private int globalHeaders;

        Builder(MergeOptions options, MergedTree.Listener listener) {
            this.tree = new MergedTree(Objects.requireNonNull(options, "options"), listener);
            this.budget = new EntryBudget(options);
        }

        /** Receives each entry after it was merged. */
        @FunctionalInterface
        interface Sink {
            void accept(LayerEntry entry, int layer) throws IOException;
        }

        /**
         * Reads a layer to its end, for {@link #addLayer(LayerEntries)}. Several threads may read layers at the same
         * time.
         *
         * @param diffId the digest of the layer's uncompressed content, as in {@link #addLayer(Digest, LayerReader)}
         * @param layer the layer, at its start; not closed
         * @throws ImageFileSystemException with {@link ImageFileSystemException.Reason#LIMIT_EXCEEDED} if there are
         *     more entries than the options allow, together with those of all other layers that were read so
         * @throws IOException if the layer cannot be read or does not match
         */
        public LayerEntries read(Digest diffId, LayerReader layer) throws IOException {
            return read(diffId, layer, (entry, reader) -> {});
        }

        /**
         * Reads a layer to its end as {@link #read(Digest, LayerReader)}, and shows each entry to a visitor.
         *
         * @param diffId the digest of the layer's uncompressed content
         * @param layer the layer, at its start; not closed. After an exception about the limit, it is behind an entry
         *     that the visitor has seen, and can be read on
         * @param visitor called once for each entry, whiteouts included
         * @throws ImageFileSystemException with {@link ImageFileSystemException.Reason#LIMIT_EXCEEDED} as above
         * @throws IOException if the layer cannot be read or does not match
         */
        public LayerEntries read(Digest diffId, LayerReader layer, EntryVisitor visitor) throws IOException {
            return LayerEntries.read(diffId, layer, budget, visitor);
        }

        /**
         * Reads the entries of a layer that {@link LayerEntries#writeTo} wrote, for {@link #addLayer(LayerEntries)}.
         *
         * @param in where they were written; trusted, as nothing says that a layer has these entries
         * @throws ImageFileSystemException with {@link ImageFileSystemException.Reason#LIMIT_EXCEEDED} as for a layer
         * @throws IOException if {@code in} cannot be read, or has something else
         * @throws IllegalArgumentException if {@code in} has something else
         */
        public LayerEntries read(DataInput in) throws IOException {
            return LayerEntries.read(in, budget);
        }

        /**
         * Adds a layer above the previous ones. A builder that has failed cannot be used again.
         *
         * @param layer the entries of the layer
         * @throws ImageFileSystemException if engines would disagree on the files
         * @throws IllegalStateException if the builder has failed, or was built already
         */
        public Builder addLayer(LayerEntries layer) throws IOException {
            begin();
            for (int i = 0; i < layer.entries().size(); i++) {
                add(layer.entries().get(i), layer.globalHeaders(i));
            }
            return end(layer.diffId(), layer.globalHeaders(layer.entries().size()));
        }

        /**
         * Reads a layer to its end and adds it above the previous ones. A builder that has failed cannot be used again.
         *
         * @param diffId the digest of the layer's uncompressed content, which identifies the layer; not compared here
         *     but by a reader of {@link LayerReader#open} with the same digest
         * @param layer the layer, at its start; not closed
         * @throws ImageFileSystemException if engines would disagree on the files
         * @throws IOException if the layer cannot be read or does not match
         * @throws IllegalStateException if the builder has failed, or was built already
         */
        public Builder addLayer(Digest diffId, LayerReader layer) throws IOException {
            return addLayer(diffId, layer, (entry, index) -> {});
        }

        Builder addLayer(Digest diffId, LayerReader layer, Sink sink) throws IOException {
            begin();
            try {
                Optional<LayerEntry> entry = layer.next();
                while (entry.isPresent()) {
                    add(entry.get(), layer.globalHeaders());
                    sink.accept(entry.get(), layers.size());
                    entry = layer.next();
                }
            } catch (LayerException e) {
                throw ImageLayers.in(layers.size(), e);
            }
            return end(diffId, layer.globalHeaders());
        }

        private void begin() {
            requireUsable();
            usable = false;
            globalHeaders = 0;
            tree.nextLayer();
        }

        private void add(LayerEntry entry, Collection<String> headers) throws IOException {
            if (headers.size() != globalHeaders) {
                // The entry may remove the file.
                globalHeaders = headers.size();
                tree.requireNoFiles(headers);
            }
            tree.add(entry);
        }

        private Builder end(Digest diffId, Collection<String> headers) throws IOException {
            tree.requireNoFiles(headers);
            tree.endLayer();
            layers.add(new LayerOrigin(layers.size(), diffId));
            usable = true;
            return this;
        }

        /**
         * {@return the file system of the added layers; the builder cannot be used again}
         *
         * @throws IllegalStateException if the builder has failed, or was built already
         */
        public ImageFileSystem build() {
            requireUsable();
            usable = false;
            return new ImageFileSystem(layers, tree);
        }

        private void requireUsable() {
            if (!usable) {
                throw new IllegalStateException("the builder has failed, or was built already");
            }
        }
    }

    /** {@return the layers, the lowest first} */
    public List<LayerOrigin> layers() {
        return layers;
    }

    Node root() {
        return nodes.root;
    }

    /** {@return the file at {@code path}, without following links; the root for an empty path} */
    public Optional<ImageFile> file(String path) {
        Node node = nodes.at(normalized(path));
        return node == null || !node.live ? Optional.empty() : Optional.of(new ImageFile(node, layers));
    }

    /**
     * {@return the file that a process in a container of the image opens at {@code path}}
     *
     * <p>Follows symbolic links within the image's root: absolute ones start there, and {@code ..} at the root stays
     * there. Empty if a link leads nowhere, or the path leads through a file that is not a directory, or through more
     * than 40 links.
     */
    public Optional<ImageFile> resolve(String path) {
        Node node = resolver.follow(path);
        return node == null ? Optional.empty() : Optional.of(new ImageFile(node, layers));
    }

    /** {@return the files in a directory, sorted by name; empty if there is no directory at {@code path}} */
    public List<ImageFile> list(String path) {
        Node node = nodes.at(normalized(path));
        if (node == null || !node.isDirectory()) {
            return List.of();
        }
        return children(node).stream()
                .map(child -> new ImageFile(child, layers))
                .toList();
    }

    /** {@return every file below the root, each directory before its contents, which are sorted by name} */
    public Stream<ImageFile> walk() {
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(new Walk(), Spliterator.ORDERED | Spliterator.NONNULL), false);
    }

    /**
     * {@return the hard links whose entries have another mode or owner than their file's own}
     *
     * <p>podman and containerd then give the file the link's mode and owner; this keeps the file's.
     */
    public List<ImageFile> unequalLinks() {
        return unequalLinks.stream()
                .filter(MergedTree::isUnequalLink)
                .distinct()
                .map(node -> new ImageFile(node, layers))
                .toList();
    }

    /** {@return the layer that brought the current file at {@code path}, without following links} */
    public Optional<LayerOrigin> origin(String path) {
        return file(path).map(ImageFile::origin);
    }

    /**
     * {@return the changes of {@code path} by each layer, the lowest first, whether or not the path exists now}
     *
     * <p>Finds files that a layer still holds though a higher layer deleted them.
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
            changes.add(new FileChange(node.path, kind, event, layers));
            there = !deletes;
        }
        return List.copyOf(changes);
    }

    /**
     * {@return the last deletion of every path that some layer has and the image does not, sorted by path}
     *
     * <p>Replaced files are not included; {@link #history} has them.
     */
    public List<FileChange> deleted() {
        List<FileChange> deleted = new ArrayList<>();
        for (Node node : nodes.all()) {
            if (!node.live && node.past != null) {
                deleted.add(new FileChange(node.path, FileChange.Kind.DELETED, node.past, layers));
            }
        }
        deleted.sort(Comparator.comparing(FileChange::path));
        return List.copyOf(deleted);
    }

    /** {@return the files in a directory, sorted by name} */
    static List<Node> children(Node directory) {
        List<Node> children = new ArrayList<>();
        for (Node child = directory.firstChild; child != null; child = child.nextSibling) {
            if (child.live) {
                children.add(child);
            }
        }
        // All paths start with the same directory.
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

    /** Visits each directory's contents right after it. */
    private final class Walk implements Iterator<ImageFile> {
        private final Deque<Node> left = new ArrayDeque<>();

        Walk() {
            push(root());
        }

        private void push(Node directory) {
            List<Node> children = children(directory);
            for (int i = children.size() - 1; i >= 0; i--) {
                left.push(children.get(i));
            }
        }

        @Override
        public boolean hasNext() {
            return !left.isEmpty();
        }

        @Override
        public ImageFile next() {
            Node node = left.pop();
            if (node.isDirectory()) {
                push(node);
            }
            return new ImageFile(node, layers);
        }
    }
}
