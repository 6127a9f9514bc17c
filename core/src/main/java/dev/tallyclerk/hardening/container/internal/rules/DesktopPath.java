package dev.tallyclerk.hardening.container.internal.rules;

import dev.tallyclerk.hardening.container.internal.reader.HostPath;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How engines name the paths of another host than their own: of Windows, and of what Docker Desktop runs on. */
final class DesktopPath {
    /** Where the virtual machine of Docker Desktop has the files of its host. */
    private static final List<HostPath> ROOTS = List.of(HostPath.of("/run/desktop/mnt/host"), HostPath.of("/host_mnt"));

    /** Here a distribution of WSL has its mounts under names that are hashes of the paths. */
    private static final String HASHED = "/wsl/docker-desktop-bind-mounts/";

    private static final Pattern DRIVE = Pattern.compile("/([A-Za-z]):?(/.*)?");

    private DesktopPath() {}

    /** {@return whether the name of the path is a hash, which does not say what is there} */
    static boolean isHashed(HostPath path) {
        return path.text().contains(HASHED);
    }

    /** {@return whether all files of the host are in that folder} */
    static boolean holdsHost(HostPath folder) {
        return ROOTS.stream().anyMatch(root -> root.isWithin(folder));
    }

    /**
     * {@return the path as its own host names it: with a drive in small letters, or without the place of all its files}
     */
    static HostPath onHost(HostPath path) {
        Optional<HostPath> inside = inside(path);
        HostPath own = inside.orElse(path);
        HostPath slashes = withSlashes(own);
        Matcher drive = DRIVE.matcher(slashes.text());
        boolean isDrive =
                drive.matches() && (inside.isPresent() || slashes.text().startsWith(":", 2));
        return isDrive ? onDrive(drive) : own;
    }

    /** {@return the path on a drive of Windows, if it may be meant as one} */
    static Optional<HostPath> onDrive(HostPath path) {
        HostPath own = withSlashes(onHost(path));
        Matcher drive = DRIVE.matcher(own.text());
        // A folder of one letter alone is more likely one of Linux.
        boolean isDrive = drive.matches() && (own.text().startsWith(":", 2) || drive.group(2) != null);
        return isDrive ? Optional.of(onDrive(drive)) : Optional.empty();
    }

    private static HostPath onDrive(Matcher drive) {
        String below = drive.group(2) == null ? "" : drive.group(2);
        return HostPath.of((drive.group(1) + ':' + below).toLowerCase(Locale.ROOT));
    }

    private static Optional<HostPath> inside(HostPath path) {
        return ROOTS.stream()
                .filter(path::isWithin)
                .map(root -> HostPath.of(path.text().substring(root.text().length())))
                .findFirst();
    }

    /** A path with one kind of slash, and without the mark of a path that is not to be changed. */
    private static HostPath withSlashes(HostPath path) {
        return HostPath.of(path.text().replace('\\', '/').replaceFirst("^/+[?]/", "/"));
    }
}
