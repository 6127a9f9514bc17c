package dev.tallyclerk.hardening.seccomp;

import dev.tallyclerk.hardening.seccomp.SyscallRule.Argument;
import java.util.List;
import java.util.Set;

/** The conditions on arguments under which Docker's profile allows a call to every container. */
final class ArgumentFilter {
    /** The flags of all new namespaces except cgroups, which older profiles lack. */
    private static final long NEW_NAMESPACES = 0x7C02_0000L;

    private static final Set<Long> PERSONALITIES = Set.of(0L, 0x8L, 0x2_0000L, 0x2_0008L, 0xFFFF_FFFFL);

    private static final long AF_ALG = 38;
    private static final long AF_VSOCK = 40;

    private static final Set<String> S390 = Set.of("s390", "s390x");

    private ArgumentFilter() {}

    /** {@return whether the conditions allow no more than Docker's} */
    static boolean isAsDockers(String name, SyscallRule rule) {
        return rule.alternatives().stream().allMatch(arguments -> isAsDockers(name, arguments, rule));
    }

    private static boolean isAsDockers(String name, List<Argument> arguments, SyscallRule rule) {
        return switch (name) {
            case "clone" -> arguments.stream().anyMatch(argument -> hasNoNewNamespace(argument, rule));
            case "personality" ->
                arguments.stream()
                        .anyMatch(argument ->
                                isOnFirst(argument, "SCMP_CMP_EQ") && PERSONALITIES.contains(argument.value()));
            case "socket" -> arguments.stream().anyMatch(ArgumentFilter::leavesOutBoth);
            default -> false;
        };
    }

    private static boolean isOnFirst(Argument argument, String op) {
        return argument.index() == 0 && argument.op().equals(op);
    }

    /** {@return whether the condition is on the flags of clone, its first argument except on s390} */
    static boolean isOnCloneFlags(Argument argument, SyscallRule rule) {
        List<String> arches = rule.includes().arches();
        boolean isS390 = !arches.isEmpty() && S390.containsAll(arches);
        return argument.index() == (isS390 ? 1 : 0);
    }

    private static boolean hasNoNewNamespace(Argument argument, SyscallRule rule) {
        return argument.op().equals("SCMP_CMP_MASKED_EQ")
                && isOnCloneFlags(argument, rule)
                && (argument.value() & NEW_NAMESPACES) == NEW_NAMESPACES
                && (argument.valueTwo() & argument.value()) == 0;
    }

    /**
     * {@return whether the conditions on socket are those of Docker's profile before Engine 29.4.2, which excluded
     * vsock but allowed the sockets of the kernel's ciphers, and with them CVE-2026-31431}
     */
    static boolean isAsOldDockers(SyscallRule rule) {
        return rule.alternatives().stream()
                        .allMatch(arguments -> arguments.stream()
                                .anyMatch(argument -> leavesOutVsock(argument) || leavesOutBoth(argument)))
                && !isAsDockers("socket", rule);
    }

    private static boolean leavesOutVsock(Argument argument) {
        return isOnFirst(argument, "SCMP_CMP_NE") && argument.value() == AF_VSOCK;
    }

    private static boolean leavesOutBoth(Argument argument) {
        return leavesOut(argument, AF_VSOCK) && leavesOut(argument, AF_ALG);
    }

    private static boolean leavesOut(Argument argument, long family) {
        if (argument.index() != 0) {
            return false;
        }
        int order = Long.compareUnsigned(family, argument.value());
        return switch (argument.op()) {
            // The kernel uses only the lower half of the argument.
            case "SCMP_CMP_EQ" -> (int) argument.value() != (int) family;
            case "SCMP_CMP_NE" -> order == 0;
            case "SCMP_CMP_LT" -> order >= 0;
            case "SCMP_CMP_LE" -> order > 0;
            case "SCMP_CMP_GT" -> order <= 0;
            case "SCMP_CMP_GE" -> order < 0;
            default -> false;
        };
    }
}
