package dev.tallyclerk.registry.inventory;

import dev.tallyclerk.registry.filesystem.ImageFile;
import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import dev.tallyclerk.registry.inventory.InventoryProblem.Reason;
import dev.tallyclerk.registry.layer.LayerEntry;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Package managers whose databases are not read, so that an inventory must not pass for complete. */
final class UnreadManagers {
    private static final List<Manager> MANAGERS = List.of(
            new Manager("Nix", "nix/store", child -> true),
            new Manager("Guix", "gnu/store", child -> true),
            new Manager("Portage", "var/db/pkg", UnreadManagers::isFolder),
            new Manager("FreeBSD's pkg", "var/db/pkg", child -> child.name().equals("local.sqlite")),
            new Manager("XBPS", "var/db/xbps", child -> child.name().startsWith("pkgdb-")),
            new Manager("Slackware", "var/lib/pkgtools/packages", UnreadManagers::isFile),
            new Manager("Slackware", "var/log/packages", UnreadManagers::isFile),
            new Manager("CRUX", "var/lib/pkg", child -> child.name().equals("db")),
            new Manager("KISS Linux", "var/db/kiss/installed", UnreadManagers::isFolder),
            new Manager("eopkg", "var/lib/eopkg/package", UnreadManagers::isFolder),
            new Manager("PiSi", "var/lib/pisi/package", UnreadManagers::isFolder),
            new Manager("swupd", "usr/share/clear/bundles", UnreadManagers::isFile),
            new Manager("ipkg", "usr/lib/ipkg", child -> child.name().equals("status")),
            new Manager("snap", "var/lib/snapd/snaps", child -> child.name().endsWith(".snap")),
            new Manager("Flatpak", "var/lib/flatpak/app", UnreadManagers::isFolder),
            new Manager("Flatpak", "var/lib/flatpak/runtime", UnreadManagers::isFolder),
            new Manager("Homebrew", "home/linuxbrew/.linuxbrew/Cellar", UnreadManagers::isFolder),
            new Manager("Homebrew", "usr/local/Cellar", UnreadManagers::isFolder));

    /**
     * A package manager.
     *
     * @param folder where it keeps what it knows, or its packages
     * @param isPackage tells a file or folder in it that only exists with packages
     */
    private record Manager(String name, String folder, Predicate<ImageFile> isPackage) {}

    private UnreadManagers() {}

    private static boolean isFile(ImageFile file) {
        return file.type() == LayerEntry.Type.FILE;
    }

    private static boolean isFolder(ImageFile file) {
        return file.type() == LayerEntry.Type.DIRECTORY;
    }

    /** Names the managers that have packages in an image. */
    static void find(ImageFileSystem files, Consumer<InventoryProblem> problems) {
        Set<String> seen = new HashSet<>();
        for (Manager manager : MANAGERS) {
            ImageFile folder = files.resolve(manager.folder).orElse(null);
            if (folder != null
                    && files.list(folder.path()).stream().anyMatch(manager.isPackage)
                    && seen.add(manager.name + folder.path())) {
                problems.accept(InventoryProblem.of(
                        folder, Reason.UNSUPPORTED, "has packages of " + manager.name + ", which are not read"));
            }
        }
    }
}
