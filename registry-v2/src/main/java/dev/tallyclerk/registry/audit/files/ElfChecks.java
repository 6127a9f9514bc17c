package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.internal.command.ImagePath;
import dev.tallyclerk.registry.filesystem.ImageFile;
import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks of how programs and libraries are protected. */
final class ElfChecks {
    private static final List<String> RULES = List.of("FS-057", "FS-058", "FS-059", "FS-060", "FS-061");

    private ElfChecks() {}

    /**
     * Looks at a program.
     *
     * @param files the merged files, or null if they are not known
     */
    static void look(String path, int layer, ElfFile elf, @Nullable ImageFileSystem files, Findings findings) {
        if (!elf.problem().isEmpty()) {
            RULES.forEach(rule -> findings.unknown(rule, path + " of layer " + (layer + 1) + " " + elf.problem()));
            return;
        }
        if (elf.hasExecutableStack()) {
            findings.report("FS-057", layer, path, "has an executable stack");
        }
        // Programs in Go have no pointers that an overflow could change.
        if (elf.canary() != ElfFile.Canary.NOT_APPLICABLE) {
            if (elf.relro() != ElfFile.Relro.FULL) {
                findings.report(
                        "FS-058",
                        layer,
                        path,
                        elf.relro() == ElfFile.Relro.NONE
                                ? "has no read-only relocations"
                                : "has a table of functions that stays writable");
            }
            if (!elf.isPositionIndependent()) {
                findings.report("FS-059", layer, path, "is always loaded at the same address");
            }
        }
        if (elf.canary() == ElfFile.Canary.NO) {
            findings.report("FS-060", layer, path, "does not check its stack for overflows");
        } else if (elf.canary() == ElfFile.Canary.UNKNOWN) {
            findings.unknown("FS-060", path + " of layer " + (layer + 1) + " is a static program");
        }
        for (String paths : elf.libraryPaths()) {
            weakness(paths, path, files)
                    .ifPresent(what -> findings.report("FS-061", layer, path, what, Evidence.of("path", paths)));
        }
    }

    /** A layer has more programs with weaknesses than are kept. */
    static void moreThanKept(int layer, Findings findings) {
        RULES.forEach(rule -> findings.unknown(rule, "layer " + (layer + 1) + " has more such programs than are kept"));
    }

    /** Looks at the directories that the loader's own configuration adds. */
    static void configuration(ContentFiles contents, @Nullable ImageFileSystem files, Findings findings) {
        for (ContentFile file : contents.files(List.of("etc/ld.so.conf"), List.of("etc/ld.so.conf.d"))) {
            if (!file.name().endsWith(".conf") || !findings.isRead(file, "FS-061")) {
                continue;
            }
            for (String line : file.statements()) {
                String folder = line.split("[\\s#=]", 2)[0];
                if (!folder.equals("include") && !folder.equals("hwcap")) {
                    weakness(folder, "", files)
                            .ifPresent(what -> findings.report(
                                    "FS-061",
                                    file.layer(),
                                    file.path(),
                                    "configures the loader, which then " + what,
                                    Evidence.of("path", folder)));
                }
            }
        }
    }

    /** Looks at the directories of the variable {@code LD_LIBRARY_PATH}. */
    static void variable(String paths, ImageFileSystem files, Findings findings) {
        for (String folder : paths.split("[:;]", -1)) {
            files.resolve(folder)
                    .filter(found -> folder.startsWith("/") && isWritable(found))
                    .ifPresent(found -> findings.report(
                            "FS-061",
                            found.origin().index(),
                            found.path(),
                            "is searched for libraries because of LD_LIBRARY_PATH, and others than root can write it"));
        }
    }

    private static Optional<String> weakness(String paths, String program, @Nullable ImageFileSystem files) {
        for (String folder : paths.split(":", -1)) {
            if (folder.isEmpty()) {
                return Optional.of(
                        "takes libraries from the current directory, because its library path has an empty part");
            }
            boolean isOrigin = folder.startsWith("$ORIGIN") || folder.startsWith("${ORIGIN}");
            if (!isOrigin && !folder.startsWith("/")) {
                return Optional.of("takes libraries from a path relative to the current directory: " + folder);
            }
            int slash = program.lastIndexOf('/');
            String own = slash < 0 ? "" : program.substring(0, slash);
            String absolute = isOrigin
                    ? own + folder.substring(folder.startsWith("$O") ? "$ORIGIN".length() : "${ORIGIN}".length())
                    : folder.substring(1);
            String clean = ImagePath.clean("/" + absolute).substring(1);
            if (isTemporary(clean) || isWritable(clean, files)) {
                return Optional.of("takes libraries from a directory that others than root can write: " + folder);
            }
        }
        return Optional.empty();
    }

    private static boolean isTemporary(String path) {
        for (String folder : List.of("tmp", "var/tmp", "dev/shm", "run/lock")) {
            if (path.equals(folder) || path.startsWith(folder + "/")) {
                return true;
            }
        }
        return false;
    }

    /** {@return whether others than root can write a directory, or make it in the nearest one that is there} */
    private static boolean isWritable(String path, @Nullable ImageFileSystem files) {
        String at = path;
        Optional<ImageFile> folder = files == null ? Optional.empty() : files.resolve(at);
        while (files != null && folder.isEmpty() && !at.isEmpty()) {
            at = at.substring(0, Math.max(at.lastIndexOf('/'), 0));
            folder = files.resolve(at);
        }
        return folder.filter(ElfChecks::isWritable).isPresent();
    }

    private static boolean isWritable(ImageFile folder) {
        return (folder.mode() & 0002) != 0 || (folder.uid() != 0 && (folder.mode() & 0200) != 0);
    }
}
