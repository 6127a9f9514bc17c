package dev.tallyclerk.hardening.container.internal.rules;

import dev.tallyclerk.hardening.container.internal.reader.HostPath;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The host folders that no container should see. */
public final class SensitivePaths {
    private static final List<HostPath> FOLDERS = HostPath.list("""
            /bin /boot /dev /etc /lib /lib32 /lib64 /libx32 /proc /root /run/containerd /run/dbus/system_bus_socket
            /run/systemd/private /sbin /sys /usr /var/lib/containerd /var/lib/containers /var/lib/docker
            /var/lib/kubelet /var/lib/rancher /var/spool/cron
            """);

    /** The same on Windows, which ignores case. */
    private static final List<HostPath> OF_WINDOWS = HostPath.list("c:/programdata/docker c:/windows");

    /** The files that a kubelet with Docker, and k3s, mount into the containers of their own pod. */
    private static final Pattern OWN =
            Pattern.compile("/var/lib/kubelet/pods/[^/]+/(etc-hosts|(containers|volumes|volume-subpaths)/.+)"
                    + "|/var/lib/rancher/k3s/storage/.+");

    /** Places of users and of the host's log; the folders above them hold much else. */
    private static final Pattern OF_USERS = Pattern.compile("/home"
            + "|(/home/[^/]+|/root|/Users/[^/]+|/var/home/[^/]+)/"
            + "([.](ssh|aws|azure|docker|gnupg|kube|netrc|npmrc|git-credentials|pgpass|password-store)"
            + "|[.]config/(gcloud|gh|containers|systemd))(/.*)?"
            + "|/var/log(/.*)?"
            + "|/opt/cni(/.*)?"
            + "|/tmp/ssh-[^/]+(/agent[.][0-9]+)?"
            + "|/run/user/[^/]+/(keyring|gnupg|ssh-agent[^/]*)(/.*)?"
            + "|/run/host-services/ssh-auth[.]sock"
            + "|.*/(ssh-agent[.](sock|socket)|S[.]gpg-agent([.][a-z]+)?)");

    private SensitivePaths() {}

    /**
     * {@return whether the path is one of the folders, is in one, or contains one}
     *
     * @param dataRoot the engine's data folder, if known
     */
    public static boolean touches(HostPath path, Optional<String> dataRoot) {
        return isOrHas(path)
                || dataRoot.filter(root -> isOrHas(path, HostPath.of(root))).isPresent()
                || isOrHas(DesktopPath.onHost(path))
                || DesktopPath.holdsHost(path)
                || DesktopPath.onDrive(path)
                        .filter(windows -> touches(windows, OF_WINDOWS))
                        .isPresent();
    }

    private static boolean isOrHas(HostPath path) {
        return (touches(path, FOLDERS) && !OWN.matcher(path.text()).matches())
                || HostControl.isDevice(path)
                || OF_USERS.matcher(path.text()).matches();
    }

    private static boolean isOrHas(HostPath path, HostPath root) {
        HostPath onHost = DesktopPath.onHost(root);
        return touches(path, List.of(root)) || touches(DesktopPath.onHost(path), List.of(onHost));
    }

    private static boolean touches(HostPath path, List<HostPath> folders) {
        return folders.stream().anyMatch(folder -> path.isWithin(folder) || folder.isBelow(path));
    }
}
