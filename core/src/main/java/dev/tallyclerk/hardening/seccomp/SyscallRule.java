package dev.tallyclerk.hardening.seccomp;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One element of {@code syscalls}: what happens to some calls, and on which conditions.
 *
 * @param names the calls
 * @param action what happens, for example {@code SCMP_ACT_ALLOW}
 * @param errnoRet the error that {@code SCMP_ACT_ERRNO} returns, if the element says it
 * @param arguments what must hold for the arguments of a call; all of them must
 * @param includes what must hold for container and host, so that the element counts
 * @param excludes what must not hold for them
 */
public record SyscallRule(
        List<String> names,
        String action,
        Optional<Long> errnoRet,
        List<Argument> arguments,
        Condition includes,
        Condition excludes) {
    public SyscallRule {
        names = List.copyOf(names);
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(errnoRet, "errnoRet");
        arguments = List.copyOf(arguments);
        Objects.requireNonNull(includes, "includes");
        Objects.requireNonNull(excludes, "excludes");
    }

    /**
     * A comparison of one argument of a call.
     *
     * @param index which argument, from 0
     * @param value what it is compared with; for {@code SCMP_CMP_MASKED_EQ} the mask
     * @param valueTwo the result that a mask must have
     * @param op the comparison, for example {@code SCMP_CMP_EQ}
     */
    public record Argument(long index, long value, long valueTwo, String op) {
        public Argument {
            Objects.requireNonNull(op, "op");
        }
    }

    /**
     * A condition on container and host, in Docker's form; the form of the OCI has none.
     *
     * @param caps capabilities of the container
     * @param arches architectures of the host in Go's words, for example {@code amd64}
     * @param minKernel the least version of the kernel, if there is one
     */
    public record Condition(List<String> caps, List<String> arches, Optional<String> minKernel) {
        /** What always holds. */
        static final Condition NONE = new Condition(List.of(), List.of(), Optional.empty());

        public Condition {
            caps = List.copyOf(caps);
            arches = List.copyOf(arches);
            Objects.requireNonNull(minKernel, "minKernel");
        }
    }

    /** {@return whether a call with this action is made, or left to somebody who need not be there} */
    static boolean lets(String action) {
        return action.equals("SCMP_ACT_ALLOW") || action.equals("SCMP_ACT_LOG") || action.equals("SCMP_ACT_TRACE");
    }

    /** {@return whether some calls are made for a container with no more than the engine's own capabilities} */
    boolean letsEveryone() {
        return lets(action) && DockerDefault.CAPABILITIES.containsAll(includes.caps());
    }
}
