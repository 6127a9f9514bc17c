package dev.tallyclerk.hardening.container.internal.rules;

import static dev.tallyclerk.hardening.container.internal.rules.ContainerRule.rule;
import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.container.internal.reader.Container;
import dev.tallyclerk.hardening.container.internal.reader.HostPath;
import dev.tallyclerk.internal.subject.Facts;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Which namespaces a container shares with the host or another container. */
final class NamespaceRules {
    private NamespaceRules() {}

    static List<ContainerRule> all() {
        return List.of(network(), pid(), ipc(), uts(), users(), cgroups(), joined());
    }

    /** Podman's prefix for a namespace given by path. */
    private static final String BY_PATH = "ns:";

    /** A container id, whole or shortened. */
    private static final Pattern ID = Pattern.compile("[0-9a-f]{12,64}");

    /** Capabilities that reach into each process that a container sees. */
    private static final Set<String> TRACING = Set.of("SYS_ADMIN", "SYS_PTRACE");

    private static final String SHAREABLE = "shareable";
    private static final HostPath FIRST_PROCESS = HostPath.of("/proc/1");

    private static Outcome notHost(Fact<String> mode, String message, String name) {
        return mode.decideAt((value, at) -> {
            if (isHosts(value)) {
                return Outcome.fail(Problem.at(at, message, Evidence.of(name, value)));
            }
            return value.startsWith(BY_PATH)
                    ? Outcome.unknown(
                            MissingValue.Reason.SOURCE_NOT_PROVIDED,
                            at + " joins a namespace by path, which may be the host's")
                    : Outcome.pass();
        });
    }

    private static boolean isHosts(String mode) {
        return mode.equals("host")
                || (mode.startsWith(BY_PATH)
                        && HostPath.of(mode.substring(BY_PATH.length())).isBelow(FIRST_PROCESS));
    }

    /** {@return whether it is the namespace of another container, or another one that is not the host's} */
    private static boolean isAnothers(Container container, String mode) {
        boolean isForNerdctl = mode.equals("container") || ID.matcher(mode).matches();
        return mode.startsWith("container:")
                || (mode.startsWith(BY_PATH) && !isHosts(mode))
                || (container.document().isNerdctl() && isForNerdctl);
    }

    private static ContainerRule network() {
        return rule(info("RUN-004", Severity.HIGH, Profile.L1, "5.10", "4.4.2", """
                        Container is in the host's network
                        In the host's network namespace a process can reach every service that listens on loopback only,
                        can listen on any port of the host, and bypasses the engine's firewall rules.
                        Remedy: Start it without --network host, in a network of its own, and publish the ports that
                        others must reach.
                        """), container -> {
            String message = "the container uses the host's network";
            Outcome asked = notHost(container.hostConfig().networkMode(), message, "NetworkMode");
            boolean isThere = Facts.isKnown(container.networks(), names -> names.contains("host"));
            return isThere && !(asked instanceof Outcome.Fail)
                    ? container.networks().decideAt((names, at) -> Outcome.fail(Problem.at(at.child("host"), message)))
                    : asked;
        });
    }

    private static ContainerRule pid() {
        return rule(
                info("RUN-005", Severity.HIGH, Profile.L1, "5.16", "4.4.3", """
                        Container sees the host's processes
                        In the host's PID namespace a container can list all processes with their command lines and
                        environments, and signal those of its own user; with one more capability it can trace them.
                        Remedy: Start it without --pid host.
                        """).highest(Severity.CRITICAL),
                NamespaceRules::pid);
    }

    private static Outcome pid(Container container) {
        Outcome shared =
                notHost(container.hostConfig().pidMode(), "the container uses the host's PID namespace", "PidMode");
        Set<String> strong = CapabilityRules.among(TRACING, container);
        boolean isHosts = shared instanceof Outcome.Fail && !strong.isEmpty();
        return isHosts
                ? container
                        .hostConfig()
                        .pidMode()
                        .decideAt((mode, at) -> Outcome.fail(Problem.at(
                                        at,
                                        "the container can take over the host's processes",
                                        Evidence.of("PidMode", mode),
                                        Evidence.of("capabilities", String.join(" ", new TreeSet<>(strong))))
                                .withSeverity(Severity.CRITICAL)))
                : shared;
    }

    private static ContainerRule ipc() {
        return rule(
                info("RUN-006", Severity.HIGH, Profile.L1, "5.17", "4.4.3", """
                        Container shares the host's memory segments
                        In the host's IPC namespace a process can read and change the shared memory, semaphores and
                        message queues of the host's programs.
                        Remedy: Start it without --ipc host. Containers that work together can share an IPC namespace of
                        their own.
                        """),
                container -> notHost(ipcMode(container), "the container uses the host's IPC namespace", "IpcMode"));
    }

    /** Podman 4.1 to 4.3 reports shareable for every container that has not joined another: podman#17189. */
    private static Fact<String> ipcMode(Container container) {
        Fact<String> stated = container.hostConfig().ipcMode();
        boolean isVague = container.document().isPodman()
                && !container.document().isPodmanSince46()
                && Facts.isKnown(stated, SHAREABLE::equals)
                && !Facts.isKnown(EngineFacts.of(container).isBefore(4, 4), before -> !before);
        return isVague ? CreateCommand.ipcMode(container, stated) : stated;
    }

    private static ContainerRule uts() {
        return rule(
                info("RUN-007", Severity.MEDIUM, Profile.L1, "5.21", "4.4.3", """
                        Container shares the host's name
                        In the host's UTS namespace a process with SYS_ADMIN can rename the host, and logs and
                        certificates are checked against that name.
                        Remedy: Start it without --uts host; set a name with --hostname.
                        """),
                container -> notHost(
                        container.hostConfig().utsMode(), "the container uses the host's UTS namespace", "UTSMode"));
    }

    private static ContainerRule users() {
        return rule(
                info("RUN-008", Severity.HIGH, Profile.L1, "5.31", "4.4.3", """
                        Container opts out of user-namespace remapping
                        If the engine remaps users, root in a container is an unprivileged user on the host. A container
                        that opts out runs with the host's ids, so its root is root for everything that it can reach.
                        Remedy: Start it without --userns host. If it was set because of file ownership, change the
                        owners to the remapped ids.
                        """),
                container -> notHost(
                        container.hostConfig().usernsMode(), "the container uses the host's user ids", "UsernsMode"));
    }

    private static ContainerRule cgroups() {
        return rule(
                info("RUN-009", Severity.LOW, Profile.STRICT, "", "4.4.3", """
                        Container sees the host's cgroups
                        In the host's cgroup namespace a process learns from /proc and /sys/fs/cgroup how the host is
                        laid out, which other containers run, and where a flaw would let it write.
                        Remedy: Start it with --cgroupns private, the default on hosts with cgroup version 2.
                        """),
                container -> Facts.isKnown(EngineFacts.of(container).cgroupVersion(), "1"::equals)
                        ? Outcome.notApplicable("with cgroup version 1 the host's namespace is the default")
                        : container
                                .hostConfig()
                                .cgroupnsMode()
                                .decideAt((mode, at) -> notHost(
                                        mode.isEmpty()
                                                ? EngineFacts.of(container).cgroupnsMode()
                                                : Fact.known(mode, at),
                                        "the container uses the host's cgroup namespace",
                                        "CgroupnsMode")));
    }

    private static ContainerRule joined() {
        return rule(
                info("RUN-010", Severity.LOW, Profile.STRICT, "", "4.4.3", """
                        Container shares processes or memory with another
                        Containers in the same PID or IPC namespace can see, signal or change each other, so the weaker
                        one determines how safe both are.
                        Remedy: Give each container its own namespaces, and let them communicate over a network or a
                        socket in a volume. Set --ipc private if nothing joins.
                        """),
                container -> Outcome.allOf(
                        Facts.failIf(
                                container.hostConfig().pidMode(),
                                mode -> isAnothers(container, mode),
                                "the container is in another container's PID namespace",
                                "PidMode"),
                        Facts.failIf(
                                ipcMode(container),
                                mode -> isAnothers(container, mode),
                                "the container is in another container's IPC namespace",
                                "IpcMode"),
                        Facts.failIf(
                                ipcMode(container),
                                SHAREABLE::equals,
                                "the container offers its IPC namespace to others",
                                "IpcMode")));
    }
}
