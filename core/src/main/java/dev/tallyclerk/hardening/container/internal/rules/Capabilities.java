package dev.tallyclerk.hardening.container.internal.rules;

import dev.tallyclerk.internal.text.Words;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Linux capabilities, as engines add and drop them. */
public final class Capabilities {
    static final String ALL = "ALL";

    /** Docker's default capabilities, which include Podman's. */
    public static final Set<String> DEFAULTS = Words.set("""
            AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW SETFCAP SETGID SETPCAP
            SETUID SYS_CHROOT
            """);

    /** Each of these allows an escape from the container, or access to other processes of the host. */
    public static final Set<String> BREAK_OUT = Words.set("""
            BPF DAC_READ_SEARCH MAC_ADMIN MAC_OVERRIDE NET_ADMIN PERFMON SYSLOG SYS_ADMIN SYS_BOOT SYS_MODULE SYS_PTRACE
            SYS_RAWIO SYS_TIME
            """);

    private Capabilities() {}

    /** {@return the name in upper case without {@code CAP_}, which engines allow to omit} */
    public static String normalised(String name) {
        String upper = name.strip().toUpperCase(Locale.ROOT);
        return upper.startsWith("CAP_") ? upper.substring(4) : upper;
    }

    static Set<String> normalised(List<String> names) {
        Set<String> out = new LinkedHashSet<>();
        names.forEach(name -> out.add(normalised(name)));
        return out;
    }

    /**
     * {@return whether an unprivileged container can have a capability}
     *
     * <p>As engines compute it: with ALL added, all except those dropped by name; with ALL dropped, those added;
     * otherwise the default, less those dropped, plus those added.
     */
    static boolean has(String capability, List<String> capAdd, List<String> capDrop) {
        Set<String> added = normalised(capAdd);
        Set<String> dropped = normalised(capDrop);
        if (added.contains(ALL)) {
            return !dropped.contains(capability);
        }
        boolean byDefault = !dropped.contains(ALL) && DEFAULTS.contains(capability) && !dropped.contains(capability);
        return byDefault || added.contains(capability);
    }

    /** {@return those of the capabilities that an unprivileged container can have} */
    static Set<String> among(Set<String> capabilities, List<String> capAdd, List<String> capDrop) {
        return capabilities.stream()
                .filter(capability -> has(capability, capAdd, capDrop))
                .collect(Collectors.toSet());
    }

    /** {@return whether ALL is added, so that only those dropped by name are missing} */
    static boolean addsAll(List<String> capAdd) {
        return normalised(capAdd).contains(ALL);
    }

    /** {@return whether nothing of the default is left: ALL is dropped, or each by name, as Podman writes it} */
    static boolean dropsAll(List<String> capDrop) {
        Set<String> dropped = normalised(capDrop);
        return dropped.contains(ALL) || dropped.containsAll(DEFAULTS);
    }
}
