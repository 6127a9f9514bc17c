package dev.tallyclerk.hardening.container.internal.rules;

import dev.tallyclerk.hardening.container.internal.reader.HostPath;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How engines name the paths of another host than their own: of Windows, and of Docker Desktop's host. */
final class DesktopPath {
    /** Where Docker Desktop's virtual machine mounts the files of its host. */
    private static final List<HostPath> ROOTS = List.of(HostPath.of("/run/desktop/mnt/host"), HostPath.of("/host_mnt"));

    /** Where a WSL distribution has its mounts, named by hashes of the paths. */
    private static final String HASHED = "/wsl/docker-desktop-bind-mounts/";

    private static final Pattern VERBATIM = Pattern.compile("^/+[?]/");

    private static final Pattern DRIVE = Pattern.compile("/([A-Za-z]):?(/.*)?");

    private DesktopPath() {}

    /** {@return whether the path's name is a hash, which hides the real path} */
    static boolean isHashed(HostPath path) {
        return path.text().contains(HASHED);
    }

    /** {@return whether the folder contains all files of the host} */
    static boolean holdsHost(HostPath folder) {
        return ROOTS.stream().anyMatch(root -> root.isWithin(folder));
    }

    /** {@return the path as its own host names it: with a lower-case drive, or without Docker Desktop's mount point} */
    static HostPath onHost(HostPath path) {
        Optional<HostPath> inside = inside(path);
        HostPath own = inside.orElse(path);
        HostPath slashes = withSlashes(own);
        Matcher drive = DRIVE.matcher(slashes.text());
        boolean isDrive =
                drive.matches() && (inside.isPresent() || slashes.text().startsWith(":", 2));
        return isDrive ? onDrive(drive) : own;
    }

    /** {@return the path on a Windows drive, if it may be one} */
    static Optional<HostPath> onDrive(HostPath path) {
        HostPath own = withSlashes(onHost(path));
        Matcher drive = DRIVE.matcher(own.text());
        // A folder with a one-letter name is more likely a Linux path.
        boolean isDrive = drive.matches() && (own.text().startsWith(":", 2) || drive.group(2) != null);
        return isDrive ? Optional.of(onDrive(drive)) : Optional.empty();
    }

    private static HostPath onDrive(Matcher drive) {
        String below = drive.group(2) == null ? "" : drive.group(2);
        return HostPath.of((drive.group(1) + ':' + below).toLowerCase(Locale.ROOT));
    }

    private static Optional<HostPath> inside(HostPath path) {
        for (HostPath root : ROOTS) {
            if (path.isWithin(root)) {
                return Optional.of(HostPath.of(path.text().substring(root.text().length())));
            }
        }
        return Optional.empty();
    }

    /** Normalises the slashes, and removes the prefix of verbatim paths. */
    private static HostPath withSlashes(HostPath path) {
        boolean isPlain = path.text().indexOf('\\') < 0 && !path.text().startsWith("/?/");
        return isPlain
                ? path
                : HostPath.of(VERBATIM.matcher(path.text().replace('\\', '/')).replaceFirst("/"));
    }
}
