package dev.tallyclerk.hardening.container;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The folders of a host that no container should see. */
final class SensitivePaths {
    private static final List<HostPath> FOLDERS = Stream.of(
                    "/bin",
                    "/boot",
                    "/dev",
                    "/etc",
                    "/lib",
                    "/lib32",
                    "/lib64",
                    "/libx32",
                    "/proc",
                    "/root",
                    "/run/containerd",
                    "/run/dbus/system_bus_socket",
                    "/run/systemd/private",
                    "/sbin",
                    "/sys",
                    "/usr",
                    "/var/lib/containerd",
                    "/var/lib/containers",
                    "/var/lib/docker",
                    "/var/lib/kubelet",
                    "/var/lib/rancher",
                    "/var/spool/cron")
            .map(HostPath::of)
            .toList();

    /** The same of Windows, which ignores case. */
    private static final List<HostPath> OF_WINDOWS =
            Stream.of("c:/programdata/docker", "c:/windows").map(HostPath::of).toList();

    /** What the kubelet of a node with Docker, and k3s, give a container of its own pod there. */
    private static final Pattern OWN =
            Pattern.compile("/var/lib/kubelet/pods/[^/]+/(etc-hosts|(containers|volumes|volume-subpaths)/.+)"
                    + "|/var/lib/rancher/k3s/storage/.+");

    private static final HostPath DRIVE = HostPath.of("c:");

    private SensitivePaths() {}

    /** {@return whether the path is one of the folders, is in one, or has one in it} */
    static boolean touches(HostPath path) {
        HostPath windows = ofWindows(path);
        return (touches(path, FOLDERS) && !OWN.matcher(path.text()).matches())
                || (windows.isWithin(DRIVE) && touches(windows, OF_WINDOWS));
    }

    private static boolean touches(HostPath path, List<HostPath> folders) {
        return folders.stream().anyMatch(folder -> path.isWithin(folder) || folder.isBelow(path));
    }

    /** A path with either kind of slash, and with the marks of a path that is not to be changed. */
    private static HostPath ofWindows(HostPath path) {
        String slashes = path.text().replace('\\', '/').toLowerCase(Locale.ROOT);
        return HostPath.of(slashes.replaceFirst("^/+[?]/", "/"));
    }
}
