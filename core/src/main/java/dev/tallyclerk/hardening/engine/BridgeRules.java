package dev.tallyclerk.hardening.engine;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import java.util.List;

/** What the engine does to the network of containers and of the host. */
final class BridgeRules {
    private BridgeRules() {}

    static List<Rule<EngineSubject>> all() {
        return List.of(icc(), iptables(), userlandProxy(), publishAddress());
    }

    private static Rule<EngineSubject> icc() {
        return Rules.rule(
                info("DMN-001", Severity.MEDIUM, Profile.L1, "2.2", "4.4.2", """
                        Inter-container traffic is allowed on the default bridge
                        Every container that names no network is on the default bridge. There, whoever takes one over
                        can reach each port of all the others, published or not.
                        Remedy: Set "icc": false, and put containers that belong together on a network of their own.
                        """),
                engine -> Rules.isStated(engine.configured(EngineOption.BRIDGE), "none"::equals)
                        ? Outcome.notApplicable("the engine has no default bridge")
                        : Rules.failIf(
                                engine,
                                EngineOption.ICC,
                                allowed -> allowed,
                                "containers on the default bridge may reach each other"));
    }

    private static Rule<EngineSubject> iptables() {
        return Rules.rule(
                info("DMN-004", Severity.MEDIUM, Profile.L1, "2.4", "4.4.2", """
                        Engine may not manage iptables
                        The engine separates networks and publishes ports by rules in the packet filter. Without leave
                        to write them, networks are not separated unless somebody writes the same rules by hand.
                        Remedy: Remove "iptables": false, and "ip6tables": false where the bridge has IPv6.
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
                                                "the bridge has IPv6, and the engine may not write rules for it")
                                        : Outcome.pass())));
    }

    private static Rule<EngineSubject> userlandProxy() {
        return Rules.rule(
                info("DMN-019", Severity.LOW, Profile.L1, "2.16", "4.4.2", """
                        Userland proxy is on
                        For each published port the engine keeps a process that copies the traffic, although the kernel
                        can do it. The processes are attack surface, and hide from containers who connects.
                        Remedy: Set "userland-proxy": false where the kernel supports hairpin NAT.
                        """),
                engine -> Rules.failIf(
                        engine, EngineOption.USERLAND_PROXY, on -> on, "published ports are served by a process"));
    }

    private static Rule<EngineSubject> publishAddress() {
        return Rules.rule(
                info("DMN-034", Severity.LOW, Profile.STRICT, "5.14", "4.4.2", """
                        Published ports default to every interface
                        Publishing a port without an address opens it on every interface of the host, past the host's
                        firewall. What was meant for a neighbour on the host is then on the network.
                        Remedy: Set "ip": "127.0.0.1", and name an address where a port is meant for others. It counts
                        in the default network only: for networks that are made from then on, set
                        "default-network-opts": {"bridge": {"com.docker.network.bridge.host_binding_ipv4": "127.0.0.1"}}
                        too.
                        """),
                engine -> Rules.failIf(
                        engine,
                        EngineOption.IP,
                        address -> address.isBlank() || HostPort.isUnspecified(HostPort.host(address)),
                        "ports of the default network are published on every interface unless an address is named"));
    }
}
