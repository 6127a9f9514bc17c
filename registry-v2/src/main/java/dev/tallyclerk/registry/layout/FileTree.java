package dev.tallyclerk.registry.layout;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The files of an image at rest, by path: a folder's or a tar file's. Only what is a plain file in it is one. */
interface FileTree extends Closeable {
    /** {@return the folder or the tar file, for a person to read} */
    Path path();

    /** {@return the file's content, or nothing if there is no such file} */
    Optional<InputStream> open(String path) throws IOException;

    /** {@return the file's size in bytes, or nothing if there is no such file} */
    OptionalLong size(String path) throws IOException;

    /** {@return where the file really lies, the same for all the paths that lead to it, or nothing if there is none} */
    Optional<String> locate(String path) throws IOException;

    /**
     * Refuses a document that is a link, where programs follow links differently: nothing but its own bytes says which
     * document it is.
     *
     * @throws LayoutException if {@code path} is a link in a tar file
     */
    void requireNoLink(String path) throws LayoutException;

    /**
     * {@return the paths of all files below {@code folder}, beginning with it and a slash}
     *
     * @throws LayoutException if something below is no plain file
     */
    List<String> list(String folder) throws IOException;

    /**
     * {@return a small file's content, cut off one byte after {@code maxBytes}, or nothing if there is no such file}
     */
    default Optional<byte[]> read(String path, int maxBytes) throws IOException {
        Optional<InputStream> stream = open(path);
        if (stream.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = stream.get()) {
            return Optional.of(in.readNBytes((int) Math.min(maxBytes + 1L, Integer.MAX_VALUE - 8)));
        }
    }

    /** {@return the same of a document, which may be no link in a tar file} */
    default Optional<byte[]> readDocument(String path, int maxBytes) throws IOException {
        requireNoLink(path);
        return read(path, maxBytes);
    }
}
