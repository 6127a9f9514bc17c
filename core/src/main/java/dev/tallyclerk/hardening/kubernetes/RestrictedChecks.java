package dev.tallyclerk.hardening.kubernetes;

import static dev.tallyclerk.hardening.kubernetes.PodContainer.CONTEXT;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.document.DocumentValue;
import dev.tallyclerk.hardening.kubernetes.PodSecurityCheck.Report;
import dev.tallyclerk.internal.text.Words;
import java.util.List;
import java.util.Set;

/** The checks that the level restricted adds, by the names and versions of Kubernetes. */
final class RestrictedChecks {
    /** The version from which pods of Windows need not have what only Linux has. */
    private static final int WINDOWS = 25;

    /** The types of volumes that are not allowed. Keys that are no type are dropped by the API server. */
    private static final Set<String> VOLUMES = Words.set("""
            awsElasticBlockStore azureDisk azureFile cephfs cinder fc flexVolume flocker gcePersistentDisk gitRepo
            glusterfs hostPath iscsi nfs photonPersistentDisk portworxVolume quobyte rbd scaleIO storageos vsphereVolume
            """);

    private static final List<PodSecurityCheck> ALL = List.of(
            PodSecurityCheck.of("allowPrivilegeEscalation", 8, RestrictedChecks::escalation),
            PodSecurityCheck.of("capabilities_restricted", 22, RestrictedChecks::capabilities)
                    .replacing(BaselineChecks.CAPABILITIES),
            PodSecurityCheck.of(
                            "procMount_restricted",
                            BaselineChecks.USER_NAMESPACES,
                            (pod, version, report) -> BaselineChecks.anyProcMount(pod, report))
                    .replacing(BaselineChecks.PROC_MOUNT),
            PodSecurityCheck.of("restrictedVolumes", 0, (pod, version, report) -> volumes(pod, report))
                    .replacing(BaselineChecks.HOST_PATH_VOLUMES),
            PodSecurityCheck.of("runAsNonRoot", 0, RestrictedChecks::nonRoot),
            PodSecurityCheck.of("runAsUser", 23, RestrictedChecks::user),
            PodSecurityCheck.of("seccompProfile_restricted", 19, RestrictedChecks::seccomp)
                    .replacing(BaselineChecks.SECCOMP));

    private RestrictedChecks() {}

    static List<PodSecurityCheck> all() {
        return ALL;
    }

    private static boolean isExempt(Pod pod, KubernetesVersion version) {
        return version.isSince(WINDOWS) && pod.isWindows();
    }

    private static void escalation(Pod pod, KubernetesVersion version, Report report) {
        if (!isExempt(pod, version)) {
            pod.containers()
                    .forEach(container ->
                            report.refuse(container.mayGainPrivileges(), value -> value, "allowPrivilegeEscalation"));
        }
    }

    private static void capabilities(Pod pod, KubernetesVersion version, Report report) {
        if (isExempt(pod, version)) {
            return;
        }
        for (PodContainer container : pod.containers()) {
            report.lacking(
                    container.capabilitiesDropped(),
                    names -> !names.contains("ALL"),
                    "capabilities.drop must have ALL");
            addedCapabilities(container, report);
        }
    }

    static void addedCapabilities(PodContainer container, Report report) {
        BaselineChecks.eachCapability(container.capabilitiesAdded(), Set.of("NET_BIND_SERVICE"), report);
    }

    static void volumes(Pod pod, Report report) {
        BaselineChecks.readable(pod, report, "volumes");
        for (DocumentValue volume : Values.elements(pod.spec(), "volumes")) {
            for (String name : volume.names()) {
                if (VOLUMES.contains(name) && Values.has(volume, name)) {
                    report.add(Values.place(volume, name), "a volume must not be of the type " + name);
                }
            }
        }
    }

    private static boolean hasRelaxedUsers(Pod pod, KubernetesVersion version) {
        return version.isSince(BaselineChecks.USER_NAMESPACES) && pod.hasOwnUsers();
    }

    static void nonRoot(Pod pod, KubernetesVersion version, Report report) {
        if (hasRelaxedUsers(pod, version)) {
            return;
        }
        Fact<Boolean> ofPod = pod.spec().bool(CONTEXT, "runAsNonRoot");
        report.refuse(ofPod, value -> !value, "runAsNonRoot");
        boolean isSetByPod = ofPod instanceof Fact.Known<Boolean> known && known.value();
        for (PodContainer container : pod.containers()) {
            Fact<Boolean> own = container.value().bool(CONTEXT, "runAsNonRoot");
            if (Values.isAbsent(own) && !isSetByPod) {
                report.demand(own, value -> false, "runAsNonRoot");
            } else {
                report.refuse(own, value -> !value, "runAsNonRoot");
            }
        }
    }

    private static void user(Pod pod, KubernetesVersion version, Report report) {
        if (!hasRelaxedUsers(pod, version)) {
            BaselineChecks.inPodAndContainers(
                    pod, value -> report.refuse(value.integer(CONTEXT, "runAsUser"), user -> user == 0, "runAsUser"));
        }
    }

    private static void seccomp(Pod pod, KubernetesVersion version, Report report) {
        if (!isExempt(pod, version)) {
            anySeccomp(pod, report);
        }
    }

    static void anySeccomp(Pod pod, Report report) {
        Fact<String> ofPod = pod.spec().text(CONTEXT, "seccompProfile", "type");
        report.refuse(ofPod, type -> !PodContainer.isProfile(type), "seccompProfile.type");
        boolean isSetByPod = ofPod instanceof Fact.Known<String>;
        for (PodContainer container : pod.containers()) {
            Fact<String> own = container.seccompType();
            if (isSetByPod) {
                report.refuse(own, type -> !PodContainer.isProfile(type), "seccompProfile.type");
            } else {
                report.demand(own, type -> !PodContainer.isProfile(type), "seccompProfile.type");
            }
        }
    }
}
