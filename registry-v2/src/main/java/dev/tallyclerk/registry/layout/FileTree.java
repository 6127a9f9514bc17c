package dev.tallyclerk.registry.layout;

import dev.tallyclerk.registry.layout.LayoutException.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The files of an image at rest, by path: a folder's or a tar file's. */
interface FileTree extends Closeable {
    /** {@return the file's content, or nothing if there is no such file} */
    Optional<InputStream> open(String path) throws IOException;

    /** {@return the file's size in bytes, or nothing if there is no such file} */
    Optional<Long> size(String path) throws IOException;

    /**
     * {@return a small file's content, cut off one byte after {@code maxBytes}, or nothing if there is no such file}
     */
    default Optional<byte[]> read(String path, int maxBytes) throws IOException {
        Optional<InputStream> stream = open(path);
        if (stream.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = stream.get()) {
            return Optional.of(in.readNBytes(Math.addExact(maxBytes, 1)));
        }
    }

    /** {@return the files of a folder} */
    static FileTree ofFolder(Path folder) throws LayoutException {
        if (!Files.isDirectory(folder)) {
            throw new LayoutException(Reason.NOT_AN_IMAGE, "there is no folder " + folder);
        }
        return new FileTree() {
            @Override
            public Optional<InputStream> open(String path) throws IOException {
                Path file = folder.resolve(path);
                return Files.isRegularFile(file) ? Optional.of(Files.newInputStream(file)) : Optional.empty();
            }

            @Override
            public Optional<Long> size(String path) throws IOException {
                Path file = folder.resolve(path);
                return Files.isRegularFile(file) ? Optional.of(Files.size(file)) : Optional.empty();
            }

            @Override
            public void close() {}
        };
    }
}
