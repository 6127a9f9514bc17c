package dev.tallyclerk.hardening.engine;

import dev.tallyclerk.internal.text.Words;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The keys that any version of dockerd accepts in {@code daemon.json}, with their flags. An engine refuses to start
 * with an unknown key.
 *
 * <p>As of November 2026: releases 1.10 to 29. The keys of {@link EngineOption} are not repeated here.
 */
final class DaemonKeys {
    private static final Map<String, String> FLAGS_BY_KEY = Words.map("""
            allow-direct-routing api-cors-header apparmor-profile bip bip6 bridge-accept-fwmark builder
            cdi-spec-dirs=cdi-spec-dir cluster-advertise cluster-store cluster-store-opts=cluster-store-opt containerd
            containerd-namespace containerd-plugin-namespace containerd-plugins-namespace content-trust cpu-rt-period
            cpu-rt-runtime cri-containerd default-address-pools=default-address-pool default-gateway default-gateway-v6
            default-init default-shm-size deprecated-key-path disable-legacy-registry dns dns-opts=dns-opt dns-search
            exec-root firewall-backend fixed-cidr fixed-cidr-v6 graph host-gateway-ip host-gateway-ips=host-gateway-ip
            http-proxy https-proxy init init-path ip-forward ip-forward-no-drop ip-masq log-format
            max-concurrent-downloads max-concurrent-uploads max-download-attempts min-api-version mtu
            network-control-plane-mtu network-diagnostic-port no-proxy node-generic-resources=node-generic-resource
            nri-opts oom-score-adjust pidfile proxies raw-logs resolv-conf shutdown-timeout swarm-default-advertise-addr
            swarm-raft-election-tick swarm-raft-heartbeat-tick tlscacert tlscert tlskey userland-proxy-path
            """);

    private static final Set<String> FLAGS_OF_OPTIONS =
            EngineOption.all().stream().map(EngineOption::flag).collect(Collectors.toUnmodifiableSet());

    private static final Set<String> PROXIES = Set.of("http-proxy", "https-proxy", "no-proxy");

    private DaemonKeys() {}

    /** {@return whether any version has the flag} */
    static boolean isFlag(String name) {
        return FLAGS_OF_OPTIONS.contains(name) || FLAGS_BY_KEY.containsValue(name);
    }

    /** {@return whether any version accepts the key at the top level} */
    static boolean isKnown(String key) {
        return flag(key).isPresent();
    }

    /** {@return whether the key is accepted within {@code proxies}} */
    static boolean isProxy(String key) {
        return PROXIES.contains(key);
    }

    /** {@return the flag that corresponds to the key} */
    static Optional<String> flag(String key) {
        for (EngineOption<?> option : EngineOption.all()) {
            if (option.path().get(0).equals(key)) {
                return Optional.of(option.flag());
            }
        }
        return Optional.ofNullable(FLAGS_BY_KEY.get(key));
    }
}
