package dev.tallyclerk.hardening.compose;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.compose.Item.Members;
import dev.tallyclerk.hardening.compose.Item.Text;
import dev.tallyclerk.hardening.document.DocumentValue;
import dev.tallyclerk.internal.text.Words;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What {@code docker stack deploy} of Docker 20.10 and later ignores in services, and what it refuses. */
final class StackKeys {
    private static final Set<String> IGNORED = Words.set("""
            build cgroup_parent container_name devices domainname expose external_links ipc links mac_address
            network_mode pid privileged restart security_opt shm_size userns_mode
            """);

    private static final Set<String> REFUSED = Words.set("""
            cpu_quota cpu_shares cpuset extends mem_limit memswap_limit volume_driver volumes_from
            """);

    /** These protect or expose nothing, so that a note on them would only distract. */
    private static final Set<String> HARMLESS = Words.set("build container_name expose");

    private StackKeys() {}

    /** {@return the keys of a file that stop a deployment} */
    static List<KnownKeys.Oddity> refused(Members file) {
        List<KnownKeys.Oddity> refused = new ArrayList<>();
        services(file).forEach((name, value) -> {
            if (value instanceof Members service) {
                service.members().forEach((key, item) -> {
                    if (REFUSED.contains(key)) {
                        Location at = service.origin().keyLocation(key).orElseGet(item::at);
                        refused.add(new KnownKeys.Oddity(name, "docker stack deploy refuses the key " + key, at));
                    }
                });
            }
        });
        return refused;
    }

    /** {@return the keys of a project that have no effect and are missed, such as {@code web.security_opt}} */
    static List<String> ignored(Members model) {
        List<String> ignored = new ArrayList<>();
        services(model).forEach((name, value) -> {
            if (value instanceof Members service) {
                service.members().keySet().stream()
                        .filter(key -> IGNORED.contains(key) && !HARMLESS.contains(key))
                        .forEach(key -> ignored.add(name + "." + key));
            }
        });
        return ignored;
    }

    /** {@return the project as a swarm runs it} */
    static Members applied(Members model) {
        Map<String, Item> services = new LinkedHashMap<>();
        services(model)
                .forEach((name, value) ->
                        services.put(name, value instanceof Members service ? appliedTo(service) : value));
        return model.mapping("services")
                .map(section -> model.with("services", new Members(section.origin(), services)))
                .orElse(model);
    }

    private static Members appliedTo(Members service) {
        Members applied = service;
        for (String key : IGNORED) {
            applied = applied.without(key);
        }
        // A swarm restarts every task that ends, unless deploy says otherwise.
        return service.get("deploy", "restart_policy").isPresent()
                ? applied
                : applied.with(
                        "restart",
                        new Text(
                                service.origin(),
                                DocumentValue.Type.TEXT,
                                "always",
                                Interpolator.Result.literal("always")));
    }

    private static Map<String, Item> services(Members file) {
        return file.mapping("services").map(Members::members).orElse(Map.of());
    }
}
