package dev.tallyclerk.testcontainers;

import dev.tallyclerk.registry.admission.FileFingerprint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The fingerprints of files, each taken before the file is read, so that a change meanwhile is noticed. */
final class ReadFiles {
    private final List<FileFingerprint> taken = new ArrayList<>();
    private boolean areAllKnown = true;

    /** Takes the fingerprint of a file or folder that is about to be read. */
    void add(Path file) {
        try {
            taken.add(FileFingerprint.of(file));
        } catch (IOException e) {
            // Reading it fails next and says why; or nothing has to be there, and nobody would notice that something
            // is.
            areAllKnown = false;
        }
    }

    /** {@return whether a decision by these files may be remembered} */
    boolean areAllKnown() {
        return areAllKnown;
    }

    List<FileFingerprint> fingerprints() {
        return List.copyOf(taken);
    }
}
