package dev.tallyclerk.hardening.container.model;

import dev.tallyclerk.hardening.Fact;
import java.util.List;
import java.util.Map;

/**
 * The host-side settings of a container: HostConfig of the Engine API.
 *
 * <p>Names and meanings are those of the Engine API's ContainerCreate. A member that a request leaves out has the
 * default that the API documents, as {@link Fact.Defaulted}. A member that the description of a container leaves out is
 * missing, unless that Docker is known to omit it when empty or to be too old to have it.
 *
 * <p>Only this library implements it. Immutable.
 */
public interface HostConfig {
    /**
     * {@return whether the container has all capabilities and devices}
     *
     * <p>Missing if nerdctl reports false without its label {@code nerdctl/privileged}: older versions of nerdctl
     * report false for every container.
     */
    Fact<Boolean> privileged();

    /**
     * {@return the network mode: {@code default}, {@code bridge}, {@code host}, {@code none}, {@code container:…}, the
     * name of a network, or in Podman {@code ns:PATH}}
     */
    Fact<String> networkMode();

    /**
     * {@return the PID namespace: empty or {@code private} for its own, {@code host}, {@code container:…}, or in Podman
     * {@code ns:PATH}}
     *
     * <p>Missing if nerdctl leaves it empty, because nerdctl also does so for {@code host}.
     */
    Fact<String> pidMode();

    /**
     * {@return the IPC namespace: empty, {@code none}, {@code private}, {@code shareable}, {@code host},
     * {@code container:…}, or in Podman {@code ns:PATH}}
     */
    Fact<String> ipcMode();

    /** {@return the UTS namespace: empty or {@code private} for its own, {@code host}, or in Podman {@code ns:PATH}} */
    Fact<String> utsMode();

    /** {@return the user namespace: {@code host}, or empty for the engine's setting} */
    Fact<String> usernsMode();

    /**
     * {@return the cgroup namespace: {@code private}, {@code host}, in Podman {@code ns:PATH}, or empty for the
     * engine's default}
     */
    Fact<String> cgroupnsMode();

    /** {@return capabilities added to the engine's default, as written} */
    Fact<List<String>> capAdd();

    /** {@return capabilities dropped from the engine's default, as written} */
    Fact<List<String>> capDrop();

    /** {@return options for seccomp, AppArmor, SELinux and no-new-privileges, as written} */
    Fact<List<String>> securityOpt();

    /**
     * {@return the masked paths, which look empty inside the container}
     *
     * <p>If the engine's own list applies, the paths that every version masks, as {@link Fact.Defaulted}; the engine
     * may mask more.
     */
    Fact<List<String>> maskedPaths();

    /**
     * {@return the paths that are read-only inside the container}
     *
     * <p>If the engine's own list applies, the paths that every version protects, as {@link Fact.Defaulted}; the engine
     * may protect more.
     */
    Fact<List<String>> readonlyPaths();

    /** {@return whether the root file system is read-only} */
    Fact<Boolean> readonlyRootfs();

    /** {@return the mount options of tmpfs file systems, by path in the container} */
    Fact<Map<String, String>> tmpfs();

    /** {@return the host's devices in the container} */
    Fact<List<Device>> devices();

    /** {@return rules of the device cgroup, for example {@code c 188:* rmw}} */
    Fact<List<String>> deviceCgroupRules();

    /** {@return requests for devices from drivers, such as GPUs} */
    Fact<List<DeviceRequest>> deviceRequests();

    /** {@return the memory limit in bytes; 0 for none} */
    Fact<Long> memory();

    /** {@return the limit of memory plus swap in bytes; -1 for none, 0 for twice the memory limit} */
    Fact<Long> memorySwap();

    /** {@return the CPU weight; 0 for the default} */
    Fact<Long> cpuShares();

    /** {@return the CPU limit in billionths of a CPU; 0 for none} */
    Fact<Long> nanoCpus();

    /** {@return the CPU limit in microseconds per period; 0 or less for none} */
    Fact<Long> cpuQuota();

    /** {@return the CPUs that the container may use, for example {@code 0-3}; empty for all} */
    Fact<String> cpusetCpus();

    /** {@return the limit on the number of processes; 0 or less for none} */
    Fact<Long> pidsLimit();

    /** {@return the resource limits of the processes} */
    Fact<List<Ulimit>> ulimits();

    /** {@return whether the kernel's OOM killer is disabled for the container} */
    Fact<Boolean> oomKillDisable();

    /** {@return the OOM score adjustment: above 0 the container is killed earlier than others, below 0 later} */
    Fact<Long> oomScoreAdj();

    /** {@return when the engine restarts the container} */
    Fact<RestartPolicy> restartPolicy();

    /** {@return whether every exposed port is published} */
    Fact<Boolean> publishAllPorts();

    /** {@return legacy links to other containers} */
    Fact<List<String>> links();

    /** {@return additional groups of the process, by name or number} */
    Fact<List<String>> groupAdd();

    /** {@return the parent cgroup; empty for the engine's default} */
    Fact<String> cgroupParent();

    /** {@return the logging driver and its options} */
    Fact<LogConfig> logConfig();

    /** {@return the OCI runtime; empty for the engine's default} */
    Fact<String> runtime();

    /** {@return kernel parameters, by name} */
    Fact<Map<String, String>> sysctls();
}
