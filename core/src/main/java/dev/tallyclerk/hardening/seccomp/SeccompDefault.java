package dev.tallyclerk.hardening.seccomp;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a container may call if nobody names a seccomp profile for it: the default profile of its engine, or none.
 *
 * <p>The sets are those of Docker in August 2026 and of Podman 5.4. containerd keeps its profile in step with Docker's,
 * and CRI-O takes that of Podman; small differences between versions are not modelled.
 */
public enum SeccompDefault {
    /** No profile: every call is allowed. */
    UNCONFINED,
    /** Docker's own profile. */
    DOCKER,
    /** The profile of containerd, which is Docker's. */
    CONTAINERD,
    /** Podman's own profile, from the files that Podman, Buildah and CRI-O share. */
    PODMAN,
    /** The profile of CRI-O, which is Podman's. */
    CRI_O;

    /** The first minor version of Kubernetes in which the kubelet can have a default. */
    private static final int KUBELET_DEFAULT_SINCE = 22;

    /** How a profile answers a call. Answers may be added. */
    public enum Answer {
        /** The call is executed. */
        ALLOWED,
        /** The call is executed with some arguments, or on some architectures or kernels. */
        DEPENDS,
        /** The call returns an error. */
        BLOCKED
    }

    /**
     * {@return how the profile answers a call}
     *
     * @param call the name of the call, for example {@code unshare}
     * @param capabilities the capabilities of the container, for example {@code CAP_SYS_ADMIN}
     */
    public Answer answer(String call, Set<String> capabilities) {
        return switch (this) {
            case UNCONFINED -> Answer.ALLOWED;
            case DOCKER, CONTAINERD -> ofDocker(call, capabilities);
            case PODMAN, CRI_O ->
                PodmanDefault.UNCONDITIONAL.contains(call) || has(PodmanDefault.BY_CAPABILITY, call, capabilities)
                        ? Answer.ALLOWED
                        : dependsOnMore(call);
        };
    }

    private static Answer ofDocker(String call, Set<String> capabilities) {
        boolean isAllowed =
                DockerDefault.UNCONDITIONAL.contains(call) || has(DockerDefault.BY_CAPABILITY, call, capabilities);
        boolean isOfKernel = DockerDefault.FROM_KERNEL_4_8.contains(call) || DockerDefault.BY_ARGUMENT.contains(call);
        if (isAllowed) {
            return Answer.ALLOWED;
        }
        return isOfKernel ? Answer.DEPENDS : dependsOnMore(call);
    }

    private static Answer dependsOnMore(String call) {
        boolean isDependent = DockerDefault.OF_AN_ARCHITECTURE.contains(call) || call.equals("personality");
        return isDependent ? Answer.DEPENDS : Answer.BLOCKED;
    }

    private static boolean has(Map<String, Set<String>> byCapability, String call, Set<String> capabilities) {
        return capabilities.stream()
                .anyMatch(capability ->
                        byCapability.getOrDefault(capability, Set.of()).contains(call));
    }

    /**
     * {@return the calls that this profile lets through with any arguments, and another blocks; sorted}
     *
     * <p>Of the calls of Linux up to 6.19. The set is unmodifiable.
     *
     * @param other the other profile
     * @param capabilities the capabilities of the container
     */
    public Set<String> callsBeyond(SeccompDefault other, Set<String> capabilities) {
        Set<String> every = new HashSet<>(Syscalls.all());
        every.addAll(PodmanDefault.UNCONDITIONAL);
        Set<String> beyond = new TreeSet<>();
        for (String call : every) {
            boolean isOnlyHere =
                    answer(call, capabilities) == Answer.ALLOWED && other.answer(call, capabilities) == Answer.BLOCKED;
            if (isOnlyHere) {
                beyond.add(call);
            }
        }
        return Collections.unmodifiableSet(beyond);
    }

    /**
     * {@return the default that applies to a container of Kubernetes}
     *
     * <p>{@code RuntimeDefault} is the profile of the node's runtime. Without a type, a pod is unconfined, unless the
     * kubelet's setting {@code seccompDefault} is on, which exists since 1.22 (as a feature gate that is off until
     * 1.25) and is off unless an administrator sets it. A privileged container never has a profile.
     *
     * @param type the {@code seccompProfile.type} that applies, of the container or else of the pod
     * @param isPrivileged whether the container is privileged
     * @param minor the minor version of Kubernetes 1, for example 31
     * @param kubeletDefault whether the kubelet's {@code seccompDefault} is on; missing if that is not known
     * @param runtime the default profile of the node's runtime
     */
    public static Fact<SeccompDefault> ofKubernetes(
            Fact<String> type, boolean isPrivileged, int minor, Fact<Boolean> kubeletDefault, SeccompDefault runtime) {
        Location at = new Location.Whole("seccompProfile");
        if (isPrivileged) {
            return Fact.defaulted(UNCONFINED, "Kubernetes: a privileged container has no seccomp profile", at);
        }
        if (type instanceof Fact.Missing<String> missing && missing.reason() == MissingValue.Reason.KEY_MISSING) {
            if (minor < KUBELET_DEFAULT_SINCE) {
                return Fact.defaulted(UNCONFINED, "Kubernetes before 1.22 has no default profile", at);
            }
            return kubeletDefault.map(isOn -> isOn ? runtime : UNCONFINED);
        }
        return type.flatMapAt((name, place) -> switch (name) {
            case "RuntimeDefault" -> Fact.known(runtime, place);
            case "Unconfined" -> Fact.known(UNCONFINED, place);
            case "Localhost" ->
                Fact.missing(MissingValue.Reason.SOURCE_NOT_PROVIDED, "the profile is a file on the node", place);
            default ->
                Fact.missing(MissingValue.Reason.UNREADABLE, "Kubernetes has no type of profile with this name", place);
        });
    }
}
