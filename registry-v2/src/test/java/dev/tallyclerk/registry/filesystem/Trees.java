package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.digest.Digest;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

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

    private static String line(Path path, boolean all) throws IOException {
        boolean directory = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
        boolean link = Files.isSymbolicLink(path);
        int mode = (Integer) attribute(path, "mode");
        StringBuilder line = new StringBuilder();
        line.append(Integer.toOctalString(mode & ~MODE_BITS)).append(' ');
        line.append(link ? "-" : Integer.toOctalString(mode & MODE_BITS));
        if (!directory) {
            line.append(" links ").append(attribute(path, "nlink"));
        }
        if (link) {
            line.append(" -> ").append(Files.readSymbolicLink(path));
        } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && Files.isReadable(path)) {
            line.append(' ').append(Digest.sha256Of(Files.readAllBytes(path)).encoded(), 0, 12);
            line.append(' ').append(Files.size(path));
        }
        if (all) {
            line.append(' ').append(attribute(path, "uid")).append(':').append(attribute(path, "gid"));
            line.append(' ')
                    .append(Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS)
                            .to(TimeUnit.SECONDS));
        }
        return line.toString();
    }

    private static Object attribute(Path path, String name) throws IOException {
        return Files.getAttribute(path, "unix:" + name, LinkOption.NOFOLLOW_LINKS);
    }
}
