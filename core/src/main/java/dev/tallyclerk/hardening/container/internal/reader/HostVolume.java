package dev.tallyclerk.hardening.container.internal.reader;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.container.model.LocalVolume;
import dev.tallyclerk.hardening.container.model.Mount;
import dev.tallyclerk.hardening.container.model.Mount.Kind;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.subject.Facts;
import dev.tallyclerk.internal.subject.Members;
import dev.tallyclerk.internal.text.Words;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A volume of the local driver that exposes something of the host, because the driver passes its options to mount(2): a
 * path with {@code o=bind}, the folders of an overlay, a block device, or a kernel file system.
 */
final class HostVolume {
    /** Where hosts mount the kernel's file systems. */
    private static final Map<String, String> KERNEL = Words.map("""
            binfmt_misc=/proc/sys/fs/binfmt_misc bpf=/sys/fs/bpf cgroup=/sys/fs/cgroup cgroup2=/sys/fs/cgroup
            configfs=/sys/kernel/config debugfs=/sys/kernel/debug devtmpfs=/dev efivarfs=/sys/firmware/efi/efivars
            fusectl=/sys/fs/fuse/connections mqueue=/dev/mqueue nfsd=/proc/fs/nfsd proc=/proc pstore=/sys/fs/pstore
            resctrl=/sys/fs/resctrl securityfs=/sys/kernel/security selinuxfs=/sys/fs/selinux smackfs=/sys/fs/smackfs
            sysfs=/sys tracefs=/sys/kernel/tracing
            """);

    /** Types for which a device that begins with a slash is not a host path. */
    private static final Set<String> ELSEWHERE =
            Set.of("ceph", "cifs", "nfs", "nfs4", "ramfs", "smb3", "smbfs", "tmpfs");

    private static final Set<String> OVERLAID = Set.of("datadir", "lowerdir", "upperdir", "workdir");
    private static final HostPath DEVICES = HostPath.of("/dev");

    private final String type;
    private final String device;
    private final List<String> options;
    private final String target;
    private final boolean isReadOnly;
    private final Location at;

    /** Where the options are. */
    private final Location of;

    private HostVolume(
            String type, String device, String options, String target, boolean isReadOnly, Location at, Location of) {
        this.type = type;
        this.device = device;
        this.options = Arrays.asList(options.split(",", -1));
        this.target = target;
        // The last of contradicting options counts.
        this.isReadOnly = isReadOnly || this.options.lastIndexOf("ro") > this.options.lastIndexOf("rw");
        this.at = at;
        this.of = of;
    }

    /**
     * {@return the mounts of the host that a volume of the engine's list is, at the place of the container's mount;
     * empty for any other volume}
     */
    static List<Mount> of(LocalVolume volume, Mount mount) {
        if (!volume.driver().equals("local")) {
            return List.of();
        }
        Map<String, String> options = volume.options();
        boolean isReadOnly = Facts.isKnown(mount.writable(), writable -> !writable);
        return new HostVolume(
                        options.getOrDefault("type", ""),
                        options.getOrDefault("device", ""),
                        options.getOrDefault("o", ""),
                        mount.destination(),
                        isReadOnly,
                        mount.at(),
                        mount.at())
                .mounts();
    }

    /**
     * {@return the mounts of the host that an element of HostConfig.Mounts requests through its driver; empty for any
     * other mount}
     */
    static List<Mount> of(JsonCursor mount, String target, boolean isReadOnly, Location at) throws JsonException {
        if (!Members.text(mount, "Type").equals("volume")) {
            return List.of();
        }
        Optional<JsonCursor> driver = Members.within(mount, "VolumeOptions", "DriverConfig");
        if (driver.isEmpty()) {
            return List.of();
        }
        String name = Members.text(driver.get(), "Name");
        Optional<JsonCursor> options = driver.get().optional("Options");
        if (options.isEmpty() || !(name.isEmpty() || name.equals("local"))) {
            return List.of();
        }
        JsonCursor given = options.get();
        return new HostVolume(
                        Members.text(given, "type"),
                        Members.text(given, "device"),
                        Members.text(given, "o"),
                        target,
                        isReadOnly,
                        at,
                        at.child("VolumeOptions", "DriverConfig", "Options", "device"))
                .mounts();
    }

    private List<Mount> mounts() {
        if (options.contains("bind") || options.contains("rbind")) {
            return List.of(mount(known(device), !isReadOnly));
        }
        if (type.equals("overlay")) {
            return overlaid();
        }
        String shown = KERNEL.get(type);
        if (shown != null) {
            return List.of(mount(known(shown), !isReadOnly));
        }
        boolean isPlain = type.isEmpty() && !device.startsWith("/");
        if (isPlain || ELSEWHERE.contains(type)) {
            return List.of();
        }
        Fact<String> source = HostPath.of(device).isWithin(DEVICES)
                ? known(device)
                : Fact.missing(
                        MissingValue.Reason.UNREADABLE,
                        at + ": it is not known what the volume's device " + device + " exposes of the host");
        return List.of(mount(source, !isReadOnly));
    }

    private List<Mount> overlaid() {
        List<Mount> mounts = new ArrayList<>();
        for (String option : options) {
            int equals = option.indexOf('=');
            // Newer kernels append a folder with a plus after the name.
            String name = equals < 0 ? "" : option.substring(0, equals).replaceFirst("\\+$", "");
            if (OVERLAID.contains(name)) {
                // Writes go to the upper folder.
                boolean writable = !isReadOnly && !name.equals("lowerdir");
                for (String folder : option.substring(equals + 1).split(":", -1)) {
                    if (!folder.isEmpty()) {
                        mounts.add(mount(known(folder), writable));
                    }
                }
            }
        }
        if (mounts.isEmpty() || options.stream().anyMatch(option -> option.indexOf('\\') >= 0)) {
            // The kernel uses a backslash to escape a character.
            mounts.add(mount(
                    Fact.missing(MissingValue.Reason.UNREADABLE, at + ": the folders of the overlay are not known"),
                    !isReadOnly));
        }
        return mounts;
    }

    private Fact<String> known(String source) {
        return Fact.known(source, of);
    }

    private Mount mount(Fact<String> source, boolean writable) {
        String propagation = options.stream()
                .filter(option -> option.endsWith("shared") || option.endsWith("slave"))
                .findFirst()
                .orElse("");
        return new Mount(
                Kind.BIND,
                source,
                target,
                Fact.known(writable, at.child("ReadOnly")),
                Fact.known(propagation, at.child("VolumeOptions")),
                at);
    }
}
