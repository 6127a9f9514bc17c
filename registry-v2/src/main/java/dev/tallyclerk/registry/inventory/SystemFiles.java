package dev.tallyclerk.registry.inventory;

import dev.tallyclerk.registry.filesystem.ImageFile;
import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import dev.tallyclerk.registry.layer.LayerEntry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds the files of system package managers where those look for them, through the links of the image. */
final class SystemFiles {
    private static final List<String> DPKG_FOLDERS = List.of("var/lib/dpkg");
    private static final List<String> OPKG_FOLDERS = List.of("usr/lib/opkg", "var/lib/opkg");
    private static final List<String> APK_DATABASES = List.of("lib/apk/db/installed", "usr/lib/apk/db/installed");
    private static final List<String> RPM_FOLDERS = List.of("var/lib/rpm", "usr/lib/sysimage/rpm", "usr/share/rpm");
    private static final String PACMAN_FOLDER = "var/lib/pacman/local";

    /** The newest form first; rpm reads one of them. */
    private static final List<String> RPM_NAMES = List.of("rpmdb.sqlite", "Packages.db", "Packages");

    /** By path. */
    private final Map<String, ImageFile> found = new LinkedHashMap<>();

    private final ImageFileSystem files;
    private final Consumer<ImageFile> unreadable;

    /**
     * Finds the files.
     *
     * @param unreadable receives each link at such a path that leads to no file
     */
    SystemFiles(ImageFileSystem files, Consumer<ImageFile> unreadable) {
        this.files = files;
        this.unreadable = unreadable;
        for (String folder : DPKG_FOLDERS) {
            add(folder + "/status");
            add(folder + "/diversions");
            addAll(folder + "/status.d", FileKind::isDistroless);
            addAll(folder + "/info", FileKind::isFileList);
        }
        for (String folder : OPKG_FOLDERS) {
            add(folder + "/status");
            addAll(folder + "/info", FileKind::isFileList);
        }
        APK_DATABASES.forEach(this::add);
        RPM_FOLDERS.forEach(folder -> RPM_NAMES.forEach(name -> add(folder + "/" + name)));
        for (String each : list(PACMAN_FOLDER)) {
            add(PACMAN_FOLDER + "/" + each + "/desc");
            add(PACMAN_FOLDER + "/" + each + "/files");
        }
    }

    /** {@return the files by path, in the order in which they were looked for} */
    Map<String, ImageFile> found() {
        return found;
    }

    private void addAll(String folder, Predicate<String> names) {
        list(folder).stream().filter(names).forEach(name -> add(folder + "/" + name));
    }

    private List<String> list(String folder) {
        List<String> names = new ArrayList<>();
        files.resolve(folder)
                .filter(file -> file.type() == LayerEntry.Type.DIRECTORY)
                .ifPresent(file -> files.list(file.path()).forEach(child -> names.add(child.name())));
        return names;
    }

    private void add(String path) {
        find(path).ifPresent(file -> found.putIfAbsent(file.path(), file));
    }

    /** {@return the file at a path, if there is one} */
    Optional<ImageFile> find(String path) {
        ImageFile file = files.resolve(path).orElse(null);
        if (file != null && file.type() == LayerEntry.Type.FILE) {
            return Optional.of(file);
        }
        ImageFile there = unresolved(path);
        if (there != null) {
            unreadable.accept(there);
        }
        return Optional.empty();
    }

    /** {@return what is at a path that leads to no file} */
    private @Nullable ImageFile unresolved(String path) {
        int slash = path.lastIndexOf('/');
        ImageFile folder = files.resolve(path.substring(0, slash)).orElse(null);
        return folder == null
                ? null
                : files.file(folder.path() + path.substring(slash)).orElse(null);
    }
}
