package dev.tallyclerk.hardening.kubernetes;

import static dev.tallyclerk.hardening.kubernetes.Heads.CIS;
import static dev.tallyclerk.hardening.kubernetes.Heads.PSS;
import static dev.tallyclerk.hardening.kubernetes.Heads.info;
import static dev.tallyclerk.hardening.kubernetes.Heads.linux;
import static dev.tallyclerk.hardening.kubernetes.Heads.rule;
import static dev.tallyclerk.hardening.kubernetes.PodContainer.CONTEXT;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.document.DocumentValue;
import dev.tallyclerk.hardening.kubernetes.PodSecurity.Violation;
import dev.tallyclerk.hardening.kubernetes.PodSecurityCheck.Report;
import dev.tallyclerk.internal.text.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** How the processes of a pod are confined. */
final class PodRules {
    private static final Set<String> POD_KEYS = Words.set("""
            appArmorProfile fsGroup fsGroupChangePolicy runAsGroup runAsNonRoot runAsUser seLinuxChangePolicy
            seLinuxOptions seccompProfile supplementalGroups supplementalGroupsPolicy sysctls windowsOptions
            """);
    private static final Set<String> CONTAINER_KEYS = Words.set("""
            allowPrivilegeEscalation appArmorProfile capabilities privileged procMount readOnlyRootFilesystem
            runAsGroup runAsNonRoot runAsUser seLinuxOptions seccompProfile windowsOptions
            """);

    private PodRules() {}

    static List<Rule<KubernetesWorkload>> all() {
        return List.of(
                hostPath(),
                hostPort(),
                capabilities(),
                addedCapabilities(),
                seccomp(),
                seLinux(),
                sysctls(),
                hostProcess(),
                probeHosts(),
                volumes(),
                nonRoot(),
                rootGroup(),
                sharedProcesses(),
                hostUsers(),
                annotation(),
                uselessKeys());
    }

    /** Runs a check of the Pod Security Standards as a rule; what cannot be read is unknown. */
    private static Outcome checked(KubernetesWorkload workload, Consumer<Report> check) {
        List<Violation> violations = new ArrayList<>();
        check.accept(new Report("", violations));
        List<Problem> problems = new ArrayList<>();
        List<MissingValue> unreadable = new ArrayList<>();
        for (Violation violation : violations) {
            if (violation.message().endsWith("cannot be read")) {
                unreadable.add(new MissingValue(MissingValue.Reason.UNREADABLE, violation.message())
                        .withLocation(violation.at()));
            } else {
                problems.add(Problem.at(violation.at(), violation.message()));
            }
        }
        workload.pod().unreadableLists().forEach(list -> unreadable.add(list.why()));
        if (problems.isEmpty() && !unreadable.isEmpty()) {
            return new Outcome.Unknown(unreadable);
        }
        return Outcome.ofProblems(problems.stream().distinct().toList());
    }

    private static Rule<KubernetesWorkload> hostPath() {
        return rule(
                info("K8S-005", Severity.HIGH, Profile.L1, "4.5.5", """
                        A path of the node is a volume
                        A hostPath volume leads out of the pod: a process that can write there changes what the node and its
                        other pods read, and a pod that moves to another node finds something else there.
                        Remedy: Use a PersistentVolumeClaim, a CSI volume or a projected one.
                        """)
                        .reference(PSS, "baseline hostPathVolumes")
                        .reference(CIS, "5.2.11"),
                workload -> checked(workload, report -> BaselineChecks.hostPaths(workload.pod(), report)));
    }

    private static Rule<KubernetesWorkload> hostPort() {
        return rule(
                info("K8S-011", Severity.MEDIUM, Profile.L1, "4.4.2", """
                        A port of the node is used
                        A host port is open on the node's own addresses, past network policies, and ties the pod to one
                        instance a node. In the host's network every port of a container is one.
                        Remedy: Use a Service.
                        """)
                        .reference(PSS, "baseline hostPorts")
                        .reference(CIS, "5.2.12"),
                workload -> checked(workload, report -> BaselineChecks.hostPorts(workload.pod(), report)));
    }

    private static Rule<KubernetesWorkload> capabilities() {
        return rule(
                info("K8S-013", Severity.HIGH, Profile.L1, "4.4.3", """
                        Capabilities beyond the baseline are added
                        The baseline admits the capabilities that runtimes give by default, without NET_RAW. Each
                        further one removes part of the isolation from the node.
                        Remedy: Drop ALL, then add only what the application fails without. Names are compared as
                        written: CAP_CHOWN is not CHOWN.
                        """).reference(PSS, "baseline capabilities"),
                workload -> checked(workload, report -> BaselineChecks.capabilities(workload.pod(), report)));
    }

    private static Rule<KubernetesWorkload> addedCapabilities() {
        return linux(
                info("K8S-017", Severity.MEDIUM, Profile.STRICT, "4.4.3", """
                        A capability other than NET_BIND_SERVICE is added
                        A program that drops all capabilities needs at most the one for ports below 1024.
                        Remedy: Listen on a port from 1024 on, or set the sysctl net.ipv4.ip_unprivileged_port_start.
                        """)
                        .reference(PSS, "restricted capabilities"),
                workload -> checked(
                        workload,
                        report -> workload.pod()
                                .containers()
                                .forEach(container -> RestrictedChecks.addedCapabilities(container, report))));
    }

    private static Rule<KubernetesWorkload> seccomp() {
        return linux(
                info("K8S-019", Severity.MEDIUM, Profile.L2, "4.4.3", """
                        No seccomp profile is set
                        Without a profile in the manifest the kubelet decides, and its default is none: the processes
                        may then call everything in the kernel.
                        Remedy: Set seccompProfile with type RuntimeDefault once for the pod.
                        """)
                        .reference(PSS, "restricted seccompProfile")
                        .reference(CIS, "5.6.2"),
                workload -> checked(workload, report -> RestrictedChecks.anySeccomp(workload.pod(), report)));
    }

    private static Rule<KubernetesWorkload> seLinux() {
        return rule(
                info("K8S-021", Severity.MEDIUM, Profile.L1, "4.4.3", """
                        SELinux type, user or role is set
                        The type decides what a process may touch; one that is not made for containers may touch the
                        node.
                        Remedy: Remove seLinuxOptions except level.
                        """).reference(PSS, "baseline seLinuxOptions"),
                workload -> checked(
                        workload, report -> BaselineChecks.seLinux(workload.pod(), workload.version(), report)));
    }

    private static Rule<KubernetesWorkload> sysctls() {
        return rule(
                info("K8S-023", Severity.MEDIUM, Profile.L1, "4.4.3", """
                        A kernel parameter outside the safe list is set
                        Safe parameters have a namespace and cannot disturb other pods. Others may change the node, or
                        how it treats the pod's packets.
                        Remedy: Set it on the node, or leave it.
                        """).reference(PSS, "baseline sysctls"),
                workload -> checked(
                        workload, report -> BaselineChecks.sysctls(workload.pod(), workload.version(), report)));
    }

    private static Rule<KubernetesWorkload> hostProcess() {
        return rule(
                info("K8S-024", Severity.CRITICAL, Profile.L1, "4.4.3", """
                        Container of Windows is a process of the host
                        A HostProcess container runs with the rights of the node, without any isolation.
                        Remedy: Remove hostProcess, or keep such pods in a namespace of the administrators.
                        """)
                        .reference(PSS, "baseline windowsHostProcess")
                        .reference(CIS, "5.2.10"),
                workload -> checked(workload, report -> BaselineChecks.hostProcess(workload.pod(), report)));
    }

    private static Rule<KubernetesWorkload> probeHosts() {
        return rule(
                info("K8S-025", Severity.MEDIUM, Profile.L1, "4.3.3", """
                        A probe or hook names another host
                        The kubelet sends probes from the node, past network policies, to whichever host the pod names.
                        Remedy: Remove host: the pod's own address is the default.
                        """)
                        .reference(PSS, "baseline hostProbesAndHostLifecycle"),
                workload -> workload.version().isSince(34)
                        ? checked(workload, report -> BaselineChecks.probeHosts(workload.pod(), report))
                        : Outcome.notApplicable("the standards do not have the check before 1.34"));
    }

    private static Rule<KubernetesWorkload> volumes() {
        return rule(
                info("K8S-026", Severity.LOW, Profile.STRICT, "4.5.5", """
                        A volume has a type outside the restricted list
                        Other types lead to storage by addresses and credentials in the manifest, or to the node.
                        Remedy: Use a PersistentVolumeClaim.
                        """)
                        .reference(PSS, "restricted restrictedVolumes"),
                workload -> checked(workload, report -> RestrictedChecks.volumes(workload.pod(), report)));
    }

    private static Rule<KubernetesWorkload> nonRoot() {
        return rule(
                info("K8S-028", Severity.MEDIUM, Profile.L1, "4.4.3", """
                        Nothing prevents processes of root
                        With runAsNonRoot the kubelet refuses to start an image whose user is root. Without it, the
                        image decides, and may change with its next version.
                        Remedy: Set runAsNonRoot to true for the pod.
                        """)
                        .reference(PSS, "restricted runAsNonRoot")
                        .reference(CIS, "5.2.7"),
                workload -> checked(
                        workload, report -> RestrictedChecks.nonRoot(workload.pod(), workload.version(), report)));
    }

    private static Rule<KubernetesWorkload> rootGroup() {
        return linux(
                info("K8S-030", Severity.LOW, Profile.STRICT, "4.4.3", """
                        The group of root is given
                        Files of images often belong to the group 0, which may then write them.
                        Remedy: Name another group.
                        """),
                workload -> checked(workload, report -> {
                    Pod pod = workload.pod();
                    BaselineChecks.inPodAndContainers(
                            pod,
                            value -> report.refuse(value.integer(CONTEXT, "runAsGroup"), id -> id == 0, "runAsGroup"));
                    report.refuse(pod.spec().integer(CONTEXT, "fsGroup"), id -> id == 0, "fsGroup");
                    for (DocumentValue group : Values.elements(pod.spec(), CONTEXT, "supplementalGroups")) {
                        report.refuse(group.integer(), id -> id == 0, "supplementalGroups");
                    }
                }));
    }

    private static Rule<KubernetesWorkload> sharedProcesses() {
        return rule(
                info("K8S-041", Severity.LOW, Profile.STRICT, "4.4.3", """
                        Containers of the pod see each other's processes
                        In one namespace a container can signal the processes of the others, and read their environment
                        and files through /proc.
                        Remedy: Remove shareProcessNamespace.
                        """),
                workload -> workload.pod()
                        .flag(false, "shareProcessNamespace")
                        .decideAt((isShared, at) ->
                                Outcome.failIf(isShared, at, "the containers share their processes")));
    }

    private static Rule<KubernetesWorkload> hostUsers() {
        return linux(
                info("K8S-042", Severity.LOW, Profile.STRICT, "4.4.3", """
                        Pod is in the user namespace of the node
                        In a user namespace of its own, root of the pod is an unprivileged user of the node, so that
                        an escape gains little.
                        Remedy: Set hostUsers to false where the cluster supports it.
                        """),
                workload -> workload.pod()
                        .hostUsers()
                        .decideAt((isHosts, at) ->
                                Outcome.failIf(isHosts, at, "the pod is in the user namespace of the node")));
    }

    private static Rule<KubernetesWorkload> annotation() {
        return rule(
                info("K8S-046", Severity.MEDIUM, Profile.L1, "4.4.3", """
                        Annotation of seccomp has no effect
                        Since Kubernetes 1.27 the annotations for seccomp profiles do nothing, so that a pod that relies
                        on them has no profile.
                        Remedy: Set seccompProfile in the security context instead.
                        """).reference(PSS, "baseline seccompProfile"),
                PodRules::annotation);
    }

    private static Outcome annotation(KubernetesWorkload workload) {
        Pod pod = workload.pod();
        List<Problem> problems = new ArrayList<>();
        pod.annotations().forEach((name, value) -> {
            if (BaselineChecks.isOfSeccomp(name)) {
                problems.add(
                        Problem.at(value.location(), "this annotation does nothing", Evidence.of("annotation", name)));
            }
        });
        if (problems.isEmpty() || !pod.version().isSince(27)) {
            return Outcome.notApplicable(
                    problems.isEmpty() ? "there is no such annotation" : "annotations count before 1.27");
        }
        boolean isReliedOn = Values.isAbsent(pod.spec().text(CONTEXT, "seccompProfile", "type"))
                && pod.containers().stream().anyMatch(container -> Values.isAbsent(container.seccompType()));
        return isReliedOn ? new Outcome.Fail(problems) : Outcome.pass();
    }

    private static Rule<KubernetesWorkload> uselessKeys() {
        return rule(info("K8S-047", Severity.MEDIUM, Profile.L2, "4.4.3", """
                        Security context has a key that does nothing
                        The API server drops keys that it does not know: those of the other level, in the wrong case, or
                        misspelt. What they should prevent is then allowed.
                        Remedy: Write the key where the API has it, and validate strictly.
                        """), workload -> {
            List<Problem> problems = new ArrayList<>();
            useless(workload.pod().spec(), POD_KEYS, CONTAINER_KEYS, "containers", problems);
            for (PodContainer container : workload.pod().containers()) {
                useless(container.value(), CONTAINER_KEYS, POD_KEYS, "the pod", problems);
            }
            return Outcome.ofProblems(problems);
        });
    }

    private static void useless(
            DocumentValue holder, Set<String> known, Set<String> elsewhere, String where, List<Problem> problems) {
        Map<String, DocumentValue> members = holder.members(CONTEXT)
                .fold((all, at) -> all, Fact.Defaulted::value, missing -> Map.<String, DocumentValue>of());
        members.forEach((name, value) -> {
            if (!known.contains(name)) {
                String why = elsewhere.contains(name) ? "only " + where + " have this key" : "the API has no such key";
                problems.add(Problem.at(
                        holder.member(CONTEXT)
                                .flatMap(context -> context.keyLocation(name))
                                .orElseGet(value::location),
                        why.replace("only the pod have", "only the pod has"),
                        Evidence.of("key", name)));
            }
        });
    }
}
