package dev.tallyclerk.trust.fetch;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The files of a repository in memory. Immutable. */
final class MemoryFiles {
    private final Map<String, byte[]> files;

    private MemoryFiles(Map<String, byte[]> files) {
        this.files = files;
    }

    static MemoryFiles copyOf(Map<String, byte[]> files) {
        Map<String, byte[]> copy = new HashMap<>();
        files.forEach((name, file) -> copy.put(Objects.requireNonNull(name, "name"), file.clone()));
        return new MemoryFiles(copy);
    }

    Optional<byte[]> fetch(String fileName, int maxBytes) throws BodyTooLargeException {
        byte @Nullable [] file = files.get(fileName);
        if (file == null) {
            return Optional.empty();
        }
        if (file.length > maxBytes) {
            throw new BodyTooLargeException(fileName, maxBytes);
        }
        return Optional.of(file.clone());
    }

    /** {@return a stream, which does not expose the array} */
    Optional<InputStream> open(String path) {
        return Optional.ofNullable(files.get(path)).map(ByteArrayInputStream::new);
    }
}
