package dev.tallyclerk.registry.inventory;

import dev.tallyclerk.registry.filesystem.ImageFile;
import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import dev.tallyclerk.registry.inventory.InventoryProblem.Reason;
import dev.tallyclerk.registry.layer.LayerEntry;
import dev.tallyclerk.text.Quoted;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds the files of system package managers where those look for them, through the links of the image. */
final class SystemFiles {
    private static final String DPKG_FOLDER = "var/lib/dpkg";
    private static final String DISTROLESS_FOLDER = DPKG_FOLDER + "/status.d";
    private static final List<String> OPKG_FOLDERS = List.of("usr/lib/opkg", "var/lib/opkg");
    private static final List<String> RPM_FOLDERS = List.of("var/lib/rpm", "usr/lib/sysimage/rpm", "usr/share/rpm");
    private static final String PACMAN_FOLDER = "var/lib/pacman/local";

    /** Databases of which the package manager reads one, with the newest form first. */
    private static final List<List<String>> ALTERNATIVES = List.of(
            List.of("lib/apk/db/installed", "usr/lib/apk/db/installed"),
            OPKG_FOLDERS.stream().map(folder -> folder + "/status").toList(),
            RPM_FOLDERS.stream()
                    .flatMap(folder -> FileKind.RPM_NAMES.stream().map(name -> folder + "/" + name))
                    .toList());

    /** Folders that do not belong to a package manager. */
    private static final Set<String> SHARED_FOLDERS = Set.of("lib", "share", "sysimage", "usr", "var");

    /** By path. */
    private final Map<String, ImageFile> found = new LinkedHashMap<>();

    private final ImageFileSystem files;
    private final Consumer<InventoryProblem> problems;
    private final Set<String> unreadable = new HashSet<>();

    /**
     * Finds the files.
     *
     * @param problems receives what may hide packages, for example a link at such a path that leads to no file
     */
    SystemFiles(ImageFileSystem files, Consumer<InventoryProblem> problems) {
        this.files = files;
        this.problems = problems;
        add(DPKG_FOLDER + "/status");
        add(DPKG_FOLDER + "/diversions");
        addAll(DISTROLESS_FOLDER, name -> true);
        addAll(DPKG_FOLDER + "/info", FileKind::isFileList);
        OPKG_FOLDERS.forEach(folder -> addAll(folder + "/info", FileKind::isFileList));
        ALTERNATIVES.forEach(this::addOneOf);
        list(PACMAN_FOLDER).forEach(this::addPacman);
        checkChanges();
    }

    /** {@return the files by path, in the order in which they were looked for} */
    Map<String, ImageFile> found() {
        return found;
    }

    /** {@return whether a package manager looks for its packages at a path} */
    static boolean isDatabase(String path) {
        return path.equals(DPKG_FOLDER + "/status")
                || path.startsWith(DISTROLESS_FOLDER + "/")
                || path.startsWith(PACMAN_FOLDER + "/")
                || alternatives(path).size() > 1;
    }

    /** {@return the paths at which the package manager may have had the database before; the path itself included} */
    static List<String> alternatives(String path) {
        for (List<String> paths : ALTERNATIVES) {
            if (paths.contains(path)) {
                return paths;
            }
        }
        return List.of(path);
    }

    private void addAll(String folder, Predicate<String> names) {
        list(folder).stream().map(ImageFile::name).filter(names).forEach(name -> add(folder + "/" + name));
    }

    private void addOneOf(List<String> paths) {
        Set<String> databases = new HashSet<>();
        String first = "";
        for (String path : paths) {
            ImageFile file = add(path);
            if (file == null || file.size() == 0 || !databases.add(file.path())) {
                continue;
            }
            if (databases.size() > 1) {
                problem(
                        file,
                        Reason.AMBIGUOUS,
                        "the package manager reads this database or " + Quoted.printable(first));
            }
            first = file.path();
        }
    }

    private void addPacman(ImageFile folder) {
        if (folder.type() == LayerEntry.Type.FILE) {
            return; // the version of the database's format
        }
        String path = PACMAN_FOLDER + "/" + folder.name();
        if (add(path + "/desc") == null) {
            problem(folder, Reason.MALFORMED, "a package has no file desc");
        }
        add(path + "/files");
    }

    /** Some databases have changes that the next run of the package manager would merge into them. */
    private void checkChanges() {
        list(DPKG_FOLDER + "/updates").stream()
                .filter(file -> file.name().chars().allMatch(c -> c >= '0' && c <= '9'))
                .forEach(file -> problem(file, Reason.UNSUPPORTED, "dpkg was stopped before it merged this change"));
        for (String folder : RPM_FOLDERS) {
            files.resolve(folder + "/rpmdb.sqlite-journal")
                    .filter(file -> file.size() > 0)
                    .ifPresent(file ->
                            problem(file, Reason.UNSUPPORTED, "SQLite would undo a transaction by this journal"));
        }
    }

    private List<ImageFile> list(String folder) {
        Optional<ImageFile> there = files.resolve(folder);
        if (there.isEmpty()) {
            checkLink(folder);
        }
        return there.map(file -> files.list(file.path())).orElse(List.of());
    }

    /** {@return the file at a path, if there is one} */
    private @Nullable ImageFile add(String path) {
        ImageFile file = files.resolve(path).orElse(null);
        if (file != null && file.type() == LayerEntry.Type.FILE) {
            found.putIfAbsent(file.path(), file);
            return file;
        }
        if (file == null) {
            checkLink(path);
        } else {
            unreadable(file);
        }
        return null;
    }

    /** Finds a link that leads nowhere in the part of a path that belongs to the package manager. */
    private void checkLink(String path) {
        int end = path.indexOf('/');
        while (end > 0) {
            int start = end + 1;
            end = path.indexOf('/', start);
            String part = end < 0 ? path : path.substring(0, end);
            if (SHARED_FOLDERS.contains(part.substring(start))) {
                continue;
            }
            ImageFile folder = files.resolve(path.substring(0, start - 1)).orElse(null);
            ImageFile there = folder == null
                    ? null
                    : files.file(folder.path() + "/" + part.substring(start)).orElse(null);
            if (there == null) {
                return;
            }
            if (files.resolve(part).isEmpty()) {
                unreadable(there);
                return;
            }
        }
    }

    /** Says that there is something else than a database that was read. */
    void unreadable(ImageFile file) {
        if (unreadable.add(file.path())) {
            problem(
                    file,
                    Reason.UNREADABLE_LINK,
                    switch (file.type()) {
                        case SYMBOLIC_LINK -> "leads to no file of the image: " + Quoted.quote(file.linkTarget());
                        case FILE -> "is no file that was read";
                        default -> "is not a regular file";
                    });
        }
    }

    private void problem(ImageFile at, Reason reason, String detail) {
        problems.accept(InventoryProblem.of(at, reason, detail));
    }
}
