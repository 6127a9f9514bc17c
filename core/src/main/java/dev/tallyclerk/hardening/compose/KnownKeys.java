package dev.tallyclerk.hardening.compose;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.compose.Item.Items;
import dev.tallyclerk.hardening.compose.Item.Members;
import dev.tallyclerk.internal.text.Suggestion;
import dev.tallyclerk.internal.text.Words;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The keys of the Compose specification; keys that begin with {@code x-} are free. */
final class KnownKeys {
    private static final String RESOURCE = " name external labels";

    private static final Set<String> TELLING = Words.set("""
            build cap_add cap_drop command container_name depends_on deploy devices entrypoint env_file environment
            expose extends extra_hosts healthcheck image ipc mem_limit network_mode networks pid ports privileged
            profiles provider read_only restart security_opt tmpfs ulimits user userns_mode volumes
            """);

    /** The keys at a path, in which a star stands for any name or position. */
    private static final Map<String, Set<String>> AT = new HashMap<>();

    static {
        put("", "version name include services networks volumes secrets configs models");
        put("services.*", """
                annotations attach blkio_config build cap_add cap_drop cgroup cgroup_parent command configs
                container_name cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus
                cpuset credential_spec depends_on deploy develop device_cgroup_rules devices dns dns_opt dns_search
                domainname entrypoint env_file environment expose extends external_links extra_hosts gpus group_add
                healthcheck hostname image init ipc isolation label_file labels links logging mac_address mem_limit
                mem_reservation mem_swappiness memswap_limit models network_mode networks oom_kill_disable
                oom_score_adj pid pids_limit platform ports post_start pre_stop privileged profiles provider
                pull_policy pull_refresh_after read_only restart runtime scale secrets security_opt shm_size stdin_open
                stop_grace_period stop_signal storage_opt sysctls tmpfs tty ulimits use_api_socket user userns_mode uts
                volumes volumes_from working_dir
                """);
        put("services.*.build", """
                additional_contexts args cache_from cache_to context dockerfile dockerfile_inline entitlements
                extra_hosts isolation labels network no_cache no_cache_filter platforms privileged provenance pull sbom
                secrets shm_size ssh tags target ulimits
                """);
        put("services.*.healthcheck", "disable interval retries start_interval start_period test timeout");
        put("services.*.logging", "driver options");
        put("services.*.deploy", """
                endpoint_mode labels mode placement replicas resources restart_policy rollback_config update_config
                """);
        put("services.*.deploy.resources", "limits reservations");
        put("services.*.deploy.resources.limits", "cpus memory pids");
        put("services.*.deploy.resources.reservations", "cpus devices generic_resources memory");
        put("services.*.deploy.restart_policy", "condition delay max_attempts window");
        put("services.*.extends", "file service");
        put("services.*.ports.*", "app_protocol host_ip mode name protocol published target");
        put("services.*.volumes.*", "bind consistency image read_only source target tmpfs type volume");
        put("services.*.volumes.*.bind", "create_host_path propagation recursive selinux");
        put("services.*.volumes.*.tmpfs", "mode size");
        put("services.*.secrets.*", "gid mode source target uid");
        put("services.*.configs.*", "gid mode source target uid");
        put("services.*.env_file.*", "format path required");
        put("networks.*", "attachable driver driver_opts enable_ipv4 enable_ipv6 internal ipam" + RESOURCE);
        put("volumes.*", "driver driver_opts" + RESOURCE);
        put("secrets.*", "driver driver_opts environment file template_driver" + RESOURCE);
        put("configs.*", "content environment file template_driver" + RESOURCE);
        put("include.*", "env_file path project_directory");
    }

    private KnownKeys() {}

    private static void put(String path, String names) {
        AT.put(path, Words.set(names));
    }

    /**
     * A key that Compose does not know, or ignores.
     *
     * @param service the service that has it, or empty
     * @param what what is wrong, for people
     * @param at where it is
     */
    record Oddity(String service, String what, Location at) {}

    /** {@return whether services have such a key, and other documents with services rarely do} */
    static boolean isOfService(String key) {
        return TELLING.contains(key);
    }

    /** {@return the odd keys of a file} */
    static List<Oddity> odd(Members file) {
        List<Oddity> odd = new ArrayList<>();
        file.origin()
                .keyLocation("version")
                .ifPresent(at -> odd.add(new Oddity("", "the key version is obsolete and ignored", at)));
        collect(file, "", "", odd);
        return odd;
    }

    private static void collect(Members mapping, String path, String service, List<Oddity> odd) {
        Set<String> known = AT.get(path);
        mapping.members().forEach((name, value) -> {
            boolean isFree = name.startsWith("x-");
            if (known != null && !isFree && !known.contains(name)) {
                Location at = mapping.origin().keyLocation(name).orElse(value.at());
                odd.add(new Oddity(service, unknown(name, path, known), at));
                return;
            }
            boolean isNamed = AT.containsKey(path.isEmpty() ? "*" : path + ".*") && known == null;
            String below = path.isEmpty() ? name : path + "." + (isNamed ? "*" : name);
            String owner = path.equals("services") ? name : service;
            if (!isFree && value instanceof Members members) {
                collect(members, below, owner, odd);
            } else if (!isFree && value instanceof Items items && AT.containsKey(below + ".*")) {
                for (Item element : items.elements()) {
                    if (element instanceof Members members) {
                        collect(members, below + ".*", owner, odd);
                    }
                }
            }
        });
    }

    private static String unknown(String name, String path, Set<String> known) {
        Optional<String> similar = Optional.ofNullable(Suggestion.of(name, known));
        return "the key " + name + " is not one of " + (path.isEmpty() ? "the Compose specification" : path)
                + similar.map(other -> "; did you mean " + other + "?").orElse("");
    }
}
