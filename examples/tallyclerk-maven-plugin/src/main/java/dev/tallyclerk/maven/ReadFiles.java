package dev.tallyclerk.maven;

import dev.tallyclerk.registry.admission.FileFingerprint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The fingerprints of files, each taken before the file is read, so that a change meanwhile is noticed. */
final class ReadFiles {
    private final Map<Path, FileFingerprint> taken = new LinkedHashMap<>();
    private Optional<String> problem = Optional.empty();

    /** Takes the fingerprint of a file or folder that is about to be read. */
    void add(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        if (taken.containsKey(absolute)) {
            return;
        }
        try {
            taken.put(absolute, FileFingerprint.of(absolute));
        } catch (IOException e) {
            // Reading it fails next and says why; or nothing has to be there, and nobody would notice that something
            // is.
            problem = Optional.of(absolute + " has no fingerprint");
        }
    }

    Collection<FileFingerprint> fingerprints() {
        return List.copyOf(taken.values());
    }

    /** {@return why a decision by these files cannot be remembered, if it cannot} */
    Optional<String> problem() {
        return problem;
    }
}
