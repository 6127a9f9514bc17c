package dev.tallyclerk.registry.inventory;

import dev.tallyclerk.registry.filesystem.FileChange;
import dev.tallyclerk.registry.filesystem.ImageFile;
import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import dev.tallyclerk.registry.internal.inventory.FoundPackage;
import dev.tallyclerk.registry.inventory.LayerFindings.FoundFile;
import dev.tallyclerk.registry.layer.LayerEntry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What one file of an image says, from layer to layer. */
final class FileVersions {
    private final List<Version> versions = new ArrayList<>();

    /** Finds what was read of an entry. */
    @FunctionalInterface
    interface Findings {
        Optional<FoundFile> of(int layer, int position);
    }

    /** What the file is from one layer on. */
    private static final class Version {
        private final int layer;
        private final Set<Listed> listed = new HashSet<>();

        Version(int layer, Optional<FoundFile> found) {
            this.layer = layer;
            found.ifPresent(file -> file.findings().packages().forEach(each -> listed.add(Listed.of(each))));
        }
    }

    /** What makes a package the same in two versions of a file. */
    private record Listed(String type, String name, String version, String architecture, String inside) {
        static Listed of(FoundPackage found) {
            return new Listed(found.type(), found.name(), found.version(), found.architecture(), found.inside());
        }
    }

    /** Compares the versions of a file that exists. */
    FileVersions(ImageFileSystem files, ImageFile file, Findings findings) {
        List<FileChange> history = files.history(file.path());
        for (FileChange change : history.subList(0, Math.max(0, history.size() - 1))) {
            Optional<FoundFile> found = change.kind() == FileChange.Kind.DELETED
                    ? Optional.empty()
                    : change.entry()
                            .flatMap(entry -> findings.of(change.entryLayer().index(), entry.position()));
            versions.add(new Version(change.layer().index(), found));
        }
        versions.add(new Version(file.origin().index(), current(file, findings)));
    }

    /** {@return what was read of a file as the image has it} */
    static Optional<FoundFile> current(ImageFile file, Findings findings) {
        return file.content()
                .filter(entry -> entry.type() == LayerEntry.Type.FILE)
                .flatMap(entry -> findings.of(file.contentOrigin().index(), entry.position()));
    }

    /** {@return the index of the first layer from which on the file always lists the package, as it does now} */
    int firstLayer(FoundPackage found) {
        Listed wanted = Listed.of(found);
        int first = versions.size() - 1;
        while (first > 0 && versions.get(first - 1).listed.contains(wanted)) {
            first--;
        }
        return versions.get(first).layer;
    }
}
