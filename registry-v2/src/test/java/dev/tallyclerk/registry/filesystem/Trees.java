package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.digest.Digest;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Folders as text, to compare them. */
final class Trees {
    private static final int MODE_BITS = 07777;

    private Trees() {}

    /** {@return what is in a folder: by path, type, mode, number of links, target of a link, content} */
    static Map<String, String> describe(Path root) throws IOException {
        return describe(root, false);
    }

    /** The same, with owners and times of what has them. */
    static Map<String, String> describeAll(Path root) throws IOException {
        return describe(root, true);
    }

    private static Map<String, String> describe(Path root, boolean all) throws IOException {
        Map<String, String> tree = new TreeMap<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                tree.put(name(directory), line(directory, all));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                tree.put(name(file), line(file, all));
                return FileVisitResult.CONTINUE;
            }

            private String name(Path path) {
                // Bytes as they are, whatever the locale.
                String uri = root.relativize(path).toString();
                return uri.isEmpty()
                        ? "."
                        : path.toUri()
                                .getRawPath()
                                .substring(root.toUri().getRawPath().length());
            }
        });
        return tree;
    }

    /** {@return the line of a path that must be there} */
    static String get(Map<String, String> tree, String path) {
        return Objects.requireNonNull(tree.get(path), () -> path + " is not in " + tree.keySet());
    }

    private static String line(Path path, boolean all) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
        boolean directory = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
        boolean link = Files.isSymbolicLink(path);
        int mode = (Integer) Objects.requireNonNull(attributes.get("mode"));
        StringBuilder line = new StringBuilder();
        line.append(Integer.toOctalString(mode & ~MODE_BITS)).append(' ');
        line.append(link ? "-" : Integer.toOctalString(mode & MODE_BITS));
        if (!directory) {
            line.append(" links ").append(attributes.get("nlink"));
        }
        if (link) {
            line.append(" -> ").append(Files.readSymbolicLink(path));
        } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && Files.isReadable(path)) {
            line.append(' ').append(Digest.sha256Of(Files.readAllBytes(path)).encoded(), 0, 12);
            line.append(' ').append(Files.size(path));
        }
        if (all) {
            line.append(' ').append(attributes.get("uid")).append(':').append(attributes.get("gid"));
            line.append(' ')
                    .append(((FileTime) Objects.requireNonNull(attributes.get("lastModifiedTime")))
                            .toInstant()
                            .getEpochSecond());
        }
        return line.toString();
    }
}
