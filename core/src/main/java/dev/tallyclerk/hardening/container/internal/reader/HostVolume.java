package dev.tallyclerk.hardening.container.internal.reader;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.container.model.Mount;
import dev.tallyclerk.hardening.container.model.Mount.Kind;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.subject.Members;
import dev.tallyclerk.internal.text.Words;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A volume of the local driver that is something of the host, because the driver gives its options to mount(2): a path
 * with {@code o=bind}, folders that an overlay lays over each other, a block device, or what the kernel shows.
 */
final class HostVolume {
    /** Where hosts have what a file system of the kernel shows. */
    private static final Map<String, String> KERNEL = Words.map("""
            binfmt_misc=/proc/sys/fs/binfmt_misc bpf=/sys/fs/bpf cgroup=/sys/fs/cgroup cgroup2=/sys/fs/cgroup
            configfs=/sys/kernel/config debugfs=/sys/kernel/debug devtmpfs=/dev efivarfs=/sys/firmware/efi/efivars
            fusectl=/sys/fs/fuse/connections mqueue=/dev/mqueue nfsd=/proc/fs/nfsd proc=/proc pstore=/sys/fs/pstore
            resctrl=/sys/fs/resctrl securityfs=/sys/kernel/security selinuxfs=/sys/fs/selinux smackfs=/sys/fs/smackfs
            sysfs=/sys tracefs=/sys/kernel/tracing
            """);

    /** Of these a device that begins with a slash is no path of the host. */
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

    private HostVolume(JsonCursor driverOptions, String target, boolean isReadOnly, Location at) throws JsonException {
        this.type = Members.text(driverOptions, "type");
        this.device = Members.text(driverOptions, "device");
        this.options = Arrays.asList(Members.text(driverOptions, "o").split(",", -1));
        this.target = target;
        // Of options that contradict each other the last one counts.
        this.isReadOnly = isReadOnly || options.lastIndexOf("ro") > options.lastIndexOf("rw");
        this.at = at;
    }

    /**
     * {@return what of the host an element of HostConfig.Mounts asks for by its driver; nothing if it is another mount}
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
        return new HostVolume(options.get(), target, isReadOnly, at).mounts();
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
                        Fact.Reason.UNREADABLE,
                        at + ": what the volume's device " + device + " has of the host is not known");
        return List.of(mount(source, !isReadOnly));
    }

    private List<Mount> overlaid() {
        List<Mount> mounts = new ArrayList<>();
        for (String option : options) {
            int equals = option.indexOf('=');
            // Newer kernels take one more folder with a plus behind the name.
            String name = equals < 0 ? "" : option.substring(0, equals).replaceFirst("\\+$", "");
            if (OVERLAID.contains(name)) {
                // What is written goes to the upper folder.
                boolean writable = !isReadOnly && !name.equals("lowerdir");
                for (String folder : option.substring(equals + 1).split(":", -1)) {
                    if (!folder.isEmpty()) {
                        mounts.add(mount(known(folder), writable));
                    }
                }
            }
        }
        if (mounts.isEmpty() || options.stream().anyMatch(option -> option.indexOf('\\') >= 0)) {
            // The kernel takes a backslash for the mark of a character that is meant as it is.
            mounts.add(mount(
                    Fact.missing(Fact.Reason.UNREADABLE, at + ": which folders the overlay is made of is not known"),
                    !isReadOnly));
        }
        return mounts;
    }

    private Fact<String> known(String source) {
        return Fact.known(source, at.child("VolumeOptions", "DriverConfig", "Options", "device"));
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
