package dev.tallyclerk.registry.layer;

import dev.tallyclerk.internal.text.Words;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The capabilities of a program: the value of the extended attribute {@code security.capability}.
 *
 * <p>In the sets, bit <i>n</i> is the capability number <i>n</i>; {@code capabilities(7)} lists their names.
 *
 * @param revision the revision of the format, 1 to 3
 * @param permitted the capabilities that the program gets, regardless of the user
 * @param inheritable the capabilities that it may keep from the process that starts it
 * @param effective whether its capabilities are effective from the start
 * @param rootId the user ID of root in the namespace that the attribute is limited to; 0 before revision 3
 */
public record FileCapabilities(int revision, long permitted, long inheritable, boolean effective, long rootId) {
    private static final int EFFECTIVE = 1;

    private static final List<String> NAMES = Words.list("""
            chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable
            net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot
            sys_ptrace sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease
            audit_write audit_control setfcap mac_override mac_admin syslog wake_alarm block_suspend audit_read
            perfmon bpf checkpoint_restore
            """);

    public FileCapabilities {
        if (revision < 1 || revision > 3) {
            throw new IllegalArgumentException("revision is not 1, 2 or 3: " + revision);
        }
    }

    /**
     * {@return the capabilities in an attribute's value, or nothing if Linux would ignore it}
     *
     * @param value the attribute's value: {@code struct vfs_cap_data} or {@code vfs_ns_cap_data} of
     *     {@code linux/capability.h}
     */
    public static Optional<FileCapabilities> parse(byte[] value) {
        if (value.length < 4) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        int magic = in.getInt();
        int revision = magic >>> 24;
        int length = switch (revision) {
            case 1 -> 12;
            case 2 -> 20;
            case 3 -> 24;
            default -> -1;
        };
        if (value.length != length) {
            return Optional.empty();
        }
        long permitted = Integer.toUnsignedLong(in.getInt());
        long inheritable = Integer.toUnsignedLong(in.getInt());
        if (revision > 1) {
            permitted |= (long) in.getInt() << 32;
            inheritable |= (long) in.getInt() << 32;
        }
        long rootId = revision == 3 ? Integer.toUnsignedLong(in.getInt()) : 0;
        return Optional.of(new FileCapabilities(revision, permitted, inheritable, (magic & EFFECTIVE) != 0, rootId));
    }

    /**
     * {@return whether the program gets a capability, regardless of the user}
     *
     * @param capability the number of the capability
     */
    public boolean permits(int capability) {
        return capability >= 0 && capability < Long.SIZE && (permitted >>> capability & 1) != 0;
    }

    /** {@return the format of {@code getcap}, for example {@code cap_net_bind_service=ep}} */
    @Override
    public String toString() {
        List<String> clauses = new ArrayList<>();
        String always = effective ? "e" : "";
        add(clauses, permitted & inheritable, always + "ip");
        add(clauses, permitted & ~inheritable, always + "p");
        add(clauses, inheritable & ~permitted, always + "i");
        String text = clauses.isEmpty() ? "=" : String.join(" ", clauses);
        return rootId == 0 ? text : text + " [rootid=" + rootId + "]";
    }

    private static void add(List<String> clauses, long set, String flags) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < Long.SIZE; i++) {
            if ((set >>> i & 1) != 0) {
                names.add("cap_" + (i < NAMES.size() ? NAMES.get(i) : String.valueOf(i)));
            }
        }
        if (!names.isEmpty()) {
            clauses.add(String.join(",", names) + "=" + flags);
        }
    }
}
