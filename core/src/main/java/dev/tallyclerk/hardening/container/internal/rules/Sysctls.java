package dev.tallyclerk.hardening.container.internal.rules;

import dev.tallyclerk.internal.text.Words;
import java.util.OptionalLong;
import java.util.Set;

/** Which kernel parameters are risky to set. */
public final class Sysctls {
    /** Namespaced parameters of IPC. */
    private static final Set<String> IPC = Words.set("""
            kernel.msgmax kernel.msgmnb kernel.msgmni kernel.sem kernel.shmall kernel.shmmax kernel.shmmni
            kernel.shm_rmid_forced
            """);

    /** Parameters for which off is the careful setting. */
    private static final Set<String> SWITCHES = Words.set("""
            accept_local accept_ra accept_redirects accept_source_route forwarding ip_forward proxy_arp route_localnet
            secure_redirects send_redirects src_valid_mark
            """);

    /** Parameters for which on is the careful setting. */
    private static final Set<String> CAREFUL = Set.of("disable_ipv6", "log_martians", "rp_filter");

    private Sysctls() {}

    /** {@return whether the parameter has no namespace, so that it changes the whole host} */
    public static boolean isOfHost(String name) {
        String dotted = name.replace('/', '.');
        return !dotted.startsWith("net.")
                && !IPC.contains(dotted)
                && !dotted.startsWith("fs.mqueue.")
                && !dotted.startsWith("user.")
                && !dotted.equals("kernel.domainname")
                && !dotted.equals("kernel.hostname");
    }

    /** {@return whether setting the parameter to the value is risky} */
    public static boolean isRisky(String name, String value) {
        String dotted = name.replace('/', '.');
        if (dotted.startsWith("net.")) {
            return isRiskyInNetwork(dotted, value.strip());
        }
        return !IPC.contains(dotted) && !dotted.startsWith("fs.mqueue.");
    }

    /** Parameters below conf concern all interfaces or one of them; the others tune the container's own sockets. */
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

    /** Parses a number as the kernel does: 0x for base 16, 0 for base 8. */
    private static OptionalLong number(String value) {
        try {
            return value.contains("#") ? OptionalLong.empty() : OptionalLong.of(Long.decode(value));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
