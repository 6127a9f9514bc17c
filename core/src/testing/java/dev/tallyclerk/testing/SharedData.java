package dev.tallyclerk.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The data that lies beside the repository and may not be copied into it. A test that needs it is skipped, and says so,
 * where it does not lie there. The system property or environment variable {@code TALLYCLERK_SHARED} names another place.
 */
public final class SharedData {
    private static final String VARIABLE = "TALLYCLERK_SHARED";

    private SharedData() {}

    /** {@return the file or folder, or skips the running test} */
    public static Path require(String relative) {
        Optional<Path> found = find(relative);
        if (found.isPresent()) {
            return found.get();
        }
        throw Peers.skip("there is no ../shared/data/" + relative + " beside the repository, nor in " + VARIABLE);
    }

    /** {@return the bytes of the file, or skips the running test} */
    public static byte[] read(String relative) throws IOException {
        return Files.readAllBytes(require(relative));
    }

    private static Optional<Path> find(String relative) {
        String told = System.getProperty(VARIABLE, System.getenv().getOrDefault(VARIABLE, ""));
        if (!told.isEmpty()) {
            return Optional.of(Path.of(told, "data", relative)).filter(Files::exists);
        }
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path candidate = at.resolve("../shared/data").resolve(relative).normalize();
            if (Files.exists(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }
}
