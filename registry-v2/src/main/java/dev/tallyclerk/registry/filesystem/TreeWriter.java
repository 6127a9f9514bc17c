package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.registry.filesystem.ImageFileSystemException.Reason;
import dev.tallyclerk.registry.filesystem.Omission.Kind;
import dev.tallyclerk.registry.layer.LayerEntry;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Assembles a file system from the contents in the staging folder, from the innermost directories out.
 *
 * <p>Each directory is created in the staging folder, its entries are moved into it, and then it is moved into its own
 * parent. So no path is ever longer than two names, each name is created once, and an image's names and links are
 * neither followed nor overwritten.
 */
final class TreeWriter {
    private final Staging staging;
    private final ImageFileSystem files;
    private final TargetNames names;
    private final FileAttributes attributes;
    private final List<Omission> omissions;
    private final Set<LayerEntry> shared = new HashSet<>();

    private int fileCount;
    private int directoryCount;
    private int symbolicLinkCount;
    private int hardLinkCount;
    private long bytes;

    TreeWriter(Staging staging, ImageFileSystem files, TargetNames names, ExtractionOptions options) {
        this.staging = staging;
        this.files = files;
        this.names = names;
        this.omissions = new ArrayList<>();
        this.attributes = new FileAttributes(options, staging.target().getFileSystem(), omissions);
    }

    /** A directory whose subdirectories are being written. */
    private static final class Open {
        final Node node;
        final Iterator<Node> left;
        final List<Made> made = new ArrayList<>();

        Open(Node node) {
            this.node = node;
            this.left = ImageFileSystem.children(node).stream()
                    .filter(Node::isDirectory)
                    .iterator();
        }
    }

    /** A finished directory, still under a generated name. */
    private record Made(Node node, Path name) {}

    /** Writes everything, and renames the root to the target. */
    ExtractionResult write() throws IOException {
        Deque<Open> open = new ArrayDeque<>();
        open.push(new Open(files.root()));
        while (true) {
            Open top = open.element();
            if (top.left.hasNext()) {
                open.push(new Open(top.left.next()));
                continue;
            }
            open.pop();
            Made made = new Made(top.node, assemble(top));
            if (open.isEmpty()) {
                publish(made);
                return result();
            }
            open.element().made.add(made);
        }
    }

    private Path assemble(Open directory) throws IOException {
        Path name = staging.newName();
        int count = 0;
        try (Folder folder = staging.newFolder(name)) {
            for (Node child : ImageFileSystem.children(directory.node)) {
                if (!child.isDirectory()) {
                    count += adopted(child, folder) ? 1 : 0;
                }
            }
            for (Made child : directory.made) {
                place(child, folder, name);
                count++;
            }
            if (folder.forEach(entry -> {}) != count) {
                throw collision(directory.node);
            }
        }
        directoryCount++;
        return name;
    }

    private void place(Made made, Folder folder, Path folderName) throws IOException {
        try {
            Path name = names.name(made.node());
            move(made.name(), folder, name, made.node());
            // Only now, because a directory without write permission cannot be moved.
            attributes.apply(file(made.node()), staging.safePath(folderName).resolve(name));
        } catch (FileSystemException e) {
            throw named(e, made.node());
        }
    }

    private boolean adopted(Node node, Folder folder) throws IOException {
        try {
            return adopt(node, folder);
        } catch (FileSystemException e) {
            throw named(e, node);
        }
    }

    /** {@return a failure with the file's name in the target instead of that in the staging folder} */
    private FileSystemException named(FileSystemException failure, Node node) {
        String file = staging.target() + (node.path.isEmpty() ? "" : "/" + node.path);
        FileSystemException named = failure instanceof AccessDeniedException
                ? new AccessDeniedException(file, null, failure.getReason())
                : new FileSystemException(file, null, failure.getReason());
        named.initCause(failure);
        return named;
    }

    /** Moves a file to its place, and returns whether it exists; devices and pipes are omitted. */
    private boolean adopt(Node node, Folder folder) throws IOException {
        LayerEntry content = Objects.requireNonNull(node.described());
        switch (content.type()) {
            case FILE -> adoptFile(node, content, folder);
            case SYMBOLIC_LINK -> adoptLink(node, content, folder);
            case CHARACTER_DEVICE, BLOCK_DEVICE -> {
                String numbers = content.device()
                        .map(device -> device.major() + ":" + device.minor())
                        .orElse("");
                omissions.add(new Omission(node.path, Kind.DEVICE, numbers));
                return false;
            }
            case FIFO -> {
                omissions.add(new Omission(node.path, Kind.FIFO, ""));
                return false;
            }
            default -> throw new IllegalStateException("not a file's own type: " + content.type());
        }
        return true;
    }

    private void adoptFile(Node node, LayerEntry content, Folder folder) throws IOException {
        ImageFile file = file(node);
        Path from = staging.name(contentName(content, file.contentOrigin().index()));
        boolean first = file.linkCount() == 1 || shared.add(content);
        if (first) {
            attributes.apply(file, staging.safePath(from));
            fileCount++;
            bytes += file.size();
        } else {
            hardLinkCount++;
        }
        Path name = from;
        if (file.linkCount() > 1) {
            // The content stays for the other paths, and is removed with the staging folder.
            name = staging.newName();
            Files.createLink(staging.safePath(name), staging.path(from));
        }
        move(name, folder, names.name(node), node);
    }

    /** Each path gets its own symbolic link: some systems follow a link when they hard-link it. */
    private void adoptLink(Node node, LayerEntry content, Folder folder) throws IOException {
        String text = content.linkTarget();
        Path target = names.linkText(node, text);
        if (text.contains("//") || (text.length() > 1 && text.endsWith("/"))) {
            omissions.add(new Omission(node.path, Kind.LINK_SLASHES, text));
        }
        Path name = staging.newName();
        Files.createSymbolicLink(staging.safePath(name), target);
        attributes.applyToLink(file(node), staging.path(name));
        move(name, folder, names.name(node), node);
        symbolicLinkCount++;
    }

    private void move(Path from, Folder folder, Path name, Node node) throws IOException {
        try {
            staging.adopt(from, folder, name);
        } catch (FileSystemException e) {
            if (folder.contains(name)) {
                throw collision(Objects.requireNonNull(node.parent));
            }
            throw e;
        }
    }

    private static ImageFileSystemException collision(Node directory) {
        return ImageFileSystemException.at(
                Reason.NAMES_COLLIDE,
                directory.path,
                "the target's file system treats two names in " + Quoted.quote(directory.path) + " as one");
    }

    private void publish(Made root) throws IOException {
        ImageFile file = file(root.node());
        try {
            attributes.applyToRoot(file, staging.safePath(root.name()));
            staging.publish(root.name());
            attributes.finishRoot(file, staging.target());
        } catch (FileSystemException e) {
            throw named(e, root.node());
        }
    }

    private ImageFile file(Node node) {
        return new ImageFile(node, files.layers());
    }

    private ExtractionResult result() {
        return new ExtractionResult(
                files, fileCount, directoryCount, symbolicLinkCount, hardLinkCount, bytes, omissions);
    }

    /** {@return the name of a file's content in the staging folder} */
    static String contentName(LayerEntry content, int layer) {
        return "c" + layer + "-" + content.position();
    }
}
