package dev.tallyclerk.hardening.engine;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.subject.Facts;
import java.util.List;

/** How the engine sets up the network of containers and of the host. */
final class BridgeRules {
    private BridgeRules() {}

    static List<Rule<EngineSubject>> all() {
        return List.of(icc(), iptables(), userlandProxy(), publishAddress());
    }

    private static Rule<EngineSubject> icc() {
        return Rules.rule(
                info("DMN-001", Severity.MEDIUM, Profile.L1, "2.2", "4.4.2", """
                        Inter-container traffic is allowed on the default bridge
                        Every container that names no network is on the default bridge. An attacker in one of them can
                        reach every port of all others, published or not.
                        Remedy: Set "icc": false, and put containers that belong together on a network of their own.
                        """),
                engine -> Facts.isStated(engine.configured(EngineOption.BRIDGE), "none"::equals)
                        ? Outcome.notApplicable("the engine has no default bridge")
                        : Rules.failIf(
                                engine,
                                EngineOption.ICC,
                                allowed -> allowed,
                                "containers on the default bridge can reach each other"));
    }

    private static Rule<EngineSubject> iptables() {
        return Rules.rule(
                info("DMN-004", Severity.MEDIUM, Profile.L1, "2.4", "4.4.2", """
                        Engine may not manage iptables
                        The engine isolates networks and publishes ports with packet filter rules. If it may not write
                        them, networks are not isolated unless someone writes the same rules by hand.
                        Remedy: Remove "iptables": false, and "ip6tables": false if the bridge has IPv6.
                        """),
                engine -> Outcome.allOf(
                        Rules.failIf(
                                engine,
                                EngineOption.IPTABLES,
                                managed -> !managed,
                                "the engine may not write rules for IPv4"),
                        engine.configured(EngineOption.IPV6)
                                .decide(ipv6 -> ipv6
                                        ? Rules.failIf(
                                                engine,
                                                EngineOption.IP6TABLES,
                                                managed -> !managed,
                                                "the bridge has IPv6, and the engine may not write rules for IPv6")
                                        : Outcome.pass())));
    }

    private static Rule<EngineSubject> userlandProxy() {
        return Rules.rule(
                info("DMN-019", Severity.LOW, Profile.L1, "2.16", "4.4.2", """
                        Userland proxy is on
                        For each published port the engine runs a process that copies the traffic, although the kernel
                        can forward it. The processes are attack surface, and hide the client's address from containers.
                        Remedy: Set "userland-proxy": false if the kernel supports hairpin NAT.
                        """),
                engine -> Rules.failIf(
                        engine,
                        EngineOption.USERLAND_PROXY,
                        on -> on,
                        "published ports are served by a proxy process"));
    }

    private static Rule<EngineSubject> publishAddress() {
        return Rules.rule(
                info("DMN-034", Severity.LOW, Profile.STRICT, "5.14", "4.4.2", """
                        Published ports default to every interface
                        Publishing a port without an address opens it on every interface of the host, past the host's
                        firewall. A port meant for the host alone is then open to the network.
                        Remedy: Set "ip": "127.0.0.1", and name an address for ports that others must reach. It applies
                        to the default network only: for networks created afterwards, also set "default-network-opts":
                        {"bridge": {"com.docker.network.bridge.host_binding_ipv4": "127.0.0.1"}}.
                        """),
                engine -> Rules.failIf(
                        engine,
                        EngineOption.IP,
                        address -> address.isBlank() || HostPort.isUnspecified(HostPort.host(address)),
                        "ports of the default network are published on every interface by default"));
    }
}
