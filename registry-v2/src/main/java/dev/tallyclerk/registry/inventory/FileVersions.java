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
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What one file of an image says, from layer to layer; also at the paths that it had in lower layers. */
final class FileVersions {
    /** What the file says from a layer on, for each of its paths. */
    private final List<NavigableMap<Integer, Set<Listed>>> paths = new ArrayList<>();

    private final int lastLayer;

    /** Finds what was read of an entry. */
    @FunctionalInterface
    interface Findings {
        Optional<FoundFile> of(int layer, int position);
    }

    /** What makes a package the same in two versions of a file. */
    private record Listed(String type, String name, String version, String architecture, String inside) {
        static Listed of(FoundPackage found) {
            return new Listed(found.type(), found.name(), found.version(), found.architecture(), found.inside());
        }
    }

    /** Compares the versions of a file that exists. */
    FileVersions(ImageFileSystem files, ImageFile file, Findings findings) {
        NavigableMap<Integer, Set<Listed>> own = versions(files.history(file.path()), findings);
        // The content may be that of a hard link of another layer.
        own.put(file.origin().index(), listed(current(file, findings)));
        paths.add(own);
        lastLayer = file.origin().index();
        for (String path : SystemFiles.alternatives(file.path())) {
            if (!path.equals(file.path())) {
                paths.add(versions(files.history(path), findings));
            }
        }
    }

    private static NavigableMap<Integer, Set<Listed>> versions(List<FileChange> history, Findings findings) {
        NavigableMap<Integer, Set<Listed>> versions = new TreeMap<>();
        for (FileChange change : history) {
            Optional<FoundFile> found = change.kind() == FileChange.Kind.DELETED
                    ? Optional.empty()
                    : change.entry()
                            .flatMap(entry -> findings.of(change.entryLayer().index(), entry.position()));
            versions.put(change.layer().index(), listed(found));
        }
        return versions;
    }

    private static Set<Listed> listed(Optional<FoundFile> found) {
        Set<Listed> listed = new HashSet<>();
        found.ifPresent(file -> file.findings().packages().forEach(each -> listed.add(Listed.of(each))));
        return listed;
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
        int first = lastLayer;
        while (first > 0 && isListed(wanted, first - 1)) {
            first--;
        }
        return first;
    }

    private boolean isListed(Listed wanted, int layer) {
        return paths.stream()
                .map(versions -> versions.floorEntry(layer))
                .anyMatch(version -> version != null && version.getValue().contains(wanted));
    }
}
