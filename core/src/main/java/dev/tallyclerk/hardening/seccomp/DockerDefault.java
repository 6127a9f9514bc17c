package dev.tallyclerk.hardening.seccomp;

import dev.tallyclerk.internal.text.Words;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The system calls that Docker's own seccomp profile allows, as data. As of August 2026; every other call returns an
 * error.
 */
final class DockerDefault {
    /** Allowed to every container. */
    static final Set<String> UNCONDITIONAL = Words.set("""
            _llseek _newselect accept accept4 access adjtimex alarm bind brk cachestat capget capset chdir chmod chown
            chown32 clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime clock_gettime64
            clock_nanosleep clock_nanosleep_time64 close close_range connect copy_file_range creat dup dup2 dup3
            epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old
            eventfd eventfd2 execve execveat exit exit_group faccessat faccessat2 fadvise64 fadvise64_64 fallocate
            fanotify_mark fchdir fchmod fchmodat fchmodat2 fchown fchown32 fchownat fcntl fcntl64 fdatasync fgetxattr
            flistxattr flock fork fremovexattr fsetxattr fstat fstat64 fstatat64 fstatfs fstatfs64 fsync ftruncate
            ftruncate64 futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake futimesat get_robust_list
            get_thread_area getcpu getcwd getdents getdents64 getegid getegid32 geteuid geteuid32 getgid getgid32
            getgroups getgroups32 getitimer getpeername getpgid getpgrp getpid getppid getpriority getrandom getresgid
            getresgid32 getresuid getresuid32 getrlimit getrusage getsid getsockname getsockopt gettid gettimeofday
            getuid getuid32 getxattr getxattrat inotify_add_watch inotify_init inotify_init1 inotify_rm_watch io_cancel
            io_destroy io_getevents io_pgetevents io_pgetevents_time64 io_setup io_submit ioctl ioprio_get ioprio_set
            ipc kill landlock_add_rule landlock_create_ruleset landlock_restrict_self lchown lchown32 lgetxattr link
            linkat listen listmount listxattr listxattrat llistxattr lremovexattr lseek lsetxattr lstat lstat64 madvise
            map_shadow_stack membarrier memfd_create memfd_secret mincore mkdir mkdirat mknod mknodat mlock mlock2
            mlockall mmap mmap2 mprotect mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64
            mq_timedsend mq_timedsend_time64 mq_unlink mremap mseal msgctl msgget msgrcv msgsnd msync munlock munlockall
            munmap name_to_handle_at nanosleep newfstatat open openat openat2 pause pidfd_open pidfd_send_signal pipe
            pipe2 pkey_alloc pkey_free pkey_mprotect poll ppoll ppoll_time64 prctl pread64 preadv preadv2 prlimit64
            process_mrelease pselect6 pselect6_time64 pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv
            recv recvfrom recvmmsg recvmmsg_time64 recvmsg remap_file_pages removexattr removexattrat rename renameat
            renameat2 restart_syscall riscv_hwprobe rmdir rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo
            rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo sched_get_priority_max
            sched_get_priority_min sched_getaffinity sched_getattr sched_getparam sched_getscheduler
            sched_rr_get_interval sched_rr_get_interval_time64 sched_setaffinity sched_setattr sched_setparam
            sched_setscheduler sched_yield seccomp select semctl semget semop semtimedop semtimedop_time64 send sendfile
            sendfile64 sendmmsg sendmsg sendto set_robust_list set_thread_area set_tid_address setfsgid setfsgid32
            setfsuid setfsuid32 setgid setgid32 setgroups setgroups32 setitimer setpgid setpriority setregid setregid32
            setresgid setresgid32 setresuid setresuid32 setreuid setreuid32 setrlimit setsid setsockopt setuid setuid32
            setxattr setxattrat shmat shmctl shmdt shmget shutdown sigaltstack signalfd signalfd4 sigprocmask sigreturn
            socketcall socketpair splice stat stat64 statfs statfs64 statmount statx symlink symlinkat sync
            sync_file_range syncfs sysinfo tee tgkill time timer_create timer_delete timer_getoverrun timer_gettime
            timer_gettime64 timer_settime timer_settime64 timerfd_create timerfd_gettime timerfd_gettime64
            timerfd_settime timerfd_settime64 times tkill truncate truncate64 ugetrlimit umask uname unlink unlinkat
            uretprobe utime utimensat utimensat_time64 utimes vfork vmsplice wait4 waitid waitpid write writev
            """);

    /** Allowed to every container on the architectures that have them. */
    static final Set<String> OF_AN_ARCHITECTURE = Words.set("""
            arch_prctl arm_fadvise64_64 arm_sync_file_range breakpoint cacheflush modify_ldt riscv_flush_icache
            s390_pci_mmio_read s390_pci_mmio_write s390_runtime_instr set_tls swapcontext sync_file_range2
            """);

    /** Allowed to every container from Linux 4.8 on; before, a process could bypass the filter by tracing. */
    static final Set<String> FROM_KERNEL_4_8 = Words.set("""
            process_vm_readv process_vm_writev ptrace
            """);

    /** Allowed to every container with certain arguments. */
    static final Set<String> BY_ARGUMENT = Words.set("""
            clone personality socket
            """);

    /** Allowed to containers with a capability; some names are also in the sets above. */
    static final Map<String, Set<String>> BY_CAPABILITY = byCapability("""
            CAP_BPF: bpf
            CAP_DAC_READ_SEARCH: open_by_handle_at
            CAP_PERFMON: perf_event_open
            CAP_SYSLOG: syslog
            CAP_SYS_ADMIN: bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie
            CAP_SYS_ADMIN: lsm_get_self_attr lsm_list_modules lsm_set_self_attr mount mount_setattr move_mount open_tree
            CAP_SYS_ADMIN: perf_event_open quotactl quotactl_fd setdomainname sethostname setns syslog umount umount2
            CAP_SYS_ADMIN: unshare
            CAP_SYS_BOOT: reboot
            CAP_SYS_CHROOT: chroot
            CAP_SYS_MODULE: delete_module finit_module init_module
            CAP_SYS_NICE: get_mempolicy mbind set_mempolicy set_mempolicy_home_node
            CAP_SYS_PACCT: acct
            CAP_SYS_PTRACE: kcmp pidfd_getfd process_madvise process_vm_readv process_vm_writev ptrace
            CAP_SYS_RAWIO: ioperm iopl
            CAP_SYS_TIME: clock_settime clock_settime64 settimeofday stime
            CAP_SYS_TTY_CONFIG: vhangup
            """);

    /** The default capabilities of containers: requiring one of them excludes nobody. */
    static final Set<String> CAPABILITIES = Words.set("""
            CAP_AUDIT_WRITE CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_FSETID CAP_KILL CAP_MKNOD CAP_NET_BIND_SERVICE
            CAP_NET_RAW CAP_SETFCAP CAP_SETGID CAP_SETPCAP CAP_SETUID CAP_SYS_CHROOT
            """);

    /** Answered with an error that makes programs fall back to an older call. */
    static final Set<String> TURNED_AWAY = Set.of("clone3");

    private DockerDefault() {}

    /** {@return all names in the profile} */
    static Set<String> everyName() {
        Set<String> every = new HashSet<>();
        every.addAll(UNCONDITIONAL);
        every.addAll(OF_AN_ARCHITECTURE);
        every.addAll(FROM_KERNEL_4_8);
        every.addAll(BY_ARGUMENT);
        BY_CAPABILITY.values().forEach(every::addAll);
        every.addAll(TURNED_AWAY);
        return every;
    }

    private static Map<String, Set<String>> byCapability(String text) {
        Map<String, Set<String>> all = new HashMap<>();
        text.strip().lines().forEach(line -> {
            int colon = line.indexOf(':');
            all.computeIfAbsent(line.substring(0, colon), capability -> new HashSet<>())
                    .addAll(Words.set(line.substring(colon + 1)));
        });
        return Map.copyOf(all);
    }
}
