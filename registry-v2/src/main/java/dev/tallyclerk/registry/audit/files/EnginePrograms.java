package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.internal.text.Words;
import dev.tallyclerk.registry.analysis.AnalyzedLayer;
import dev.tallyclerk.registry.filesystem.ImageFile;
import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import dev.tallyclerk.registry.layer.LayerEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The programs of the image that an engine runs as root of the host, to unpack an archive that is copied into a
 * container and to enter one, and that whose output a client unpacks.
 *
 * @see <a href="https://github.com/moby/moby/security/advisories/GHSA-x86f-5xw2-fm2r">CVE-2026-41567</a>
 * @see <a href="https://github.com/containers/podman/security/advisories/GHSA-66vw-v2x9-hw75">CVE-2022-1227</a>
 */
final class EnginePrograms {
    static final String RULE = "ATK-010";

    /**
     * The programs by which Docker's daemon unpacks, which unpacks other formats itself, podman looks into one, and
     * kubectl copies out of one.
     */
    private static final List<String> NAMES = List.of("xz", "unpigz", "nsenter", "tar");

    /** Programs of many names. */
    private static final Set<String> MANY_NAMES = Words.set("busybox toybox coreutils bsdtar");

    /** Where a daemon looks for programs. */
    private static final List<String> FOLDERS =
            List.of("usr/local/sbin", "usr/local/bin", "usr/sbin", "usr/bin", "sbin", "bin");

    private EnginePrograms() {}

    /** {@return the paths at which an engine finds the programs} */
    static List<String> paths() {
        List<String> paths = new ArrayList<>();
        FOLDERS.forEach(folder -> NAMES.forEach(name -> paths.add(folder + "/" + name)));
        return paths;
    }

    /** Reports scripts, and programs that no package has although the image has lists of packages. */
    static void look(ImageFileSystem files, List<AnalyzedLayer<LayerFacts>> layers, Findings findings) {
        boolean hasLists = layers.stream()
                .flatMap(layer -> layer.value().stream())
                .anyMatch(facts -> facts.packages().hasLists());
        for (String path : paths()) {
            Optional<ImageFile> resolved = files.resolve(path)
                    .filter(file -> file.type() == LayerEntry.Type.FILE && (file.mode() & 0111) != 0);
            if (resolved.isEmpty() || !isAtItsOwnPlace(path, files)) {
                continue;
            }
            ImageFile file = resolved.get();
            if (isScript(file, layers)) {
                findings.report(
                        RULE,
                        file.origin().index(),
                        path,
                        "is a script in place of a program that engines or clients run");
            } else if (hasLists && !isListed(path, layers) && !isListed(file.path(), layers) && !hasManyNames(file)) {
                findings.report(
                        RULE,
                        file.origin().index(),
                        path,
                        "is a program that engines or clients run, and of no package");
            }
        }
    }

    /** A file of {@code usr/bin} is reported there, and not once more by way of the link {@code bin}. */
    private static boolean isAtItsOwnPlace(String path, ImageFileSystem files) {
        return files.file(path).isPresent();
    }

    private static boolean hasManyNames(ImageFile file) {
        int slash = file.path().lastIndexOf('/');
        return slash > 0
                && FOLDERS.contains(file.path().substring(0, slash))
                && MANY_NAMES.contains(file.path().substring(slash + 1));
    }

    private static boolean isScript(ImageFile file, List<AnalyzedLayer<LayerFacts>> layers) {
        return file.content()
                .flatMap(entry -> layers.get(file.contentOrigin().index())
                        .value()
                        .map(facts -> facts.scripts().contains(entry.position())))
                .orElse(false);
    }

    private static boolean isListed(String path, List<AnalyzedLayer<LayerFacts>> layers) {
        return layers.stream()
                .flatMap(layer -> layer.value().stream())
                .anyMatch(facts -> facts.packages().listed().contains(path));
    }
}
