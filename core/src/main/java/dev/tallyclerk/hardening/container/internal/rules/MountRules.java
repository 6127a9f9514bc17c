package dev.tallyclerk.hardening.container.internal.rules;

import static dev.tallyclerk.hardening.container.internal.rules.ContainerRule.rule;
import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.container.internal.reader.Container;
import dev.tallyclerk.hardening.container.internal.reader.HostPath;
import dev.tallyclerk.hardening.container.model.Mount;
import dev.tallyclerk.hardening.container.model.Mount.Kind;
import dev.tallyclerk.internal.subject.Facts;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What of the host's files a container can see and change. */
final class MountRules {
    private static final RuleParameter<List<String>> WRITABLE = RuleParameter.textList(
            "writableSources", List.of(), "Folders of the host that may be mounted writable, and what is below them.");

    private static final RuleParameter<List<String>> ALLOWED = RuleParameter.textList(
            "allowedSources",
            List.of("/etc/localtime", "/etc/ssl/certs", "/etc/timezone", "/usr/share/zoneinfo"),
            "Files and folders of the host that may be mounted read-only, and what is below them.");

    /** Only a request says with which options its volume is made. */
    private static final String VOLUMES =
            " A named volume that was made with o=bind is a folder of the host too, which the engine does not say of a"
                    + " container: docker volume inspect does.";

    private MountRules() {}

    static List<ContainerRule> all() {
        return List.of(socket(), socketFolder(), writable(), sensitive(), shared());
    }

    private static Outcome forEachBind(Container container, Function<Mount, Outcome> decision) {
        return container.mounts().forEach(mount -> mount.kind() == Kind.BIND ? decision.apply(mount) : Outcome.pass());
    }

    private static Outcome overSources(Container container, Function<HostPath, Boolean> isProblem, String message) {
        return forEachBind(
                container,
                mount -> mount.source()
                        .decide(source -> Outcome.failIf(
                                isProblem.apply(HostPath.of(source)),
                                mount.at(),
                                message,
                                Evidence.of("source", source))));
    }

    private static EngineSockets sockets(Container container) {
        return EngineSockets.of(EngineFacts.of(container).listeners());
    }

    private static ContainerRule socket() {
        return rule(
                info("RUN-002", Severity.CRITICAL, Profile.L1, "5.32", "4.4.3", """
                        An engine's socket is mounted
                        Whoever can talk to the engine can have it start a container with the host's file system in it,
                        and is root of the host. Mounting the socket read-only does not change that: it is written to
                        all the same.%s
                        Remedy: Remove the mount. Where a program has to see or start containers, put a proxy between
                        that lets only the calls through that it needs, or give it an engine without root.
                        """.formatted(VOLUMES)),
                container ->
                        overSources(container, sockets(container)::has, "the socket of a container engine is mounted"));
    }

    private static ContainerRule socketFolder() {
        return rule(
                info("RUN-003", Severity.HIGH, Profile.L1, "5.32", "4.4.3", """
                        A folder with an engine's socket is mounted
                        A folder above the socket of an engine has the socket in it, so the container can talk to the
                        engine just as if it had been mounted itself.%s
                        Remedy: Mount only the folder below it that the application needs.
                        """.formatted(VOLUMES)),
                container -> overSources(
                        container,
                        sockets(container)::mayBeBelow,
                        "the socket of a container engine lies below what is mounted"));
    }

    private static ContainerRule writable() {
        return rule(
                info("RUN-023", Severity.LOW, Profile.STRICT, "", "4.5.5", """
                        A path of the host is mounted writable
                        What a container can write on the host is read there by other programs, which trust it. Most
                        mounts are only read.%s
                        Remedy: Mount it read-only, with :ro or readonly, or use a volume. If it has to be written to,
                        list it in the policy.
                        """.formatted(VOLUMES))
                        .parameter(WRITABLE),
                (container, context) -> {
                    List<HostPath> allowed = context.value(WRITABLE).stream()
                            .map(MountRules::onHost)
                            .toList();
                    return forEachBind(
                            container,
                            mount -> mount.writable().decide(isWritable -> {
                                if (!isWritable) {
                                    return Outcome.pass();
                                }
                                return mount.source()
                                        .decide(source -> Outcome.failIf(
                                                !allowed.stream().anyMatch(onHost(source)::isWithin),
                                                mount.at(),
                                                "a path of the host is writable",
                                                Evidence.of("source", source)));
                            }));
                });
    }

    private static ContainerRule sensitive() {
        return rule(
                info("RUN-024", Severity.HIGH, Profile.L1, "5.6", "4.5.5", """
                        A sensitive folder of the host is mounted
                        These folders hold the host's accounts and keys, its programs, its devices and kernel settings,
                        or the data of all containers. To read them is to learn how to get in, to write them is to be
                        in.%s
                        Remedy: Mount only the file that is needed, read-only, from a folder made for it, or list it in
                        the policy if it tells nothing.
                        """.formatted(VOLUMES))
                        .parameter(ALLOWED),
                (container, context) -> {
                    List<HostPath> allowed = context.value(ALLOWED).stream()
                            .map(MountRules::onHost)
                            .toList();
                    Optional<String> dataRoot = EngineFacts.of(container).dataRoot();
                    return forEachBind(
                            container,
                            mount -> mount.source()
                                    .decide(source -> allowed.stream().anyMatch(onHost(source)::isWithin)
                                            ? mount.writable()
                                                    .decide(isWritable -> isWritable
                                                            ? sensitive(mount, source, dataRoot)
                                                            : Outcome.pass())
                                            : sensitive(mount, source, dataRoot)));
                });
    }

    private static HostPath onHost(String source) {
        return DesktopPath.onHost(HostPath.of(source));
    }

    private static Outcome sensitive(Mount mount, String source, Optional<String> dataRoot) {
        HostPath path = HostPath.of(source);
        if (SensitivePaths.touches(path, dataRoot)) {
            return Outcome.fail(sensitive(mount, source));
        }
        return DesktopPath.isHashed(path)
                ? Outcome.unknown(
                        Fact.Reason.SOURCE_NOT_PROVIDED,
                        mount.at() + " is a path of a WSL distribution, of which Docker Desktop says a hash only")
                : Outcome.pass();
    }

    private static Problem sensitive(Mount mount, String source) {
        boolean isReadOnly = Facts.isKnown(mount.writable(), value -> !value);
        Problem problem = Problem.at(
                mount.at(),
                "a sensitive folder of the host is mounted " + (isReadOnly ? "read-only" : "writable"),
                Evidence.of("source", source));
        return isReadOnly ? problem.withSeverity(Severity.MEDIUM) : problem;
    }

    private static ContainerRule shared() {
        return rule(
                info("RUN-025", Severity.MEDIUM, Profile.L1, "5.20", "4.5.5", """
                        Mounts spread to the host
                        With shared propagation what the container mounts appears on the host and in every other
                        container that has the path, so a process with a capability too many changes what they all see.
                        Remedy: Use rprivate, which is the default, or rslave if mounts of the host have to appear in
                        the container.
                        """),
                container -> container
                        .mounts()
                        .forEach(mount -> mount.kind() == Kind.TMPFS
                                ? Outcome.pass()
                                : mount.propagation()
                                        .decide(propagation -> Outcome.failIf(
                                                SHARED.contains(propagation),
                                                mount.at(),
                                                "mounts below this one spread to the host",
                                                Evidence.of("propagation", propagation)))));
    }

    private static final Set<String> SHARED = Set.of("shared", "rshared");
}
