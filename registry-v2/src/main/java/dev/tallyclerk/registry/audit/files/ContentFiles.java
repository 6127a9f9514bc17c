package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.registry.analysis.AnalyzedLayer;
import dev.tallyclerk.registry.filesystem.ImageFile;
import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import dev.tallyclerk.registry.layer.LayerEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The files of an image whose content rules look at, by path. Belongs to one thread. */
final class ContentFiles {
    private static final String ELSEWHERE =
            "was not read, because its layer has it at another path or has too many files";

    private final List<AnalyzedLayer<LayerFacts>> layers;
    private final TreeMap<String, ContentFile> files = new TreeMap<>();

    private ContentFiles(List<AnalyzedLayer<LayerFacts>> layers) {
        this.layers = layers;
    }

    /** {@return no files yet} */
    static ContentFiles of(List<AnalyzedLayer<LayerFacts>> layers) {
        return new ContentFiles(layers);
    }

    /** {@return some files, which are all that there are} */
    static ContentFiles ofFiles(List<ContentFile> files) {
        ContentFiles all = new ContentFiles(List.of());
        files.forEach(all::put);
        return all;
    }

    /** {@return the files of the layers without regard to whiteouts, where a higher layer replaces a path} */
    static ContentFiles unmerged(List<AnalyzedLayer<LayerFacts>> layers) {
        ContentFiles all = new ContentFiles(layers);
        for (AnalyzedLayer<LayerFacts> layer : layers) {
            layer.value()
                    .ifPresent(facts -> facts.contents().values().stream()
                            .filter(kept -> !kept.entry().hasParentReference())
                            .sorted((a, b) -> Integer.compare(
                                    a.entry().position(), b.entry().position()))
                            .forEach(kept -> {
                                String path = kept.entry().path();
                                all.files.put(
                                        path,
                                        new ContentFile(
                                                path, layer.index(), kept.entry(), kept.content(), kept.problem()));
                            }));
        }
        return all;
    }

    /** Adds a merged file, which may be a link to one. */
    void add(ImageFile file, ImageFileSystem all) {
        int layer = file.origin().index();
        ImageFile target = file;
        if (file.type() == LayerEntry.Type.SYMBOLIC_LINK) {
            Optional<ImageFile> resolved = all.resolve(file.path());
            if (resolved.isEmpty()) {
                put(new ContentFile(file.path(), layer, null, null, "is a link that leads to no file of the image"));
                return;
            }
            target = resolved.get();
        }
        put(file.path(), layer, target);
    }

    private void put(String path, int layer, ImageFile file) {
        if (file.type() != LayerEntry.Type.FILE) {
            return;
        }
        LayerFacts.Kept kept = kept(file);
        put(new ContentFile(
                path,
                layer,
                file.content().orElse(null),
                kept == null ? null : kept.content(),
                kept == null ? ELSEWHERE : kept.problem()));
    }

    /** Adds the files that are only reached through a directory that is a link, such as {@code etc} itself. */
    void addBehindLinks(ImageFileSystem all) {
        for (String path : WantedPaths.files()) {
            if (at(path) == null) {
                all.resolve(path).ifPresent(file -> addBehindLink(path, file));
            }
        }
        for (String folder : WantedPaths.folders()) {
            String own = all.resolve(folder).map(ImageFile::path).orElse(folder);
            if (own.equals(folder)) {
                continue;
            }
            for (ImageFile child : all.list(own)) {
                all.resolve(child.path()).ifPresent(file -> addBehindLink(folder + "/" + child.name(), file));
            }
        }
    }

    private void addBehindLink(String path, ImageFile file) {
        if (at(file.path()) == null) {
            put(path, file.origin().index(), file);
        }
    }

    /** {@return what was kept of a file, or null} */
    LayerFacts.@Nullable Kept kept(ImageFile file) {
        int index = file.contentOrigin().index();
        Optional<LayerFacts> facts = layers.get(index).value();
        return file.content()
                .flatMap(entry -> facts.map(all -> all.contents().get(entry.position())))
                .orElse(null);
    }

    private void put(ContentFile file) {
        files.put(file.path(), file);
    }

    /** {@return the file at a path, or null} */
    @Nullable ContentFile at(String path) {
        return files.get(path);
    }

    /** {@return the files directly in a directory, by name} */
    List<ContentFile> in(String folder) {
        String start = folder + "/";
        return new ArrayList<>(files.subMap(start, folder + "0").values());
    }

    /** {@return the files at some paths, and those directly in some directories} */
    List<ContentFile> files(List<String> paths, List<String> folders) {
        List<ContentFile> found = new ArrayList<>();
        for (String path : paths) {
            ContentFile file = at(path);
            if (file != null) {
                found.add(file);
            }
        }
        folders.forEach(folder -> found.addAll(in(folder)));
        return found;
    }

    /** {@return all files, by path} */
    List<ContentFile> all() {
        return new ArrayList<>(files.values());
    }
}
