package dev.tallyclerk.hardening.container.internal.rules;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** What to write in documents other than those of an engine, in the words of each format. */
final class Remedies {
    /** The number of characters of an id, such as {@code RUN-001}. */
    private static final int ID = 7;

    private static final Map<String, Map<String, String>> BY_RULE = new HashMap<>();

    static {
        add("kubernetes-workload", """
                RUN-001 Remove privileged: true from the securityContext of the container. If the application needs one
                capability, name it in capabilities.add; if it needs a device, use a device plugin.
                RUN-002 Remove the hostPath volume of the socket and its volumeMounts. A program that must know of pods
                asks the API server, with a ServiceAccount of its own.
                RUN-003 Mount only the subfolder that the application needs, or use an emptyDir or a
                PersistentVolumeClaim instead of the hostPath.
                RUN-004 Remove hostNetwork: true from the pod, and offer its ports with a Service.
                RUN-005 Remove hostPID: true from the pod. To see the processes of another container of the same pod,
                set shareProcessNamespace: true.
                RUN-006 Remove hostIPC: true from the pod. The containers of a pod share an IPC namespace without it.
                RUN-012 Remove the capability from securityContext.capabilities.add, or run the code that needs it in a
                pod of its own.
                RUN-013 Set securityContext.capabilities.drop to ["ALL"] for each container, and name in
                capabilities.add what the application fails without.
                RUN-014 Set securityContext.capabilities.drop to ["ALL"] or ["NET_RAW"] for each container.
                RUN-015 Set securityContext.seccompProfile.type to RuntimeDefault, for the pod or for each container,
                and remove Unconfined. A privileged container has no profile: remove privileged: true.
                RUN-016 Write a profile that starts from the runtime's default and adds only the call that is needed,
                or set securityContext.seccompProfile.type to RuntimeDefault.
                RUN-017 Set securityContext.appArmorProfile.type to RuntimeDefault and remove Unconfined; before
                Kubernetes 1.30, in the annotation container.apparmor.security.beta.kubernetes.io/NAME. A Localhost
                profile must not allow more than the runtime's own.
                RUN-019 Set securityContext.allowPrivilegeEscalation to false for each container.
                RUN-020 Remove securityContext.procMount: Unmasked, or set hostUsers: false for the pod.
                RUN-021 Set securityContext.readOnlyRootFilesystem to true for each container, and mount an emptyDir
                for each path that the application writes to.
                RUN-023 Set readOnly: true in the volumeMounts of the container, or use a PersistentVolumeClaim instead
                of the hostPath. If it must be writable, list it in the policy.
                RUN-024 Remove the hostPath volume. Take configuration from a ConfigMap, secrets from a Secret and data
                from a PersistentVolumeClaim.
                RUN-025 Remove mountPropagation: Bidirectional from volumeMounts, or set HostToContainer if mounts of
                the node must appear in the container.
                RUN-028 Check that the container needs it, and set resources.limits to one device instead of several.
                RUN-029 Set resources.limits.memory for each container.
                RUN-031 Set resources.requests.cpu for each container, which is its weight, or resources.limits.cpu.
                RUN-036 Remove hostPort, or set it to 1024 or above; better offer the port with a Service.
                RUN-040 Remove the SSH server. Use kubectl exec, which the API server can log and forbid.
                RUN-043 Set securityContext.runAsNonRoot to true and runAsUser to a number other than 0, for the pod or
                for each container.
                RUN-045 Set livenessProbe or readinessProbe for each container.
                RUN-047 Put the value into a Secret, and name that in valueFrom.secretKeyRef or mount it as a volume.
                Treat the secret that was found as public, and replace it.
                RUN-049 Set image to NAME@sha256:DIGEST, or at least to a tag with a version.
                RUN-050 Copy the image to a registry of your own and name that in image, or add its registry to the
                policy.
                """);
        add("compose-service", """
                RUN-001 Remove privileged: true. If the application needs one capability or one device, list it under
                cap_add or devices.
                RUN-002 Remove the socket from volumes, and use_api_socket. If a program must list or start containers,
                put a proxy in between that passes only the calls it needs. If DOCKER_HOST under environment names the
                engine, let that engine demand a client certificate.
                RUN-003 Name under volumes only the subfolder that the application needs.
                RUN-004 Remove network_mode: host, and list under ports what others must reach.
                RUN-005 Remove pid: host.
                RUN-006 Remove ipc: host. Services that work together can share one with ipc: service:NAME.
                RUN-007 Remove uts: host; set a name with hostname.
                RUN-008 Remove userns_mode: host. If it was set because of file ownership, change the owners to the
                remapped ids.
                RUN-009 Set cgroup: private.
                RUN-010 Remove pid and ipc that name another service or container, and let both communicate over a
                network, or a socket in a volume.
                RUN-011 Set cap_drop: [ALL] and list under cap_add only what the application fails without. If that
                exceeds the default set, allow it by name in the policy.
                RUN-012 Remove the capability from cap_add, or run the code that needs it in a service of its own.
                RUN-013 Set cap_drop: [ALL], and list under cap_add what the application fails without.
                RUN-014 Add NET_RAW or ALL to cap_drop.
                RUN-015 Remove seccomp=unconfined from security_opt, and "seccomp-profile": "unconfined" from
                daemon.json. If a program needs a call that the engine's profile blocks, write a profile that adds only
                this call, and name its file there: seccomp=FILE.
                RUN-016 Let the profile in security_opt start from the engine's default, and remove calls or add only
                the one that is needed.
                RUN-017 Remove apparmor=unconfined from security_opt so that docker-default applies, or name a profile
                there that is loaded on the host and allows no more.
                RUN-018 Remove label:disable, or a type such as spc_t, from security_opt. Mount shared files with :z or
                :Z.
                RUN-019 Add no-new-privileges:true to security_opt.
                RUN-020 Remove systempaths=unconfined or writable-cgroups from security_opt.
                RUN-021 Set read_only: true, and list each path that the application writes to under tmpfs or volumes.
                RUN-022 Omit exec, suid and dev from the options under tmpfs: /tmp:rw,noexec,nosuid,nodev,size=64m.
                RUN-023 Add :ro to the entry under volumes, or read_only: true in the long form, or use a named volume.
                If it must be writable, list it in the policy.
                RUN-024 Name under volumes only the file that is needed, with :ro, from a folder made for it; take
                configuration from configs and secrets.
                RUN-025 Remove shared and rshared from the entry under volumes, or bind.propagation; rprivate is the
                default.
                RUN-026 Remove the entry from devices or device_cgroup_rules, or name only the device that is needed,
                read-only, as in /dev/ttyUSB0:/dev/ttyUSB0:r.
                RUN-027 Name one device by major and minor number under device_cgroup_rules, as in c 188:0 rw, and omit
                whichever of r, w and m is not needed.
                RUN-028 Check that the service needs it, and name one of device_ids under gpus or
                deploy.resources.reservations.devices instead of all.
                RUN-029 Set mem_limit, or deploy.resources.limits.memory, to the most that the application needs.
                RUN-030 Set memswap_limit to the value of mem_limit, which allows no swap, or to a little more.
                RUN-031 Set cpus, cpuset, cpu_shares or deploy.resources.limits.cpus.
                RUN-032 Set pids_limit, or deploy.resources.limits.pids, for example to 100.
                RUN-033 Set ulimits, for example nofile with soft: 1024 and hard: 2048.
                RUN-034 Remove oom_kill_disable and a negative oom_score_adj, and set mem_limit.
                RUN-035 Set restart: on-failure:5, or deploy.restart_policy with max_attempts, and let external
                monitoring report the failure.
                RUN-036 Publish the service on port 1024 or above under ports, behind a proxy, or allow the port in the
                policy.
                RUN-037 Name the address under ports, as in 127.0.0.1:8080:80, or set host_ip in the long form.
                RUN-038 Remove the entry from ports, or list the port in the policy.
                RUN-040 Remove the SSH server. Use docker compose exec, which the engine can log and forbid.
                RUN-041 Remove network_mode: bridge, so that Compose makes a network for the project.
                RUN-042 Remove links and external_links: services find each other by name in the project's network.
                RUN-043 Set user: "10001:10001", or set the account in the image with USER.
                RUN-044 Remove group_add, and give the process access to the one file or socket instead.
                RUN-045 Set healthcheck.test, or HEALTHCHECK in the image.
                RUN-046 Remove healthcheck.disable, a test of NONE, or HEALTHCHECK NONE from the image.
                RUN-047 List the secret under secrets, from a file or the environment, and let the program read it
                below /run/secrets, for example named by a *_FILE variable. Treat the secret that was found as public,
                and replace it.
                RUN-048 Remove cgroup_parent, or allow the cgroup in the policy.
                RUN-049 Set image to NAME@sha256:DIGEST, or at least to a tag with a version.
                RUN-050 Copy the image to a registry of your own and name that in image, or add its registry to the
                policy.
                RUN-051 Remove logging.driver: none; use the engine's driver, or one that sends logs to a central
                place.
                RUN-052 Set max-size: 10m and max-file: "3" under logging.options, or logging.driver: local.
                RUN-053 Remove runtime, or allow the runtime in the policy.
                RUN-054 Remove the parameter from sysctls. Those that only tune the container's own sockets and shared
                memory can stay.
                RUN-056 Remove privileged: true from post_start and pre_stop.
                RUN-057 Set user in post_start and pre_stop to the account of the service.
                """);
        add("swarm-service", """
                RUN-002 Run docker service update --mount-rm TARGET. If a program must list or start containers, put a
                proxy in between that passes only the calls it needs. Remove DOCKER_HOST with --env-rm, or let that
                engine demand a client certificate.
                RUN-003 Run docker service update with --mount-rm TARGET, and --mount-add for the subfolder that the
                application needs.
                RUN-004 Run docker service update --network-rm host, and publish with --publish-add what others must
                reach.
                RUN-011 Run docker service update with --cap-drop ALL, and --cap-add for what the application fails
                without. If that exceeds the default set, allow it by name in the policy.
                RUN-012 Run docker service update --cap-drop NAME, which takes the capability away again, or run the
                code that needs it outside the swarm.
                RUN-013 Run docker service update with --cap-drop ALL, and --cap-add for what the application fails
                without.
                RUN-014 Run docker service update --cap-drop NET_RAW, or --cap-drop ALL.
                RUN-015 Set Privileges.Seccomp.Mode of the service's ContainerSpec to default, and remove
                "seccomp-profile": "unconfined" from daemon.json of the nodes.
                RUN-016 Let Privileges.Seccomp.Profile of the service's ContainerSpec start from the engine's default,
                and remove calls or add only the one that is needed.
                RUN-017 Set Privileges.AppArmor.Mode of the service's ContainerSpec to default.
                RUN-018 Remove Disable, or a Type such as spc_t, from Privileges.SELinuxContext of the service's
                ContainerSpec.
                RUN-019 Set Privileges.NoNewPrivileges of the service's ContainerSpec to true, or no-new-privileges in
                daemon.json of the nodes.
                RUN-021 Run docker service update with --read-only, and --mount-add type=tmpfs or volume for each path
                that the application writes to.
                RUN-022 Remove exec, suid and dev from TmpfsOptions of the service's mounts.
                RUN-023 Run docker service update with --mount-rm TARGET and --mount-add with readonly, or use a
                volume. If it must be writable, list it in the policy.
                RUN-024 Run docker service update with --mount-rm TARGET, and give the file with --config-add or
                --secret-add.
                RUN-025 Run docker service update with --mount-rm TARGET, and --mount-add without bind-propagation.
                RUN-028 Check that the service needs it, and reserve one with --generic-resource instead of several.
                RUN-029 Run docker service update --limit-memory with the most that the application needs.
                RUN-031 Run docker service update --limit-cpu.
                RUN-032 Run docker service update --limit-pids, for example with 100.
                RUN-033 Run docker service update --ulimit-add, for example with nofile=1024:2048, or set
                default-ulimits in daemon.json of the nodes.
                RUN-034 Set OomScoreAdj of the service's ContainerSpec to 0, and limit the memory with --limit-memory.
                RUN-035 Run docker service update with --restart-condition on-failure and --restart-max-attempts 5.
                RUN-036 Run docker service update with --publish-rm and --publish-add for a port of 1024 or above, or
                allow the port in the policy.
                RUN-037 A service cannot name the address of a port. Remove the port with docker service update
                --publish-rm, put a proxy in front that listens on one address, or close the port in the firewall of
                every node.
                RUN-038 Run docker service update --publish-rm PORT, or list the port in the policy.
                RUN-040 Remove the SSH server. Use docker exec on the node, which the engine can log and forbid.
                RUN-041 Run docker service update --network-add with an overlay network of the services that work
                together.
                RUN-043 Run docker service update --user 10001:10001, or set the account in the image with USER.
                RUN-044 Run docker service update --group-rm, and give the process access to the one file instead.
                RUN-045 Run docker service update --health-cmd, or set HEALTHCHECK in the image.
                RUN-046 Run docker service update --health-cmd with a test in place of --no-healthcheck, or remove
                HEALTHCHECK NONE from the image.
                RUN-047 Run docker secret create and docker service update --secret-add, let the program read the file
                below /run/secrets, and remove the variable with --env-rm. Treat the secret that was found as public,
                and replace it.
                RUN-049 Run docker service update --image NAME@sha256:DIGEST. The client resolves a tag to a digest
                unless --no-resolve-image is given.
                RUN-050 Copy the image to a registry of your own and run docker service update --image with that name,
                or add its registry to the policy.
                RUN-051 Run docker service update --log-driver with the engine's driver, or one that sends logs to a
                central place.
                RUN-052 Run docker service update with --log-opt max-size=10m --log-opt max-file=3, or
                --log-driver local.
                RUN-054 Run docker service update --sysctl-rm. Parameters that only tune the container's own sockets
                and shared memory can stay.
                """);
    }

    private Remedies() {}

    private static void add(String kind, String text) {
        for (String remedy : text.strip().split("\n(?=RUN-)", -1)) {
            BY_RULE.computeIfAbsent(remedy.substring(0, ID), id -> new TreeMap<>())
                    .put(kind, remedy.substring(ID + 1).replace('\n', ' '));
        }
    }

    /** {@return the remedies of a rule by kind of subject; none if the rule's own words are right for all} */
    static Map<String, String> of(String rule) {
        return BY_RULE.getOrDefault(rule, Map.of());
    }
}
