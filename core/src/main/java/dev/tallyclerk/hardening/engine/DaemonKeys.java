package dev.tallyclerk.hardening.engine;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The keys that some version of dockerd takes in {@code daemon.json}, and their flags. An engine refuses to start with
 * a key that it does not know.
 *
 * <p>State of November 2026: releases 1.10 to 29. Keys of {@link EngineOption} are known without standing here.
 */
final class DaemonKeys {
    private static final Map<String, String> FLAGS_BY_KEY = flagsByKey();

    private static final Set<String> PROXIES = Set.of("http-proxy", "https-proxy", "no-proxy");

    private DaemonKeys() {}

    private static Map<String, String> flagsByKey() {
        return Map.ofEntries(
                Map.entry("allow-direct-routing", "allow-direct-routing"),
                Map.entry("api-cors-header", "api-cors-header"),
                Map.entry("apparmor-profile", "apparmor-profile"),
                Map.entry("bip", "bip"),
                Map.entry("bip6", "bip6"),
                Map.entry("bridge-accept-fwmark", "bridge-accept-fwmark"),
                Map.entry("builder", "builder"),
                Map.entry("cdi-spec-dirs", "cdi-spec-dir"),
                Map.entry("cluster-advertise", "cluster-advertise"),
                Map.entry("cluster-store", "cluster-store"),
                Map.entry("cluster-store-opts", "cluster-store-opt"),
                Map.entry("containerd", "containerd"),
                Map.entry("containerd-namespace", "containerd-namespace"),
                Map.entry("containerd-plugin-namespace", "containerd-plugin-namespace"),
                Map.entry("containerd-plugins-namespace", "containerd-plugins-namespace"),
                Map.entry("content-trust", "content-trust"),
                Map.entry("cpu-rt-period", "cpu-rt-period"),
                Map.entry("cpu-rt-runtime", "cpu-rt-runtime"),
                Map.entry("cri-containerd", "cri-containerd"),
                Map.entry("default-address-pools", "default-address-pool"),
                Map.entry("default-gateway", "default-gateway"),
                Map.entry("default-gateway-v6", "default-gateway-v6"),
                Map.entry("default-init", "default-init"),
                Map.entry("default-shm-size", "default-shm-size"),
                Map.entry("deprecated-key-path", "deprecated-key-path"),
                Map.entry("disable-legacy-registry", "disable-legacy-registry"),
                Map.entry("dns", "dns"),
                Map.entry("dns-opts", "dns-opt"),
                Map.entry("dns-search", "dns-search"),
                Map.entry("exec-root", "exec-root"),
                Map.entry("firewall-backend", "firewall-backend"),
                Map.entry("fixed-cidr", "fixed-cidr"),
                Map.entry("fixed-cidr-v6", "fixed-cidr-v6"),
                Map.entry("graph", "graph"),
                Map.entry("host-gateway-ip", "host-gateway-ip"),
                Map.entry("host-gateway-ips", "host-gateway-ip"),
                Map.entry("http-proxy", "http-proxy"),
                Map.entry("https-proxy", "https-proxy"),
                Map.entry("init", "init"),
                Map.entry("init-path", "init-path"),
                Map.entry("ip-forward", "ip-forward"),
                Map.entry("ip-forward-no-drop", "ip-forward-no-drop"),
                Map.entry("ip-masq", "ip-masq"),
                Map.entry("log-format", "log-format"),
                Map.entry("max-concurrent-downloads", "max-concurrent-downloads"),
                Map.entry("max-concurrent-uploads", "max-concurrent-uploads"),
                Map.entry("max-download-attempts", "max-download-attempts"),
                Map.entry("min-api-version", "min-api-version"),
                Map.entry("mtu", "mtu"),
                Map.entry("network-control-plane-mtu", "network-control-plane-mtu"),
                Map.entry("network-diagnostic-port", "network-diagnostic-port"),
                Map.entry("no-proxy", "no-proxy"),
                Map.entry("node-generic-resources", "node-generic-resource"),
                Map.entry("nri-opts", "nri-opts"),
                Map.entry("oom-score-adjust", "oom-score-adjust"),
                Map.entry("pidfile", "pidfile"),
                Map.entry("proxies", "proxies"),
                Map.entry("raw-logs", "raw-logs"),
                Map.entry("resolv-conf", "resolv-conf"),
                Map.entry("shutdown-timeout", "shutdown-timeout"),
                Map.entry("swarm-default-advertise-addr", "swarm-default-advertise-addr"),
                Map.entry("swarm-raft-election-tick", "swarm-raft-election-tick"),
                Map.entry("swarm-raft-heartbeat-tick", "swarm-raft-heartbeat-tick"),
                Map.entry("tlscacert", "tlscacert"),
                Map.entry("tlscert", "tlscert"),
                Map.entry("tlskey", "tlskey"),
                Map.entry("userland-proxy-path", "userland-proxy-path"));
    }

    static boolean isFlag(String name) {
        return FLAGS_BY_KEY.containsValue(name);
    }

    /** {@return whether some version takes the key at the top of the file} */
    static boolean isKnown(String key) {
        return flag(key).isPresent();
    }

    /** {@return whether the key is one of those within {@code proxies}} */
    static boolean isProxy(String key) {
        return PROXIES.contains(key);
    }

    /** {@return the flag that sets the same as the key} */
    static Optional<String> flag(String key) {
        for (EngineOption<?> option : EngineOption.all()) {
            if (option.path().get(0).equals(key)) {
                return Optional.of(option.flag());
            }
        }
        return Optional.ofNullable(FLAGS_BY_KEY.get(key));
    }
}
