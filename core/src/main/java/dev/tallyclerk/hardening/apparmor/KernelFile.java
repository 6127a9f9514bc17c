package dev.tallyclerk.hardening.apparmor;

/**
 * Files of the kernel to which {@code docker-default} denies access, one for each of its deny rules.
 *
 * <p>The engine mounts most of them read-only too, but not for a container with more capabilities or other mounts.
 */
enum KernelFile {
    CORE_PATTERN("/proc/sys/kernel/core_pattern", 'w'),
    MODPROBE("/proc/sys/kernel/modprobe", 'w'),
    OVERCOMMIT("/proc/sys/vm/overcommit_memory", 'w'),
    FORWARDING("/proc/sys/net/ipv4/ip_forward", 'w'),
    SYSRQ("/proc/sysrq-trigger", 'w'),
    TIMERS("/proc/timer_stats", 'w'),
    MEMORY("/proc/kcore", 'r'),
    UEVENT_HELPER("/sys/kernel/uevent_helper", 'w'),
    MODULE_PARAMETER("/sys/module/kernel/parameters/panic", 'w'),
    DEVICE("/sys/devices/system/cpu/online", 'w'),
    PERSISTENT_STORE("/sys/fs/pstore/dmesg", 'w'),
    FIRMWARE("/sys/firmware/efi/efivars/Boot", 'r'),
    POWER("/sys/devices/virtual/powercap/intel-rapl/energy_uj", 'r'),
    SECURITY("/sys/kernel/security/apparmor/profiles", 'r');

    private final String path;
    private final char access;

    KernelFile(String path, char access) {
        this.path = path;
        this.access = access;
    }

    String path() {
        return path;
    }

    char access() {
        return access;
    }

    boolean isWrite() {
        return access == 'w';
    }
}
