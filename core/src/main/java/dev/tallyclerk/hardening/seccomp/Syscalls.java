package dev.tallyclerk.hardening.seccomp;

import dev.tallyclerk.internal.text.Words;
import java.util.HashSet;
import java.util.Set;

/** The system calls that Linux has or had on any architecture, up to Linux 6.19. */
final class Syscalls {
    /** The calls that Docker's profile does not name. */
    private static final Set<String> OTHERS = Words.set("""
            _sysctl add_key afs_syscall bdflush break cachectl create_module file_getattr file_setattr ftime
            get_kernel_syms get_tls getpmsg gtty idle io_uring_enter io_uring_register io_uring_setup kexec_file_load
            kexec_load keyctl listns llseek lock migrate_pages move_pages mpx multiplexer nfsservctl nice oldfstat
            oldlstat oldolduname oldstat olduname open_tree_attr pciconfig_iobase pciconfig_read pciconfig_write
            pivot_root prof profil putpmsg query_module readdir request_key rtas s390_guarded_storage s390_sthyi
            security sgetmask sigaction signal sigpending sigsuspend spu_create spu_run ssetmask stty subpage_prot
            swapoff swapon switch_endian sys_debug_setcontext sysfs sysmips timerfd tuxcall ulimit uprobe uselib
            userfaultfd usr26 usr32 ustat vm86 vm86old vserver
            """);

    private static final Set<String> ALL = collected();

    private Syscalls() {}

    private static Set<String> collected() {
        Set<String> all = new HashSet<>(OTHERS);
        all.addAll(DockerDefault.everyName());
        return Set.copyOf(all);
    }

    static Set<String> all() {
        return ALL;
    }

    static boolean isKnown(String name) {
        return ALL.contains(name);
    }
}
