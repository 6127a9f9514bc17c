package dev.tallyclerk.hardening.container.internal.rules;

import dev.tallyclerk.hardening.container.internal.reader.HostPath;
import dev.tallyclerk.internal.text.Words;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The host's files and devices that give control of the host to everyone who can write them. */
public final class HostControl {
    /** Folders in which everything counts: the kernel, what it starts, and the data of engines. */
    private static final List<HostPath> WHOLE = HostPath.list("""
            /boot /proc /run/docker/plugins /run/systemd /sys/bus /sys/firmware /sys/fs/bpf /sys/fs/cgroup /sys/kernel
            /sys/module /sys/power /opt/cni /etc/cni /etc/cron.d /etc/cron.daily /etc/cron.hourly /etc/cron.monthly
            /etc/cron.weekly /etc/docker /etc/containerd /etc/containers /etc/crio /etc/init.d /etc/kubernetes
            /etc/modprobe.d /etc/modules-load.d /etc/pam.d /etc/profile.d /etc/rc.d /etc/security /etc/ssh /etc/sudoers.d
            /etc/sysctl.d /etc/systemd /etc/udev /etc/ld.so.conf.d /etc/update-motd.d /root/.ssh /var/lib/containerd
            /var/lib/kubelet/pki /var/lib/kubelet/plugins /var/lib/kubelet/plugins_registry
            /var/lib/kubelet/device-plugins /var/spool/cron /usr/lib/systemd /lib/systemd /usr/libexec
            """);

    /** Folders and files that count themselves; below them, only those named here do. */
    private static final List<HostPath> PLACES = HostPath.list("""
            / /bin /dev /etc /lib /lib32 /lib64 /libx32 /root /run /sbin /sys /usr /usr/bin /usr/lib /usr/lib32 /usr/lib64
            /usr/libx32 /usr/local /usr/local/bin /usr/local/lib /usr/local/sbin /usr/sbin /lib/modules /usr/lib/modules
            /var /var/lib
            /etc/crontab /etc/environment /etc/fstab /etc/group /etc/gshadow /etc/inittab /etc/ld.so.cache
            /etc/ld.so.preload /etc/modules /etc/passwd /etc/profile /etc/rc.local /etc/shadow /etc/sudoers
            /etc/sysctl.conf /etc/bash.bashrc /root/.bash_profile /root/.bashrc /root/.profile
            /var/lib/kubelet /var/lib/rancher /var/lib/rancher/k3s /var/lib/rancher/rke2
            """);

    /** The data folders of engines, with everything in them but the content of volumes. */
    private static final List<HostPath> DATA = HostPath.list("/var/lib/containers /var/lib/docker");

    private static final Pattern VOLUME =
            Pattern.compile("(/storage)?/volumes/[^/]+(/.*)?|/storage/overlay/[^/]+/merged/.*");

    private static final List<HostPath> OF_WINDOWS = HostPath.list("c:/programdata/docker c:/windows");

    private static final List<String> DISKS = Words.list("""
            /dev/sd /dev/hd /dev/vd /dev/xvd /dev/nvme /dev/dm- /dev/mapper/ /dev/md /dev/mmcblk /dev/disk/ /dev/sg
            /dev/nbd /dev/zd /dev/pmem /dev/rbd /dev/bcache /dev/vg
            """);

    private static final Set<String> MEMORY = Set.of("/dev/mem", "/dev/kmem", "/dev/port");

    /** Sockets through which everyone becomes root; a read-only mount does not prevent that. */
    private static final List<HostPath> SOCKETS = HostPath.list("/run/systemd/private /run/dbus/system_bus_socket");

    private HostControl() {}

    /**
     * {@return whether a writable mount of the path gives control of the host}
     *
     * @param dataRoot the engine's data folder, if known
     */
    public static boolean isByWriting(HostPath path, Optional<String> dataRoot) {
        HostPath own = DesktopPath.onHost(path);
        return isPlace(path)
                || isPlace(own)
                || DesktopPath.holdsHost(path)
                || dataRoot.map(HostPath::of)
                        .filter(root -> isOfData(path, root) || isOfData(own, DesktopPath.onHost(root)))
                        .isPresent()
                || DesktopPath.onDrive(path)
                        .filter(windows -> touches(windows, OF_WINDOWS))
                        .isPresent();
    }

    /** {@return whether any mount of the path, read-only too, gives control of the host} */
    public static boolean isBySocket(HostPath path) {
        return SOCKETS.contains(path);
    }

    /** {@return whether the device holds the host's files or memory} */
    static boolean isDevice(HostPath device) {
        return MEMORY.contains(device.text()) || DISKS.stream().anyMatch(device.text()::startsWith);
    }

    private static boolean isPlace(HostPath path) {
        return touches(path, WHOLE)
                || PLACES.stream().anyMatch(place -> place.isWithin(path))
                || DATA.stream().anyMatch(root -> isOfData(path, root))
                || isDevice(path);
    }

    private static boolean isOfData(HostPath path, HostPath root) {
        return root.isWithin(path)
                || (path.isBelow(root)
                        && !VOLUME.matcher(path.text().substring(root.text().length()))
                                .matches());
    }

    private static boolean touches(HostPath path, List<HostPath> folders) {
        return folders.stream().anyMatch(folder -> path.isWithin(folder) || folder.isBelow(path));
    }
}
