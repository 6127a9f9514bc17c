package dev.tallyclerk.hardening.seccomp;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One element of {@code syscalls}: the action for some calls, with its conditions.
 *
 * <p>Immutable; two are equal if all their parts are.
 */
public final class SyscallRule {
    private final Parts parts;

    private record Parts(
            List<String> names,
            String action,
            @Nullable Long errnoRet,
            List<Argument> arguments,
            Condition includes,
            Condition excludes) {}

    SyscallRule(
            List<String> names,
            String action,
            @Nullable Long errnoRet,
            List<Argument> arguments,
            Condition includes,
            Condition excludes) {
        this.parts = new Parts(List.copyOf(names), action, errnoRet, List.copyOf(arguments), includes, excludes);
    }

    /** {@return the calls, unmodifiable} */
    public List<String> names() {
        return parts.names;
    }

    /** {@return the action, for example {@code SCMP_ACT_ALLOW}} */
    public String action() {
        return parts.action;
    }

    /** {@return the error that {@code SCMP_ACT_ERRNO} returns, if the element sets it} */
    public OptionalLong errnoRet() {
        return parts.errnoRet == null ? OptionalLong.empty() : OptionalLong.of(parts.errnoRet);
    }

    /**
     * {@return the comparisons of the call's arguments, unmodifiable}
     *
     * <p>All of them must hold, unless two are about the same argument: then runtimes make each comparison a rule of
     * its own, and any one is enough.
     */
    public List<Argument> arguments() {
        return parts.arguments;
    }

    /** {@return lists of comparisons: one list is enough, and all comparisons in it must hold} */
    List<List<Argument>> alternatives() {
        boolean isTwice = arguments().stream().map(Argument::index).distinct().count()
                < arguments().size();
        return isTwice ? arguments().stream().map(List::of).toList() : List.of(arguments());
    }

    /** {@return the condition on container and host for the element to apply} */
    public Condition includes() {
        return parts.includes;
    }

    /** {@return the condition on container and host for the element not to apply} */
    public Condition excludes() {
        return parts.excludes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SyscallRule that && parts.equals(that.parts);
    }

    @Override
    public int hashCode() {
        return parts.hashCode();
    }

    /** {@return action and calls, for example {@code SCMP_ACT_ALLOW [read, write]}} */
    @Override
    public String toString() {
        return action() + " " + names();
    }

    /**
     * A comparison of one argument of a call.
     *
     * @param index the position of the argument, from 0 to 5 when read from a profile
     * @param value the operand, an unsigned 64-bit integer; for {@code SCMP_CMP_MASKED_EQ} the mask
     * @param valueTwo the expected masked value, unsigned too
     * @param op the comparison, for example {@code SCMP_CMP_EQ}
     */
    public record Argument(long index, long value, long valueTwo, String op) {
        public Argument {
            Objects.requireNonNull(op, "op");
        }
    }

    /**
     * A condition on container and host, in Docker's format; the OCI format has none.
     *
     * <p>Immutable; two are equal if all their parts are.
     */
    public static final class Condition {
        /** The condition that always holds. */
        static final Condition NONE = new Condition(List.of(), List.of(), null);

        private final Tests tests;

        private record Tests(
                List<String> caps,
                List<String> arches,
                @Nullable String minKernel) {}

        Condition(List<String> caps, List<String> arches, @Nullable String minKernel) {
            this.tests = new Tests(List.copyOf(caps), List.copyOf(arches), minKernel);
        }

        /** {@return capabilities of the container, unmodifiable} */
        public List<String> caps() {
            return tests.caps;
        }

        /** {@return architectures of the host as Go names them, for example {@code amd64}, unmodifiable} */
        public List<String> arches() {
            return tests.arches;
        }

        /** {@return the least kernel version, if there is one} */
        public Optional<String> minKernel() {
            return Optional.ofNullable(tests.minKernel);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Condition that && tests.equals(that.tests);
        }

        @Override
        public int hashCode() {
            return tests.hashCode();
        }

        /** {@return all parts, for people} */
        @Override
        public String toString() {
            return "capabilities " + caps() + ", architectures " + arches() + ", kernel "
                    + minKernel().orElse("any");
        }
    }

    /**
     * {@return whether the kernel executes a call with this action, possibly after asking a tracer that may be absent}
     */
    static boolean lets(String action) {
        return action.equals("SCMP_ACT_ALLOW") || action.equals("SCMP_ACT_LOG") || action.equals("SCMP_ACT_TRACE");
    }

    /** {@return whether it allows calls to a container with only the default capabilities} */
    boolean letsEveryone() {
        return lets(action())
                && DockerDefault.CAPABILITIES.containsAll(includes().caps());
    }
}
