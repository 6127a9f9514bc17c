package dev.tallyclerk.hardening.container.internal.rules;

import static dev.tallyclerk.hardening.container.internal.rules.ContainerRule.rule;
import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which of the host's files a container can see and change. */
final class MountRules {
    private static final RuleParameter<List<String>> WRITABLE = RuleParameter.textList(
            "writableSources",
            List.of(),
            "Host folders that may be mounted writable, including everything below them.");

    private static final RuleParameter<List<String>> ALLOWED = RuleParameter.textList(
            "allowedSources",
            List.of("/etc/localtime", "/etc/ssl/certs", "/etc/timezone", "/usr/share/zoneinfo"),
            "Host files and folders that may be mounted read-only, including everything below them.");

    private static final String VOLUMES =
            " A named volume created with o=bind is also a folder of the host. An engine's description of a container"
                    + " does not say so; its list of volumes does.";

    private static final Pattern REMOTE_ENGINE = Pattern.compile("(DOCKER_HOST|CONTAINER_HOST|BUILDKIT_HOST)=tcp://");

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
                        .decide(source -> isProblem.apply(HostPath.of(source))
                                ? Outcome.fail(Problem.at(mount.at(), message, Evidence.of("source", source))
                                        .withSeverity(Severity.CRITICAL))
                                : Outcome.pass()));
    }

    private static EngineSockets sockets(Container container) {
        return EngineSockets.of(EngineFacts.of(container).listeners());
    }

    private static ContainerRule socket() {
        return rule(
                info("RUN-002", Severity.CRITICAL, Profile.L1, "5.32", "4.4.3", """
                        An engine's socket is mounted
                        Anyone who can reach the engine can start a container with the host's file system in it, and so
                        is root on the host. A read-only mount does not prevent that: the socket can be written to all
                        the same. So can those of containerd, CRI-O, Podman, BuildKit, libvirt, LXD, NRI and the
                        engine's plugins, which give the same power.%s
                        Remedy: Remove the mount. If a program must list or start containers, put a proxy in between
                        that passes only the calls it needs, or give it a rootless engine. If a variable such as
                        DOCKER_HOST names the engine, let that engine demand a client certificate.
                        """.formatted(VOLUMES)), container -> {
                    EngineSockets sockets = sockets(container);
                    return Outcome.allOf(
                            forEachBind(container, mount -> socket(mount, sockets)), remoteEngine(container));
                });
    }

    /** A socket may be anywhere on the host; programs look for it at the usual paths. */
    private static Outcome socket(Mount mount, EngineSockets sockets) {
        boolean isKnown = Facts.isKnown(mount.source(), source -> sockets.has(HostPath.of(source)));
        if (!isKnown && sockets.has(HostPath.of(mount.destination()))) {
            return Outcome.fail(Problem.at(
                    mount.at(),
                    "a file of the host is mounted where programs find the socket of a container engine",
                    Evidence.of(
                            "source",
                            mount.source().fold((path, at) -> path, Fact.Defaulted::value, missing -> "unknown")),
                    Evidence.of("target", mount.destination())));
        }
        return mount.source()
                .decide(source -> Outcome.failIf(
                        isKnown,
                        mount.at(),
                        "the socket of a container engine is mounted",
                        Evidence.of("source", source)));
    }

    /** A variable that names an engine on the network; the engine itself is audited elsewhere. */
    private static Outcome remoteEngine(Container container) {
        return container
                .config()
                .env()
                .fold(
                        (variables, at) -> remoteEngine(variables, at),
                        assumed -> Outcome.pass(),
                        missing -> Outcome.pass());
    }

    private static Outcome remoteEngine(List<String> variables, Location at) {
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < variables.size(); i++) {
            Matcher remote = REMOTE_ENGINE.matcher(variables.get(i));
            if (remote.lookingAt()) {
                problems.add(Problem.at(
                                at.child(Integer.toString(i)),
                                "the container is a client of an engine on the network",
                                Evidence.of("variable", remote.group(1)))
                        .withSeverity(Severity.HIGH));
            }
        }
        return Outcome.ofProblems(problems);
    }

    private static ContainerRule socketFolder() {
        return rule(
                info("RUN-003", Severity.HIGH, Profile.L1, "5.32", "4.4.3", """
                        A folder with an engine's socket is mounted
                        A folder above the engine's socket contains the socket, so the container can talk to the engine
                        as if the socket itself were mounted.%s
                        Remedy: Mount only the subfolder that the application needs.
                        """.formatted(VOLUMES))
                        .highest(Severity.CRITICAL),
                container -> overSources(
                        container,
                        sockets(container)::mayBeBelow,
                        "a mounted folder contains the socket of a container engine"));
    }

    private static ContainerRule writable() {
        return rule(
                info("RUN-023", Severity.LOW, Profile.STRICT, "", "4.5.5", """
                        Host path is mounted writable
                        Other programs on the host read, and trust, what a container can write there. Most mounts only
                        need to be read.%s
                        Remedy: Mount it read-only, with :ro or readonly, or use a volume. If it must be writable, list
                        it in the policy.
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
                                                "a host path is writable",
                                                Evidence.of("source", source)));
                            }));
                });
    }

    private static ContainerRule sensitive() {
        return rule(
                info("RUN-024", Severity.HIGH, Profile.L1, "5.6", "4.5.5", """
                        Sensitive host folder is mounted
                        These folders hold the host's accounts and keys, its programs, devices and kernel settings, or
                        the data of all containers, or users' keys and the logs. Reading them shows how to get in; writing
                        those that the kernel, root or an engine acts on is control of the host.%s
                        Remedy: Mount only the file that is needed, read-only, from a folder made for it, or list it in
                        the policy if it reveals nothing.
                        """.formatted(VOLUMES))
                        .parameter(ALLOWED)
                        .highest(Severity.CRITICAL),
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
            return Outcome.fail(sensitive(mount, source, severity(mount, path, dataRoot)));
        }
        return DesktopPath.isHashed(path)
                ? Outcome.unknown(
                        MissingValue.Reason.SOURCE_NOT_PROVIDED,
                        mount.at() + " is in a WSL distribution, for which Docker Desktop shows only a hash")
                : Outcome.pass();
    }

    private static boolean isReadOnly(Mount mount) {
        return Facts.isKnown(mount.writable(), value -> !value);
    }

    private static Severity severity(Mount mount, HostPath path, Optional<String> dataRoot) {
        if (HostControl.isBySocket(path) || (!isReadOnly(mount) && HostControl.isByWriting(path, dataRoot))) {
            return Severity.CRITICAL;
        }
        return isReadOnly(mount) ? Severity.MEDIUM : Severity.HIGH;
    }

    private static Problem sensitive(Mount mount, String source, Severity severity) {
        Problem problem = Problem.at(
                mount.at(),
                "a sensitive host folder is mounted " + (isReadOnly(mount) ? "read-only" : "writable"),
                Evidence.of("source", source));
        return severity == Severity.HIGH ? problem : problem.withSeverity(severity);
    }

    private static ContainerRule shared() {
        return rule(
                info("RUN-025", Severity.MEDIUM, Profile.L1, "5.20", "4.5.5", """
                        Mounts propagate to the host
                        With shared propagation, mounts made in the container appear on the host and in every container
                        that shares the path. A process with one capability too many then changes what all of them see.
                        Remedy: Use rprivate, the default, or rslave if host mounts must appear in the container.
                        """),
                container -> container
                        .mounts()
                        .forEach(mount -> mount.kind() == Kind.TMPFS
                                ? Outcome.pass()
                                : mount.propagation()
                                        .decide(propagation -> Outcome.failIf(
                                                SHARED.contains(propagation),
                                                mount.at(),
                                                "mounts below this one propagate to the host",
                                                Evidence.of("propagation", propagation)))));
    }

    private static final Set<String> SHARED = Set.of("shared", "rshared");
}
