package dev.tallyclerk.hardening.container;

import java.util.List;
import java.util.stream.Stream;

/** The folders of a host that no container should see. */
final class SensitivePaths {
    private static final List<HostPath> FOLDERS = Stream.of(
                    "/boot",
                    "/dev",
                    "/etc",
                    "/lib",
                    "/lib64",
                    "/proc",
                    "/root",
                    "/run/containerd",
                    "/sys",
                    "/usr",
                    "/var/lib/containerd",
                    "/var/lib/docker")
            .map(HostPath::of)
            .toList();

    private SensitivePaths() {}

    /** {@return whether the path is one of the folders, is in one, or has one in it} */
    static boolean touches(HostPath path) {
        return FOLDERS.stream().anyMatch(folder -> path.isWithin(folder) || folder.isBelow(path));
    }
}
