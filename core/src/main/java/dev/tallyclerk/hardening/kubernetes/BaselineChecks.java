package dev.tallyclerk.hardening.kubernetes;

import static dev.tallyclerk.hardening.kubernetes.PodContainer.CONTEXT;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.document.DocumentValue;
import dev.tallyclerk.hardening.kubernetes.PodSecurityCheck.Report;
import dev.tallyclerk.internal.text.Words;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The checks of the level baseline, by the names and versions of Kubernetes. */
final class BaselineChecks {
    static final String HOST_PATH_VOLUMES = "hostPathVolumes";
    static final String CAPABILITIES = "capabilities_baseline";
    static final String SECCOMP = "seccompProfile_baseline";
    static final String PROC_MOUNT = "procMount";

    static final Set<String> ALLOWED_CAPABILITIES = Words.set("""
            AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID
            SYS_CHROOT
            """);

    private static final String POD_SECCOMP = "seccomp.security.alpha.kubernetes.io/pod";
    private static final String CONTAINER_SECCOMP = "container.seccomp.security.alpha.kubernetes.io/";

    /** The version from which the field of seccomp counts, and its annotations do not. */
    private static final int SECCOMP_FIELD = 19;

    /** The version from which a user namespace of its own relaxes what a pod may do. */
    static final int USER_NAMESPACES = 35;

    private static final Map<Integer, Set<String>> SYSCTLS = Map.of(
            0,
            Words.set("""
                    kernel.shm_rmid_forced net.ipv4.ip_local_port_range net.ipv4.ip_unprivileged_port_start
                    net.ipv4.ping_group_range net.ipv4.tcp_syncookies
                    """),
            27,
            Words.set("net.ipv4.ip_local_reserved_ports"),
            29,
            Words.set("""
                    net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_intvl net.ipv4.tcp_keepalive_probes
                    net.ipv4.tcp_keepalive_time
                    """),
            32,
            Words.set("net.ipv4.tcp_rmem net.ipv4.tcp_wmem"),
            37,
            Words.set("net.ipv4.tcp_notsent_lowat net.ipv4.tcp_slow_start_after_idle"));

    private static final List<PodSecurityCheck> ALL = List.of(
            PodSecurityCheck.of("appArmorProfile", 0, (pod, version, report) -> appArmor(pod, report)),
            PodSecurityCheck.of(CAPABILITIES, 0, (pod, version, report) -> capabilities(pod, report)),
            PodSecurityCheck.of("hostNamespaces", 0, (pod, version, report) -> hostNamespaces(pod, report)),
            PodSecurityCheck.of(HOST_PATH_VOLUMES, 0, (pod, version, report) -> hostPaths(pod, report)),
            PodSecurityCheck.of("hostPorts", 0, (pod, version, report) -> hostPorts(pod, report)),
            PodSecurityCheck.of("hostProbesAndHostLifecycle", 34, (pod, version, report) -> probeHosts(pod, report)),
            PodSecurityCheck.of(
                    "privileged",
                    0,
                    (pod, version, report) -> pod.containers()
                            .forEach(container -> report.refuse(container.privileged(), value -> value, "privileged"))),
            PodSecurityCheck.of(PROC_MOUNT, 0, BaselineChecks::procMount),
            PodSecurityCheck.of(SECCOMP, 0, BaselineChecks::seccomp),
            PodSecurityCheck.of("seLinuxOptions", 0, BaselineChecks::seLinux),
            PodSecurityCheck.of("sysctls", 0, BaselineChecks::sysctls),
            PodSecurityCheck.of("windowsHostProcess", 0, (pod, version, report) -> hostProcess(pod, report)));

    private BaselineChecks() {}

    static List<PodSecurityCheck> all() {
        return ALL;
    }

    private static void appArmor(Pod pod, Report report) {
        pod.annotations().forEach((name, value) -> {
            if (name.startsWith(PodSettings.APP_ARMOR_ANNOTATION) && !PodSettings.isAppArmorAnnotation(value)) {
                report.add(value.location(), "the annotation of AppArmor names no profile");
            }
        });
        inPodAndContainers(
                pod,
                value -> report.refuse(
                        value.text(CONTEXT, "appArmorProfile", "type"),
                        type -> !PodContainer.isProfile(type),
                        "appArmorProfile.type"));
    }

    /** Does something with the pod and each container, whose security contexts have members of the same name. */
    static void inPodAndContainers(Pod pod, Consumer<DocumentValue> action) {
        action.accept(pod.spec());
        pod.containers().forEach(container -> action.accept(container.value()));
    }

    static void capabilities(Pod pod, Report report) {
        for (PodContainer container : pod.containers()) {
            eachCapability(container.capabilitiesAdded(), ALLOWED_CAPABILITIES, report);
        }
    }

    static void eachCapability(Fact<List<String>> added, Set<String> allowed, Report report) {
        if (added instanceof Fact.Known<List<String>> known) {
            for (int i = 0; i < known.value().size(); i++) {
                String name = known.value().get(i);
                if (!allowed.contains(name)) {
                    report.add(known.at().child(Integer.toString(i)), "capabilities.add must not have " + name);
                }
            }
        } else {
            report.refuse(added, names -> false, "capabilities.add");
        }
    }

    private static void hostNamespaces(Pod pod, Report report) {
        for (String name : List.of("hostNetwork", "hostPID", "hostIPC")) {
            report.refuse(pod.flag(false, name), value -> value, name);
        }
    }

    static void hostPaths(Pod pod, Report report) {
        readable(pod, report, "volumes");
        for (DocumentValue volume : pod.hostPathVolumes()) {
            report.add(Values.place(volume, "hostPath"), "a volume is a path of the host");
        }
    }

    static void readable(Pod pod, Report report, String member) {
        report.refuse(pod.spec().elements(member), list -> false, member);
    }

    static void hostPorts(Pod pod, Report report) {
        for (PodContainer container : pod.containers()) {
            container
                    .hostPorts()
                    .fold(
                            (ports, at) -> {
                                ports.forEach(
                                        port -> report.add(port.at(), "hostPort must not be " + port.firstHostPort()));
                                return true;
                            },
                            assumed -> true,
                            missing -> {
                                report.refuse(container.hostPorts(), ports -> false, "hostPort");
                                return true;
                            });
        }
    }

    static void probeHosts(Pod pod, Report report) {
        for (PodContainer container : pod.containers()) {
            for (String[] handler : List.of(
                    new String[] {"livenessProbe"},
                    new String[] {"readinessProbe"},
                    new String[] {"startupProbe"},
                    new String[] {"lifecycle", "postStart"},
                    new String[] {"lifecycle", "preStop"})) {
                for (String kind : List.of("httpGet", "tcpSocket")) {
                    List<String> path = new ArrayList<>(List.of(handler));
                    path.add(kind);
                    path.add("host");
                    report.refuse(
                            container.value().text(path.toArray(String[]::new)),
                            host -> !host.isEmpty(),
                            String.join(".", path));
                }
            }
        }
    }

    private static void procMount(Pod pod, KubernetesVersion version, Report report) {
        if (!(version.isSince(USER_NAMESPACES) && pod.hasOwnUsers())) {
            anyProcMount(pod, report);
        }
    }

    static void anyProcMount(Pod pod, Report report) {
        for (PodContainer container : pod.containers()) {
            report.refuse(container.procMount(), mount -> !mount.equals("Default"), "procMount");
        }
    }

    private static void seccomp(Pod pod, KubernetesVersion version, Report report) {
        if (version.isSince(SECCOMP_FIELD)) {
            inPodAndContainers(
                    pod,
                    value -> report.refuse(
                            value.text(CONTEXT, "seccompProfile", "type"),
                            type -> !PodContainer.isProfile(type),
                            "seccompProfile.type"));
            return;
        }
        Set<String> names = new HashSet<>(Set.of(POD_SECCOMP));
        pod.containers().forEach(container -> names.add(CONTAINER_SECCOMP + container.name()));
        pod.annotations().forEach((name, value) -> {
            if (names.contains(name) && !isSeccompAnnotation(Values.text(value))) {
                report.add(value.location(), "the annotation of seccomp names no profile");
            }
        });
    }

    private static boolean isSeccompAnnotation(String profile) {
        return profile.equals("runtime/default")
                || profile.equals("docker/default")
                || profile.startsWith("localhost/");
    }

    /** {@return whether an annotation sets a seccomp profile, which does nothing since 1.27} */
    static boolean isOfSeccomp(String annotation) {
        return annotation.equals(POD_SECCOMP) || annotation.startsWith(CONTAINER_SECCOMP);
    }

    static void seLinux(Pod pod, KubernetesVersion version, Report report) {
        Set<String> types = new HashSet<>(Set.of("", "container_t", "container_init_t", "container_kvm_t"));
        if (version.isSince(31)) {
            types.add("container_engine_t");
        }
        inPodAndContainers(pod, value -> {
            report.refuse(
                    value.text(CONTEXT, "seLinuxOptions", "type"),
                    type -> !types.contains(type),
                    "seLinuxOptions.type");
            for (String name : List.of("user", "role")) {
                report.refuse(
                        value.text(CONTEXT, "seLinuxOptions", name), text -> !text.isEmpty(), "seLinuxOptions." + name);
            }
        });
    }

    static void sysctls(Pod pod, KubernetesVersion version, Report report) {
        Set<String> allowed = new HashSet<>();
        SYSCTLS.forEach((since, names) -> {
            if (version.isSince(since)) {
                allowed.addAll(names);
            }
        });
        report.refuse(pod.spec().elements(CONTEXT, "sysctls"), list -> false, "sysctls");
        for (DocumentValue sysctl : Values.elements(pod.spec(), CONTEXT, "sysctls")) {
            report.demand(sysctl.text("name"), name -> !allowed.contains(name), "sysctls.name");
        }
    }

    static void hostProcess(Pod pod, Report report) {
        inPodAndContainers(
                pod,
                value -> report.refuse(
                        value.bool(CONTEXT, "windowsOptions", "hostProcess"),
                        isHosts -> isHosts,
                        "windowsOptions.hostProcess"));
    }
}
