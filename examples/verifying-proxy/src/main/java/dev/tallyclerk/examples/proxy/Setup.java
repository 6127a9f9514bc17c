package dev.tallyclerk.examples.proxy;

import dev.tallyclerk.registry.proxy.Upstream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/**
 * What a configuration leads to, before anything is written or listened at: so a check finds what would keep the
 * program from starting.
 *
 * @param upstreams in the order of the configuration
 * @param policies of all of them
 * @param tls what is presented to clients, if HTTPS is served
 */
record Setup(List<Upstream> upstreams, Policies policies, Optional<SSLContext> tls) {
    static Setup of(
            ProxyConfig config,
            Map<String, String> environment,
            ExecutorService threads,
            Clock clock,
            Consumer<String> log)
            throws ConfigException {
        requireWritable(config.place(), "cache", config.folder());
        if (config.log().isPresent()) {
            requireWritable(config.place(), "log", config.log().get());
        }
        Registries registries = new Registries(environment, clock);
        List<Upstream> upstreams = upstreams(config, registries);
        Policies policies = new Policies(config, registries, threads, clock, log);
        Optional<SSLContext> tls = config.tls().isEmpty()
                ? Optional.empty()
                : Optional.of(Certificates.serving(config.tls().get()));
        return new Setup(upstreams, policies, tls);
    }

    private static List<Upstream> upstreams(ProxyConfig config, Registries registries) throws ConfigException {
        List<Upstream> upstreams = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Set<String> prefixes = new HashSet<>();
        for (ProxyConfig.Registry registry : config.upstreams()) {
            Upstream upstream = registries.upstream(registry);
            if (!names.add(upstream.registry())) {
                throw registry.place().error("registry", "is there a second time; write each registry once");
            }
            if (!prefixes.add(registry.prefix().orElse(upstream.registry()))) {
                throw registry.place().error("prefix", "is there a second time; write another one");
            }
            upstreams.add(upstream);
        }
        return upstreams;
    }

    private static void requireWritable(Section place, String key, Path file) throws ConfigException {
        Path there = file.toAbsolutePath();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        boolean isFolder = key.equals("cache") || !there.equals(file.toAbsolutePath());
        if (Files.isDirectory(there) != isFolder || !Files.isWritable(there)) {
            throw place.error(key, "names " + file + ", which cannot be written");
        }
    }
}
