package dev.tallyclerk.registry.inventory;

import dev.tallyclerk.registry.internal.inventory.ContentReader;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import dev.tallyclerk.registry.internal.inventory.language.BillOfMaterials;
import dev.tallyclerk.registry.internal.inventory.language.ComposerInstalled;
import dev.tallyclerk.registry.internal.inventory.language.DotnetDependencies;
import dev.tallyclerk.registry.internal.inventory.language.GemSpecification;
import dev.tallyclerk.registry.internal.inventory.language.NpmPackage;
import dev.tallyclerk.registry.internal.inventory.language.PythonMetadata;
import dev.tallyclerk.registry.internal.inventory.system.ApkInstalled;
import dev.tallyclerk.registry.internal.inventory.system.Diversions;
import dev.tallyclerk.registry.internal.inventory.system.DpkgStatus;
import dev.tallyclerk.registry.internal.inventory.system.FileList;
import dev.tallyclerk.registry.internal.inventory.system.OsRelease;
import dev.tallyclerk.registry.internal.inventory.system.PacmanDescription;
import java.util.List;
import java.util.Optional;

/**
 * What a file is to an inventory, by its path in a layer.
 *
 * <p>A path may lead through links of lower layers, so that files of system package managers are recognised by the last
 * parts of their paths; the merge decides whether they lie where the package manager looks.
 *
 * @param role what the file is used for
 * @param reader reads it; for {@link Role#RPM} and {@link Role#RPM_LOG} unused
 */
record FileKind(Role role, ContentReader reader) {
    /** What a file is used for. */
    enum Role {
        /** Part of the database of a system package manager; counts at the path that it uses only. */
        SYSTEM,
        /** A database of rpm, which is read with its write-ahead log. */
        RPM,
        /** The write-ahead log of an rpm database. */
        RPM_LOG,
        /** What the package manager of a language installed. */
        INSTALLATION,
        /** A bill of materials. */
        CLAIM,
        /** What a package manager stores to install it by hard links, whose names say what it is. */
        STORED
    }

    /** The newest form first. */
    static final List<String> RPM_NAMES = List.of("rpmdb.sqlite", "Packages.db", "Packages");

    static final String RPM_LOG_NAME = "rpmdb.sqlite-wal";

    private static final ContentReader UNUSED = (content, into) -> {};

    private static final ContentReader CONDA = (content, into) -> {
        throw UnreadableException.unsupported("belongs to an environment of conda, whose packages are not read");
    };

    static Optional<FileKind> of(String path) {
        int slash = path.lastIndexOf('/');
        String name = path.substring(slash + 1);
        String folder = slash < 0 ? "" : path.substring(0, slash);
        Optional<FileKind> system = system(folder, name);
        return system.isPresent() ? system : language(path, folder, name);
    }

    private static Optional<FileKind> system(String folder, String name) {
        if (name.startsWith("os-release")) {
            return system(OsRelease.ofFields());
        }
        if (isIn(folder, "etc")) {
            Optional<OsRelease> release = release(name);
            if (release.isPresent()) {
                return system(release.get());
            }
        }
        if (isIn(folder, "dpkg") || isIn(folder, "opkg")) {
            boolean dpkg = isIn(folder, "dpkg");
            return switch (name) {
                case "status" -> system(dpkg ? DpkgStatus.ofDpkg() : DpkgStatus.ofOpkg());
                case "diversions" -> dpkg ? system(new Diversions()) : Optional.empty();
                default -> Optional.empty();
            };
        }
        if (isIn(folder, "dpkg/status.d")) {
            return system(isChecksumList(name) ? FileList.ofChecksums(name) : DpkgStatus.ofDistroless());
        }
        if ((isIn(folder, "dpkg/info") || isIn(folder, "opkg/info")) && isFileList(name)) {
            return system(FileList.ofPaths(name));
        }
        if (isIn(folder, "apk/db") && name.equals("installed")) {
            return system(new ApkInstalled());
        }
        if (isIn(folder, "rpm") && RPM_NAMES.contains(name)) {
            return Optional.of(new FileKind(Role.RPM, UNUSED));
        }
        if (isIn(folder, "rpm") && name.equals(RPM_LOG_NAME)) {
            return Optional.of(new FileKind(Role.RPM_LOG, UNUSED));
        }
        return pacman(folder, name);
    }

    /** {@return the reader of an older file that names the distribution} */
    private static Optional<OsRelease> release(String name) {
        return switch (name) {
            case "debian_version" -> Optional.of(OsRelease.ofVersionOf("debian"));
            case "alpine-release" -> Optional.of(OsRelease.ofVersionOf("alpine"));
            case "arch-release" -> Optional.of(OsRelease.ofVersionOf("arch"));
            case "lsb-release", "openwrt_release" -> Optional.of(OsRelease.ofLsbFields());
            // redhat-release and system-release are links to centos-release and its like.
            default -> name.endsWith("-release") ? Optional.of(OsRelease.ofSentence()) : Optional.empty();
        };
    }

    private static Optional<FileKind> pacman(String folder, String name) {
        int slash = folder.lastIndexOf('/');
        if (slash < 0 || !isIn(folder.substring(0, slash), "pacman/local")) {
            return Optional.empty();
        }
        return switch (name) {
            case "desc" -> system(PacmanDescription.ofPackage());
            case "files" -> system(PacmanDescription.ofFiles(folder.substring(slash + 1)));
            default -> Optional.empty();
        };
    }

    static boolean isFileList(String name) {
        return name.endsWith(".list") && name.length() > ".list".length();
    }

    private static boolean isChecksumList(String name) {
        return name.endsWith(".md5sums") && name.length() > ".md5sums".length();
    }

    private static boolean isIn(String folder, String end) {
        return folder.endsWith(end)
                && (folder.length() == end.length() || folder.charAt(folder.length() - end.length() - 1) == '/');
    }

    private static Optional<FileKind> system(ContentReader reader) {
        return Optional.of(new FileKind(Role.SYSTEM, reader));
    }

    private static Optional<FileKind> language(String path, String folder, String name) {
        if (name.equals("package.json")) {
            return NpmPackage.isInstalled(path) ? installation(new NpmPackage()) : stored(new NpmPackage());
        }
        if (name.endsWith(".gemspec")) {
            return GemSpecification.isInstalled(path) ? installation(new GemSpecification()) : Optional.empty();
        }
        if (name.equals("installed.json")) {
            return isIn(folder, "composer") ? installation(new ComposerInstalled()) : Optional.empty();
        }
        if (name.equals("history") && isIn(folder, "conda-meta")) {
            return installation(CONDA);
        }
        if (name.endsWith(".deps.json")) {
            return installation(new DotnetDependencies());
        }
        if (PythonMetadata.isInstalled(path)) {
            return installation(new PythonMetadata());
        }
        if (NpmPackage.isStored(path)) {
            return stored(new NpmPackage());
        }
        return BillOfMaterials.isLikely(path)
                ? Optional.of(new FileKind(Role.CLAIM, new BillOfMaterials()))
                : Optional.empty();
    }

    private static Optional<FileKind> installation(ContentReader reader) {
        return Optional.of(new FileKind(Role.INSTALLATION, reader));
    }

    private static Optional<FileKind> stored(ContentReader reader) {
        return Optional.of(new FileKind(Role.STORED, reader));
    }
}
