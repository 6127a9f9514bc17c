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
    private final List<String> names;
    private final String action;
    private final @Nullable Long errnoRet;
    private final List<Argument> arguments;
    private final Condition includes;
    private final Condition excludes;

    SyscallRule(
            List<String> names,
            String action,
            @Nullable Long errnoRet,
            List<Argument> arguments,
            Condition includes,
            Condition excludes) {
        this.names = List.copyOf(names);
        this.action = Objects.requireNonNull(action, "action");
        this.errnoRet = errnoRet;
        this.arguments = List.copyOf(arguments);
        this.includes = Objects.requireNonNull(includes, "includes");
        this.excludes = Objects.requireNonNull(excludes, "excludes");
    }

    /** {@return the calls, unmodifiable} */
    public List<String> names() {
        return names;
    }

    /** {@return the action, for example {@code SCMP_ACT_ALLOW}} */
    public String action() {
        return action;
    }

    /** {@return the error that {@code SCMP_ACT_ERRNO} returns, if the element sets it} */
    public OptionalLong errnoRet() {
        return errnoRet == null ? OptionalLong.empty() : OptionalLong.of(errnoRet);
    }

    /**
     * {@return the comparisons of the call's arguments, unmodifiable}
     *
     * <p>All of them must hold, unless two are about the same argument: then runtimes make each comparison a rule of
     * its own, and any one is enough.
     */
    public List<Argument> arguments() {
        return arguments;
    }

    /** {@return lists of comparisons: one list is enough, and all comparisons in it must hold} */
    List<List<Argument>> alternatives() {
        boolean isTwice = arguments.stream().map(Argument::index).distinct().count() < arguments.size();
        return isTwice ? arguments.stream().map(List::of).toList() : List.of(arguments);
    }

    /** {@return the condition on container and host for the element to apply} */
    public Condition includes() {
        return includes;
    }

    /** {@return the condition on container and host for the element not to apply} */
    public Condition excludes() {
        return excludes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SyscallRule that
                && names.equals(that.names)
                && action.equals(that.action)
                && Objects.equals(errnoRet, that.errnoRet)
                && arguments.equals(that.arguments)
                && includes.equals(that.includes)
                && excludes.equals(that.excludes);
    }

    @Override
    public int hashCode() {
        return Objects.hash(names, action, errnoRet, arguments, includes, excludes);
    }

    /** {@return action and calls, for example {@code SCMP_ACT_ALLOW [read, write]}} */
    @Override
    public String toString() {
        return action + " " + names;
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

        private final List<String> caps;
        private final List<String> arches;
        private final @Nullable String minKernel;

        Condition(List<String> caps, List<String> arches, @Nullable String minKernel) {
            this.caps = List.copyOf(caps);
            this.arches = List.copyOf(arches);
            this.minKernel = minKernel;
        }

        /** {@return capabilities of the container, unmodifiable} */
        public List<String> caps() {
            return caps;
        }

        /** {@return architectures of the host as Go names them, for example {@code amd64}, unmodifiable} */
        public List<String> arches() {
            return arches;
        }

        /** {@return the least kernel version, if there is one} */
        public Optional<String> minKernel() {
            return Optional.ofNullable(minKernel);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Condition that
                    && caps.equals(that.caps)
                    && arches.equals(that.arches)
                    && Objects.equals(minKernel, that.minKernel);
        }

        @Override
        public int hashCode() {
            return Objects.hash(caps, arches, minKernel);
        }

        /** {@return all parts, for people} */
        @Override
        public String toString() {
            return "capabilities " + caps + ", architectures " + arches + ", kernel "
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
        return lets(action) && DockerDefault.CAPABILITIES.containsAll(includes.caps());
    }
}
