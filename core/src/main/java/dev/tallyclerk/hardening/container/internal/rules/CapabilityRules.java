package dev.tallyclerk.hardening.container.internal.rules;

import static dev.tallyclerk.hardening.container.internal.rules.ContainerRule.rule;
import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.container.internal.reader.Container;
import dev.tallyclerk.hardening.container.model.HostConfig;
import dev.tallyclerk.internal.subject.Elements;
import dev.tallyclerk.internal.subject.Facts;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** What root in the container may do. */
final class CapabilityRules {
    private static final RuleParameter<List<String>> ALLOWED = RuleParameter.textList(
            "allowedCapabilities", List.of(), "Capabilities allowed beyond the engine's default set.");

    private static final String NET_RAW = "NET_RAW";

    private CapabilityRules() {}

    static List<ContainerRule> all() {
        return List.of(privileged(), added(), breakOut(), notDropped(), netRaw());
    }

    private static ContainerRule privileged() {
        return rule(
                info("RUN-001", Severity.CRITICAL, Profile.L1, "5.5", "4.4.3", """
                        Container is privileged
                        A privileged container has every capability and every device of the host, and neither seccomp
                        nor masked paths restrict it: root in the container is root on the host.
                        Remedy: Start it without --privileged. If the application needs one capability or one device,
                        add that with --cap-add or --device.
                        """),
                container -> Facts.failIf(
                        container.hostConfig().privileged(),
                        value -> value,
                        "the container is privileged",
                        "Privileged"));
    }

    private static ContainerRule added() {
        return rule(
                info("RUN-011", Severity.HIGH, Profile.L1, "5.4", "4.4.3", """
                        Capabilities are added to the default set
                        The engine's default set is already larger than most programs need. Each additional capability
                        removes part of the isolation between root in the container and root on the host.
                        Remedy: Start it with --cap-drop ALL and add only what the application fails without. If that
                        exceeds the default set, allow it by name in the policy.
                        """).parameter(ALLOWED),
                (container, context) -> {
                    Set<String> allowed = Capabilities.normalised(context.value(ALLOWED));
                    return Outcome.allOf(
                            notPrivileged(container),
                            Elements.failIf(
                                    hasBounds(container)
                                            ? container.boundingCaps()
                                            : container.hostConfig().capAdd(),
                                    name -> {
                                        String capability = Capabilities.normalised(name);
                                        return !Capabilities.DEFAULTS.contains(capability)
                                                && !allowed.contains(capability);
                                    },
                                    (name, at) ->
                                            Problem.at(at, "a capability is added", Evidence.of("CapAdd", name))));
                });
    }

    private static ContainerRule breakOut() {
        return rule(
                info("RUN-012", Severity.CRITICAL, Profile.L1, "5.4", "4.4.3", """
                        Capabilities allow a container escape
                        Each of these capabilities lets a process load code into the kernel, write kernel memory, read
                        the host's files, trace its processes, or change its clock, network or security modules. No
                        other weakness is needed to escape.
                        Remedy: Remove the capability, or run the code that needs it in a helper outside the container.
                        Tracing and network setup often work with a narrower capability, or with none inside the
                        container's own namespace.
                        """),
                container -> Outcome.allOf(notPrivileged(container), breakOut(container)));
    }

    private static Outcome breakOut(Container container) {
        HostConfig config = container.hostConfig();
        if (hasBounds(container)) {
            return breakOut(container.boundingCaps(), Capabilities::normalised);
        }
        if (config.capDrop() instanceof Fact.Missing<List<String>> missing) {
            // A capability added by name is present, whatever is dropped.
            return Outcome.allOf(breakOut(config.capAdd(), Capabilities::normalised), Outcome.unknown(missing.why()));
        }
        return config.capDrop()
                .decide(dropped ->
                        breakOut(config.capAdd(), added -> Capabilities.among(Capabilities.BREAK_OUT, added, dropped)));
    }

    private static Outcome breakOut(Fact<List<String>> fact, Function<List<String>, Set<String>> capabilities) {
        return fact.decideAt((names, at) -> Outcome.ofProblems(capabilities.apply(names).stream()
                .filter(Capabilities.BREAK_OUT::contains)
                .sorted()
                .map(capability -> breakOut(capability, at))
                .toList()));
    }

    /**
     * {@return whether the engine reports the bounding set, as Podman does, so that nothing needs to be computed}
     *
     * <p>Podman derives CapAdd from the bounding set, so a document in which CapAdd has more is not Podman's.
     */
    private static boolean hasBounds(Container container) {
        return Facts.isKnown(container.boundingCaps(), names -> {
            Set<String> bounds = Capabilities.normalised(names);
            return !Facts.isKnown(
                    container.hostConfig().capAdd(), added -> !bounds.containsAll(Capabilities.normalised(added)));
        });
    }

    /** {@return those of the capabilities that the container is known to have} */
    static Set<String> among(Set<String> capabilities, Container container) {
        HostConfig config = container.hostConfig();
        if (Facts.isKnown(config.privileged(), value -> value)) {
            return capabilities;
        }
        Fact<List<String>> given = hasBounds(container) ? container.boundingCaps() : config.capAdd();
        List<String> added = given.fold((names, at) -> names, Fact.Defaulted::value, missing -> List.of());
        List<String> dropped =
                config.capDrop().fold((names, at) -> names, Fact.Defaulted::value, missing -> List.<String>of());
        return Capabilities.among(capabilities, added, dropped);
    }

    private static Problem breakOut(String capability, Location at) {
        Problem problem = Problem.at(at, "the container has " + capability, Evidence.of("capability", capability));
        return capability.equals("NET_ADMIN") ? problem.withSeverity(Severity.MEDIUM) : problem;
    }

    /** Engines give every capability to a container that is privileged or has ALL added, whatever is dropped. */
    private static Outcome unlessAllAreGiven(Container container) {
        HostConfig config = container.hostConfig();
        return config.privileged()
                .decideAt((privileged, at) -> privileged
                        ? Outcome.fail(Problem.at(at, "a privileged container keeps all capabilities"))
                        : Facts.failIf(
                                config.capAdd(),
                                Capabilities::addsAll,
                                "all capabilities are added, whatever is dropped",
                                "CapAdd"));
    }

    private static ContainerRule notDropped() {
        return rule(info("RUN-013", Severity.MEDIUM, Profile.STRICT, "5.4", "4.4.3", """
                        Default capabilities are kept
                        Most programs need no capability at all. An attacker who takes one over can use the unneeded
                        ones to change file owners, bypass file permissions, or create device files.
                        Remedy: Start it with --cap-drop ALL, and add back by name what the application fails without.
                        """), container -> {
            if (hasBounds(container)
                    && Facts.isKnown(
                            container.boundingCaps(), names -> defaultsOf(names).isEmpty())) {
                return Outcome.pass();
            }
            Fact<List<String>> dropped = container.hostConfig().capDrop();
            return hasOnlyAddedBack(container) || Facts.isKnown(dropped, Capabilities::dropsAll)
                    ? unlessAllAreGiven(container)
                    : Facts.failIf(dropped, names -> true, "not all capabilities are dropped", "CapDrop");
        });
    }

    /**
     * Podman replaces ALL by the dropped names, less those added back, and records the creating command, which names
     * what is kept.
     */
    private static boolean hasOnlyAddedBack(Container container) {
        return container.document().isPodman()
                && Facts.isKnown(
                        container.config().createCommand(),
                        command -> Capabilities.dropsAll(CreateCommand.values("--cap-drop", command))
                                && Facts.isKnown(
                                        container.boundingCaps(),
                                        names -> Capabilities.normalised(CreateCommand.values("--cap-add", command))
                                                .containsAll(defaultsOf(names))));
    }

    private static Set<String> defaultsOf(List<String> names) {
        Set<String> kept = new HashSet<>(Capabilities.normalised(names));
        kept.retainAll(Capabilities.DEFAULTS);
        return kept;
    }

    private static ContainerRule netRaw() {
        return rule(
                info("RUN-014", Severity.LOW, Profile.STRICT, "5.4", "4.4.2", """
                        NET_RAW is kept
                        NET_RAW lets a process forge packets: it can impersonate other containers on the network and
                        intercept their traffic.
                        Remedy: Start it with --cap-drop NET_RAW or --cap-drop ALL. ping works without it if
                        net.ipv4.ping_group_range includes the group of the process.
                        """),
                container -> hasBounds(container)
                        ? Facts.failIf(
                                container.boundingCaps(),
                                names -> Capabilities.normalised(names).contains(NET_RAW),
                                "the container has NET_RAW",
                                "BoundingCaps")
                        : Outcome.allOf(notPrivileged(container), netRaw(container)));
    }

    private static Outcome netRaw(Container container) {
        Fact<List<String>> added = container.hostConfig().capAdd();
        Fact<List<String>> dropped = container.hostConfig().capDrop();
        String message = "the container has NET_RAW";
        if (Facts.isKnown(added, names -> Capabilities.normalised(names).contains(NET_RAW))) {
            return Facts.fail(added, message);
        }
        if (Facts.isKnown(dropped, names -> Capabilities.has(NET_RAW, List.of(), names))) {
            return Facts.fail(dropped, message);
        }
        return Fact.decideBoth(
                added,
                dropped,
                (more, less) -> Capabilities.has(NET_RAW, more, less) ? Facts.fail(added, message) : Outcome.pass());
    }

    private static Outcome notPrivileged(Container container) {
        return Facts.failIf(
                container.hostConfig().privileged(),
                value -> value,
                "a privileged container has all capabilities",
                "Privileged");
    }
}
