package dev.tallyclerk.hardening.container.internal.rules;

import dev.tallyclerk.internal.text.Words;
import java.util.OptionalLong;
import java.util.Set;

/** Kernel parameters that a container may set without harm to others, and those that it may not. */
final class Sysctls {
    /** Of the IPC namespace: each container has its own. */
    private static final Set<String> IPC = Words.set("""
            kernel.msgmax kernel.msgmnb kernel.msgmni kernel.sem kernel.shmall kernel.shmmax kernel.shmmni
            kernel.shm_rmid_forced
            """);

    /** Where off is the careful setting. */
    private static final Set<String> SWITCHES = Words.set("""
            accept_local accept_ra accept_redirects accept_source_route forwarding ip_forward proxy_arp route_localnet
            secure_redirects send_redirects src_valid_mark
            """);

    /** Where on is. */
    private static final Set<String> CAREFUL = Set.of("disable_ipv6", "log_martians", "rp_filter");

    private Sysctls() {}

    static boolean isRisky(String name, String value) {
        String dotted = name.replace('/', '.');
        if (dotted.startsWith("net.")) {
            return isRiskyInNetwork(dotted, value.strip());
        }
        return !IPC.contains(dotted) && !dotted.startsWith("fs.mqueue.");
    }

    /** What concerns all or one interface stands under conf; the rest tunes the container's own sockets. */
    private static boolean isRiskyInNetwork(String name, String value) {
        String last = name.substring(name.lastIndexOf('.') + 1);
        OptionalLong number = number(value);
        boolean isOff = number.isPresent() && number.getAsLong() == 0;
        if (SWITCHES.contains(last)) {
            return !isOff;
        }
        if (CAREFUL.contains(last)) {
            return (isOff || number.isEmpty()) && !last.equals("disable_ipv6");
        }
        return name.contains(".conf.");
    }

    /** As the kernel reads numbers: 0x before those of base 16, 0 before those of base 8. */
    private static OptionalLong number(String value) {
        try {
            return value.contains("#") ? OptionalLong.empty() : OptionalLong.of(Long.decode(value));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
