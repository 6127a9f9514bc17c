package dev.tallyclerk.registry.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The content of a blob that a program holds in memory or in a file.
 *
 * <p>A copy of several blobs at a time opens them in several threads.
 */
@FunctionalInterface
public interface BlobContent {
    /** {@return content held in memory, a copy of {@code content}} */
    static BlobContent of(byte[] content) {
        byte[] copy = content.clone();
        return () -> new ByteArrayInputStream(copy);
    }

    /**
     * {@return the content of a file, opened each time it is read}
     *
     * @param file must not change until the image has been read; a change makes verification fail
     */
    static BlobContent ofFile(Path file) {
        Objects.requireNonNull(file, "file");
        return () -> Files.newInputStream(file);
    }

    /**
     * {@return a new stream of all bytes, for the caller to close}
     *
     * @throws IOException if the content cannot be read
     */
    InputStream open() throws IOException;
}
