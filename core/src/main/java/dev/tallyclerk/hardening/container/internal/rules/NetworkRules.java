package dev.tallyclerk.hardening.container.internal.rules;

import static dev.tallyclerk.hardening.container.internal.rules.ContainerRule.rule;
import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.container.internal.reader.Container;
import dev.tallyclerk.hardening.container.model.PublishedPort;
import dev.tallyclerk.internal.subject.Elements;
import dev.tallyclerk.internal.subject.Facts;
import dev.tallyclerk.internal.text.AnyAddress;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** From where a container is reachable. */
final class NetworkRules {
    private static final Set<String> DEFAULT_MODES = Set.of("default", "bridge");
    private static final int LAST_PRIVILEGED = 1023;
    private static final String INGRESS = "ingress";
    private static final String SERVICE_LABEL = "com.docker.swarm.service.id";

    private static final RuleParameter<List<String>> PRIVILEGED_PORTS = RuleParameter.textList(
            "allowedHostPorts", List.of(), "Ports of the host below 1024 that may be published, for example 443.");
    private static final RuleParameter<List<String>> ALLOWED_PORTS = RuleParameter.textList(
            "allowedPorts",
            List.of(),
            "Container ports that may be published, for example 8080 or 53/udp; empty to allow all.");

    private NetworkRules() {}

    private static boolean isEvery(String address) {
        int from = address.startsWith("[") ? 1 : 0;
        int to = address.length() - (address.length() > from && address.endsWith("]") ? 1 : 0);
        return address.isEmpty() || AnyAddress.matches(address.substring(from, to));
    }

    static List<ContainerRule> all() {
        return List.of(privilegedPort(), everyInterface(), notAllowed(), publishAll(), defaultBridge(), links());
    }

    private static Outcome overPorts(Container container, Function<PublishedPort, Outcome> decision) {
        Set<String> open = container.openPorts().known().stream()
                .map(PublishedPort::containerPort)
                .collect(Collectors.toSet());
        return Outcome.allOf(
                container.openPorts().forEach(decision),
                // Open ports have more detail than requested ones, such as the address for an empty one.
                container
                        .askedPorts()
                        .forEach(port -> open.contains(port.containerPort()) ? Outcome.pass() : decision.apply(port)),
                publishedByService(container));
    }

    /**
     * The ports that a swarm service publishes on each node are in no document of its containers. Containers with such
     * a port are in the ingress network.
     */
    private static Outcome publishedByService(Container container) {
        Fact<List<String>> networks = container.networks();
        boolean isTask = Facts.isKnown(container.config().labels(), labels -> labels.containsKey(SERVICE_LABEL));
        boolean mayPublish = Facts.isKnown(networks, names -> names.contains(INGRESS))
                || (isTask && !Facts.isKnown(networks, names -> !names.isEmpty()));
        return mayPublish
                ? Outcome.unknown(
                        MissingValue.Reason.SOURCE_NOT_PROVIDED,
                        "the container belongs to a swarm service, which alone lists the published ports; see docker service"
                                + " inspect")
                : Outcome.pass();
    }

    private static ContainerRule privilegedPort() {
        return rule(
                info("RUN-036", Severity.MEDIUM, Profile.L1, "5.8", "4.4.2", """
                        A privileged port of the host is published
                        Ports below 1024 belong to well-known services, and clients trust what answers there. The engine
                        runs as root and opens them for any container.
                        Remedy: Publish the container on port 1024 or above, behind a proxy, or allow the port in the
                        policy.
                        """)
                        .parameter(PRIVILEGED_PORTS),
                (container, context) -> {
                    List<String> allowed = context.value(PRIVILEGED_PORTS);
                    return overPorts(
                            container,
                            port -> Outcome.failIf(
                                    isPrivileged(port, allowed),
                                    port.at(),
                                    "a port below 1024 is published",
                                    Evidence.of("HostPort", Integer.toString(port.firstHostPort()))));
                });
    }

    /** {@return whether a port is published below 1024 that the policy does not allow} */
    static boolean isPrivileged(PublishedPort port, RuleContext context) {
        return isPrivileged(port, context.value(PRIVILEGED_PORTS));
    }

    private static boolean isPrivileged(PublishedPort port, List<String> allowed) {
        for (int number = port.firstHostPort(); number <= Math.min(port.lastHostPort(), LAST_PRIVILEGED); number++) {
            if (number > 0 && !allowed.contains(Integer.toString(number))) {
                return true;
            }
        }
        return false;
    }

    private static ContainerRule everyInterface() {
        return rule(
                info("RUN-037", Severity.MEDIUM, Profile.L1, "5.14", "4.4.2", """
                        A port is published on every interface
                        A port published without an address is reachable from every network that the host is in, because
                        the engine's rules come before those of most host firewalls. From Engine 28 on, an address keeps
                        the host's neighbours out, except with allow-direct-routing, with ip-forward-no-drop, or if a
                        network's gateway mode is nat-unprotected or routed; no rule checks these.
                        Remedy: Name the address, as in --publish 127.0.0.1:8080:80, or set ip in daemon.json, which
                        applies to the default network only. For other networks, set
                        com.docker.network.bridge.host_binding_ipv4 in default-network-opts, which applies to networks
                        created afterwards.
                        """),
                container -> overPorts(
                        container,
                        port -> address(container, port)
                                .decide(address -> isEvery(address)
                                        ? Outcome.fail(Problem.at(
                                                port.at(),
                                                "a port is reachable on every interface",
                                                Evidence.of("port", port.containerPort()),
                                                Evidence.of("HostIp", port.hostAddress())))
                                        : passes(container, port))));
    }

    /** The network of an inspected container may be older than the engine's option for new networks. */
    private static Outcome passes(Container container, PublishedPort port) {
        boolean restsOnNewNetworks =
                port.hostAddress().isEmpty() && container.document().isInspect() && !isInDefaultNetworkOnly(container);
        return restsOnNewNetworks
                ? Outcome.unknown(
                        MissingValue.Reason.KEY_MISSING,
                        port.at() + " names no address, and it is unknown whether the network was created after"
                                + " default-network-opts was set")
                : Outcome.pass();
    }

    private static Fact<String> address(Container container, PublishedPort port) {
        Fact<String> own = Fact.known(port.hostAddress(), port.at());
        if (!port.hostAddress().isEmpty()) {
            return own;
        }
        Fact<String> engines = isInDefaultNetworkOnly(container)
                ? EngineFacts.of(container).publishAddress()
                : EngineFacts.of(container).publishAddressOfNetworks();
        return engines instanceof Fact.Missing<String> ? own : engines;
    }

    private static boolean isInDefaultNetworkOnly(Container container) {
        Fact<List<String>> networks =
                container.document().isInspect() ? container.networks() : container.askedNetworks();
        return Facts.isKnown(
                        container.hostConfig().networkMode(), mode -> mode.isEmpty() || DEFAULT_MODES.contains(mode))
                && (networks instanceof Fact.Missing<List<String>>
                        || Facts.isKnown(networks, DEFAULT_MODES::containsAll));
    }

    private static ContainerRule notAllowed() {
        return rule(
                info("RUN-038", Severity.LOW, Profile.L1, "5.9", "4.4.2", """
                        A port is published that is not allowed
                        Every published port is a way in. Ports published out of habit, for debugging or metrics, are
                        seldom meant for strangers.
                        Remedy: Publish only what callers need, and list it in the policy.
                        """).parameter(ALLOWED_PORTS),
                (container, context) -> {
                    List<String> allowed = context.value(ALLOWED_PORTS);
                    if (allowed.isEmpty()) {
                        return Outcome.notApplicable("the policy has no list of allowed ports");
                    }
                    return overPorts(
                            container,
                            port -> Outcome.failIf(
                                    !isAllowed(port, allowed),
                                    port.at(),
                                    "a published port is not on the policy's list",
                                    Evidence.of("port", port.containerPort())));
                });
    }

    private static boolean isAllowed(PublishedPort port, List<String> allowed) {
        boolean isTcp =
                !port.containerPort().contains("/") || port.containerPort().endsWith("/tcp");
        return allowed.contains(port.containerPort()) || (isTcp && allowed.contains(port.containerPortNumber()));
    }

    private static ContainerRule publishAll() {
        return rule(
                info("RUN-039", Severity.LOW, Profile.L1, "5.9", "4.4.2", """
                        All exposed ports are published
                        The author of the image then decides which ports are open, and can change that with every
                        version.
                        Remedy: Start it without --publish-all, and publish each port by number.
                        """),
                container -> Facts.failIf(
                        container.hostConfig().publishAllPorts(),
                        value -> value,
                        "all exposed ports are published",
                        "PublishAllPorts"));
    }

    private static ContainerRule defaultBridge() {
        return rule(info("RUN-041", Severity.LOW, Profile.L2, "5.30", "4.4.2", """
                        Container is in the default network
                        Containers that name no network share the default bridge and can all reach each other there,
                        related or not.
                        Remedy: Create a network with docker network create for the containers that work together, and
                        start them with --network.
                        """), NetworkRules::defaultBridge);
    }

    private static Outcome defaultBridge(Container container) {
        Fact<List<String>> networks = container.networks();
        if (Facts.isKnown(networks, names -> !names.isEmpty())) {
            String own = container.document().isPodman() && !Facts.isKnown(networks, names -> names.contains("bridge"))
                    ? "podman"
                    : "bridge";
            return networks.decideAt((names, at) -> names.contains(own)
                    ? Outcome.fail(Problem.at(at.child(own), "the container is in the network " + own))
                    : unlessNamesAreMadeUp(container, names));
        }
        Outcome first = container.hostConfig().networkMode().decideAt((mode, at) -> {
            boolean isDefault = DEFAULT_MODES.contains(mode)
                    || (mode.isEmpty() && !container.document().isInspect());
            if (isDefault) {
                return Outcome.fail(
                        Problem.at(at, "the container uses the default network", Evidence.of("NetworkMode", mode)));
            }
            return mayBeInMore(mode)
                            && container.document().isInspect()
                            && networks instanceof Fact.Missing<List<String>> missing
                    ? Outcome.unknown(missing.why())
                    : Outcome.pass();
        });
        return container.document().isInspect() ? first : Outcome.allOf(first, asked(container.askedNetworks()));
    }

    /**
     * nerdctl names networks after the container's interfaces. Only NetworkMode has the requested network, and older
     * versions do not write it.
     */
    private static Outcome unlessNamesAreMadeUp(Container container, List<String> names) {
        Fact<String> asked = container.hostConfig().networkMode();
        if (names.stream().noneMatch(name -> name.startsWith("unknown-"))) {
            return Outcome.pass();
        }
        return asked instanceof Fact.Missing<String> || container.document().isNerdctl()
                ? Facts.failIf(asked, DEFAULT_MODES::contains, "the container uses the default network", "NetworkMode")
                : Outcome.pass();
    }

    /** Engines know the default network by both names. */
    private static Outcome asked(Fact<List<String>> networks) {
        return networks.decideAt((names, at) -> Outcome.ofProblems(names.stream()
                .filter(DEFAULT_MODES::contains)
                .map(name -> Problem.at(at.child(name), "the container is in the network " + name))
                .toList()));
    }

    /** A container with the network of the host, of another container, or none, is in no other network. */
    private static boolean mayBeInMore(String mode) {
        return !mode.equals("host") && !mode.equals("none") && !mode.startsWith("container:");
    }

    private static ContainerRule links() {
        return rule(
                info("RUN-042", Severity.LOW, Profile.STRICT, "5.30", "4.4.2", """
                        Container uses legacy links
                        A link copies the other container's environment, including secrets, into this one, and works
                        only in the default network.
                        Remedy: Put both containers into a network of their own; they can find each other there by name.
                        """),
                container -> Elements.failIf(
                        container.hostConfig().links(),
                        link -> true,
                        (link, at) ->
                                Problem.at(at, "the container is linked to another", Evidence.of("Links", link))));
    }

    /** Fails if a container port with that number is published. */
    static Outcome notPublished(Container container, String number, String message) {
        return overPorts(
                container,
                port -> Outcome.failIf(
                        port.containerPortNumber().equals(number),
                        port.at(),
                        message,
                        Evidence.of("port", port.containerPort())));
    }
}
