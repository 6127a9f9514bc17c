package dev.tallyclerk.hardening.seccomp;

import dev.tallyclerk.internal.text.Words;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The system calls that Podman's own seccomp profile allows beside Docker's, as data. As of Podman 5.4; every other
 * call returns an error.
 *
 * <p>Podman lets every container make mounts and namespaces, because it also runs without privileges, where these lead
 * nowhere without a user namespace of the container's own.
 */
final class PodmanDefault {
    /** Allowed to every container, and by Docker's profile not or only under conditions. */
    private static final Set<String> MORE = Words.set("""
            clone clone3 fsconfig fsmount fsopen fspick get_mempolicy keyctl mbind mount mount_setattr move_mount
            open_tree pidfd_getfd pivot_root process_vm_readv process_vm_writev ptrace reboot set_mempolicy setns
            signal syslog umount umount2 unshare
            """);

    /** Allowed by Docker's profile to every container, and by Podman's to none, or only with a capability. */
    private static final Set<String> FEWER = Words.set("""
            cachestat futex_requeue futex_wait futex_waitv futex_wake getxattrat io_pgetevents io_pgetevents_time64
            listmount listxattrat map_shadow_stack mseal removexattrat riscv_hwprobe setxattrat statmount uretprobe
            vmsplice
            """);

    /** Allowed to every container; socket with conditions that only exclude the audit log. */
    static final Set<String> UNCONDITIONAL = Stream.concat(
                    DockerDefault.UNCONDITIONAL.stream().filter(name -> !FEWER.contains(name)),
                    Stream.concat(MORE.stream(), Stream.of("socket")))
            .collect(Collectors.toUnmodifiableSet());

    /** Allowed to containers with a capability. */
    static final Map<String, Set<String>> BY_CAPABILITY = Map.ofEntries(
            Map.entry("CAP_BPF", Set.of("bpf")),
            Map.entry("CAP_DAC_READ_SEARCH", Set.of("open_by_handle_at")),
            Map.entry("CAP_PERFMON", Set.of("perf_event_open")),
            Map.entry(
                    "CAP_SYS_ADMIN",
                    Set.of(
                            "bpf",
                            "fanotify_init",
                            "lookup_dcookie",
                            "quotactl",
                            "quotactl_fd",
                            "setdomainname",
                            "sethostname",
                            "setns")),
            Map.entry("CAP_SYS_CHROOT", Set.of("chroot")),
            Map.entry("CAP_SYS_MODULE", Set.of("delete_module", "finit_module", "init_module", "query_module")),
            Map.entry("CAP_SYS_PACCT", Set.of("acct")),
            Map.entry("CAP_SYS_PTRACE", Set.of("kcmp", "process_madvise")),
            Map.entry("CAP_SYS_RAWIO", Set.of("ioperm", "iopl")),
            Map.entry("CAP_SYS_TIME", Set.of("clock_settime", "clock_settime64", "settimeofday", "stime")),
            Map.entry("CAP_SYS_TTY_CONFIG", Set.of("vhangup")));

    private PodmanDefault() {}
}
