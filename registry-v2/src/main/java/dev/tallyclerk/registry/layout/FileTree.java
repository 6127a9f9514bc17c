package dev.tallyclerk.registry.layout;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The plain files of a layout or an archive, by path. */
interface FileTree extends Closeable {
    /** {@return the folder or the tar file, for messages} */
    Path path();

    /** {@return the file's content, or empty if there is no such file} */
    Optional<InputStream> open(String path) throws IOException;

    /** {@return the file's size in bytes, or empty if there is no such file} */
    OptionalLong size(String path) throws IOException;

    /** {@return the path where links end, the same for all paths of one file, or empty if there is no such file} */
    Optional<String> locate(String path) throws IOException;

    /**
     * Refuses a document that is a link in a tar file, because programs follow those links differently.
     *
     * @throws LayoutException if {@code path} is a link in a tar file
     */
    void requireNoLink(String path) throws LayoutException;

    /**
     * {@return the paths of all files below {@code folder}, each beginning with {@code folder} and a slash}
     *
     * @throws LayoutException if something below is no plain file
     */
    List<String> list(String folder) throws IOException;

    /** {@return a small file's content, cut off one byte after {@code maxBytes}, or empty if there is no such file} */
    default Optional<byte[]> read(String path, int maxBytes) throws IOException {
        Optional<InputStream> stream = open(path);
        if (stream.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = stream.get()) {
            return Optional.of(in.readNBytes((int) Math.min(maxBytes + 1L, Integer.MAX_VALUE - 8)));
        }
    }

    /** {@return the content of a document as {@link #read} does; in a tar file it may be no link} */
    default Optional<byte[]> readDocument(String path, int maxBytes) throws IOException {
        requireNoLink(path);
        return read(path, maxBytes);
    }
}
