package dev.tallyclerk.registry.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Content that a program has at hand, for {@link ImageSource#of}.
 *
 * <p>Whoever copies several blobs at a time opens them in several threads.
 */
@FunctionalInterface
public interface BlobContent {
    /** {@return a copy of those bytes} */
    static BlobContent of(byte[] content) {
        byte[] copy = content.clone();
        return () -> new ByteArrayInputStream(copy);
    }

    /**
     * {@return the content of a file, which is read when it is asked for}
     *
     * @param file a file that nobody changes meanwhile; one that changed is not what its digest promises
     */
    static BlobContent ofFile(Path file) {
        Objects.requireNonNull(file, "file");
        return () -> Files.newInputStream(file);
    }

    /**
     * {@return the bytes, from the first, each time anew; closed by whoever reads them}
     *
     * @throws IOException if they cannot be read
     */
    InputStream open() throws IOException;
}
