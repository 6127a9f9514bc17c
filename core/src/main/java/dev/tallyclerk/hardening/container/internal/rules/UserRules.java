package dev.tallyclerk.hardening.container.internal.rules;

import static dev.tallyclerk.hardening.container.internal.rules.ContainerRule.rule;
import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.container.internal.reader.Container;
import dev.tallyclerk.hardening.container.model.ExecRecord;
import dev.tallyclerk.internal.subject.AllowedNames;
import dev.tallyclerk.internal.subject.Elements;
import dev.tallyclerk.internal.subject.Facts;
import dev.tallyclerk.internal.subject.UserIds;
import dev.tallyclerk.internal.text.Words;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Which users the processes of a container run as. */
final class UserRules {
    private static final Set<String> STRONG_GROUPS = Words.set("""
            root docker disk shadow kvm kmem incus incus-admin libvirt lxd
            """);

    /** Numbers that distributions give to disk, kmem and shadow; the numbers of other groups differ by host. */
    private static final Set<String> STRONG_NUMBERS = Set.of("6", "9", "15", "42");

    private UserRules() {}

    static List<ContainerRule> all() {
        return List.of(root(), groups(), privilegedExec(), rootExec());
    }

    private static ContainerRule root() {
        return rule(
                info("RUN-043", Severity.HIGH, Profile.L1, "4.1", "4.4.3", """
                        Processes run as root
                        An attacker who takes over a root process holds every capability of the container, and becomes
                        root on the host with the first kernel or engine flaw.
                        Remedy: Start it with --user 10001:10001, or set the account in the image with USER.
                        """),
                container -> container
                        .config()
                        .user()
                        .decideAt(
                                (user, at) -> isRoot(user) ? Outcome.fail(root(container, user, at)) : Outcome.pass()));
    }

    private static Problem root(Container container, String user, Location at) {
        Problem problem = user.isEmpty()
                ? Problem.at(at, "no user is set, so the processes run as root")
                : Problem.at(
                        at,
                        UserIds.isOutOfRange(name(user))
                                ? "the user id is above 2147483647 or below 0, which engines have treated as root"
                                : "the processes run as root",
                        Evidence.of("User", user));
        boolean isRemapped = EngineFacts.of(container).remapsUsers()
                && Facts.isKnown(container.hostConfig().usernsMode(), mode -> !mode.equals("host"));
        // A sandbox has a kernel, or at least a user namespace, of its own.
        boolean isSandboxed = Facts.isKnown(container.hostConfig().runtime(), AllowedNames::isSandbox);
        return isRemapped || isSandboxed ? problem.withSeverity(Severity.MEDIUM) : problem;
    }

    private static ContainerRule groups() {
        return rule(
                info("RUN-044", Severity.MEDIUM, Profile.STRICT, "4.1", "4.4.3", """
                        An extra group has power over the host
                        Groups such as docker, disk or kvm grant the use of an engine, a disk or a device. Combined with
                        a mount or a device they are as good as root.
                        Remedy: Remove --group-add, and give the process access to the one file or socket instead.
                        """),
                container -> Elements.failIf(
                        container.hostConfig().groupAdd(),
                        group -> STRONG_GROUPS.contains(group)
                                || STRONG_NUMBERS.contains(group.replaceFirst("^[+]?0+", ""))
                                || UserIds.isRoot(group),
                        (group, at) -> Problem.at(
                                at, "a group with power over the host is added", Evidence.of("GroupAdd", group))));
    }

    private static ContainerRule privilegedExec() {
        return rule(
                info("RUN-056", Severity.HIGH, Profile.L2, "5.23", "4.4.3", """
                        A command was executed with --privileged
                        Such a command has all capabilities in a container that was started without them, and the
                        container's own settings do not show it.
                        Remedy: Find out who executed it and why, and do not use docker exec --privileged. Let the
                        engine's authorisation plugin refuse it.
                        """),
                container -> overExecs(
                        container,
                        record -> Facts.failIf(
                                record.privileged(), value -> value, "a command had all capabilities", "privileged")));
    }

    private static ContainerRule rootExec() {
        return rule(
                info("RUN-057", Severity.LOW, Profile.L2, "5.24", "4.4.3", """
                        A command was executed as root
                        A container whose processes are not root is trusted to have no root process. A root shell in it
                        can change its files and read its secrets.
                        Remedy: Execute commands as the container's own user; do not use docker exec --user root.
                        """),
                container -> container
                        .config()
                        .user()
                        .decide(user -> isRoot(user)
                                ? Outcome.notApplicable("the container's own processes run as root; see RUN-043")
                                : overExecs(
                                        container,
                                        record -> Facts.failIf(
                                                record.user(),
                                                name -> !name.isEmpty() && isRoot(name),
                                                "a command was executed as root",
                                                "user"))));
    }

    private static Outcome overExecs(Container container, Function<ExecRecord, Outcome> decision) {
        return Elements.allOf(container.execs(), Outcome.pass(), (record, at) -> decision.apply(record));
    }

    /**
     * {@return whether the user before the colon is root, number 0, an id that engines may treat as 0, or empty, which
     * means root}
     */
    static boolean isRoot(String user) {
        String name = name(user);
        return name.isEmpty() || UserIds.isRoot(name) || UserIds.isOutOfRange(name);
    }

    private static String name(String user) {
        int colon = user.indexOf(':');
        return (colon < 0 ? user : user.substring(0, colon)).strip();
    }
}
