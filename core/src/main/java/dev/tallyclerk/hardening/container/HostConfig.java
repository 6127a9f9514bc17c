package dev.tallyclerk.hardening.container;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.internal.json.JsonCursor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a container is tied to its host: the HostConfig of the Engine API.
 *
 * <p>Names and meanings are those of the Engine API's ContainerCreate. In a request, what is left out has the value
 * that the API documents, as {@link Fact.Defaulted}. In the description of a container it is missing, but for what
 * Docker is known to leave out where it is empty, or is too old to have. Immutable.
 */
public final class HostConfig {
    private static final String STABLE_MASKS =
            "null leaves the engine's own list, which has at least these in each version";

    private final ContainerDocument document;

    HostConfig(ContainerDocument document) {
        this.document = document;
    }

    /**
     * {@return whether the container has all capabilities and devices}
     *
     * <p>It is missing where nerdctl says false of a container of which it does not know, because that was made before
     * nerdctl kept it in a label.
     */
    public Fact<Boolean> privileged() {
        Fact<Boolean> stated = flag("Privileged");
        boolean isVague = document.isNerdctl()
                && Rules.isKnown(stated, value -> !value)
                && !Rules.isKnown(
                        document.config(Map.of(), Readings::strings, "Labels"),
                        labels -> labels.containsKey("nerdctl/privileged"));
        return isVague
                ? Fact.missing(
                        Fact.Reason.KEY_MISSING,
                        "nerdctl says false for Privileged where the container has no label nerdctl/privileged")
                : stated;
    }

    /**
     * {@return the network: {@code default}, {@code bridge}, {@code host}, {@code none}, {@code container:…}, in Podman
     * {@code ns:PATH}, or a name}
     */
    public Fact<String> networkMode() {
        return text("NetworkMode");
    }

    /**
     * {@return whose processes the container sees: empty or {@code private} its own, {@code host}, {@code container:…},
     * in Podman {@code ns:PATH}; missing where nerdctl leaves it empty, which it does for {@code host} too}
     */
    public Fact<String> pidMode() {
        Fact<String> mode = text("PidMode");
        return document.isNerdctl() && Rules.isKnown(mode, String::isEmpty)
                ? Fact.missing(
                        Fact.Reason.KEY_MISSING, "nerdctl leaves PidMode empty, whosever processes the container sees")
                : mode;
    }

    /**
     * {@return whose shared memory: empty, {@code none}, {@code private}, {@code shareable}, {@code host},
     * {@code container:…}, in Podman {@code ns:PATH}}
     */
    public Fact<String> ipcMode() {
        return text("IpcMode");
    }

    /** {@return whose host name: empty or {@code private} its own, {@code host}, in Podman {@code ns:PATH}} */
    public Fact<String> utsMode() {
        return text("UTSMode");
    }

    /** {@return whose user ids: {@code host}, or empty for what the engine is set to} */
    public Fact<String> usernsMode() {
        return text("UsernsMode");
    }

    /** {@return whose cgroups: {@code private}, {@code host}, in Podman {@code ns:PATH}, or empty for the engine's} */
    public Fact<String> cgroupnsMode() {
        Fact<String> docker = text("CgroupnsMode");
        return document.isPodman() && docker instanceof Fact.Missing<String> ? text("CgroupMode") : docker;
    }

    /** {@return capabilities beyond the engine's default, as they are written} */
    public Fact<List<String>> capAdd() {
        return texts("CapAdd");
    }

    /** {@return capabilities of the engine's default that are taken away, as they are written} */
    public Fact<List<String>> capDrop() {
        return texts("CapDrop");
    }

    /** {@return options for seccomp, AppArmor, SELinux and no-new-privileges, as they are written} */
    public Fact<List<String>> securityOpt() {
        return texts("SecurityOpt");
    }

    /**
     * {@return paths that processes of the container see empty}
     *
     * <p>Where the engine's own list counts, those that each version has, as {@link Fact.Defaulted}; there may be more.
     */
    public Fact<List<String>> maskedPaths() {
        return orEnginesOwn("MaskedPaths", List.of("/proc/kcore", "/proc/keys", "/sys/firmware"));
    }

    /**
     * {@return paths that processes of the container cannot write to}
     *
     * <p>Where the engine's own list counts, those that each version has, as {@link Fact.Defaulted}; there may be more.
     */
    public Fact<List<String>> readonlyPaths() {
        return orEnginesOwn("ReadonlyPaths", List.of("/proc/sys", "/proc/sysrq-trigger"));
    }

    /** {@return whether the root file system cannot be written to} */
    public Fact<Boolean> readonlyRootfs() {
        return flag("ReadonlyRootfs");
    }

    /** {@return file systems in memory by path, with their mount options} */
    public Fact<Map<String, String>> tmpfs() {
        return document.hostUnlessEmpty(Map.of(), Readings::strings, "Tmpfs");
    }

    /** {@return devices of the host} */
    public Fact<List<Device>> devices() {
        Fact<List<Device>> devices = document.host(List.of(), Readings::devices, "Devices");
        return document.isPodman()
                ? devices.map(all -> all.stream().map(HostConfig::ofPodman).toList())
                : devices;
    }

    /** Podman leaves the permissions empty if nothing is forbidden. */
    private static Device ofPodman(Device device) {
        return device.permissions().isEmpty() ? new Device(device.pathOnHost(), "rwm") : device;
    }

    /** {@return rules of the device cgroup, for example {@code c 188:* rmw}} */
    public Fact<List<String>> deviceCgroupRules() {
        return document.hostSince(28, List.of(), JsonCursor::strings, "DeviceCgroupRules");
    }

    /** {@return requests for devices of drivers, such as graphics processors} */
    public Fact<List<DeviceRequest>> deviceRequests() {
        return document.hostSince(40, List.of(), Readings::deviceRequests, "DeviceRequests");
    }

    /** {@return the limit of memory in bytes; 0 for none} */
    public Fact<Long> memory() {
        return limit("Memory");
    }

    /** {@return the limit of memory and swap in bytes; -1 for none, 0 for twice the memory} */
    public Fact<Long> memorySwap() {
        return limit("MemorySwap");
    }

    /** {@return the weight of the container's processor time; 0 for the default} */
    public Fact<Long> cpuShares() {
        return limit("CpuShares");
    }

    /** {@return the limit of processor time in billionths of a processor; 0 for none} */
    public Fact<Long> nanoCpus() {
        return document.hostSince(25, 0L, Readings::integer, "NanoCpus");
    }

    /** {@return the limit of processor time in microseconds of each period; 0 or less for none} */
    public Fact<Long> cpuQuota() {
        return document.hostSince(19, 0L, Readings::integer, "CpuQuota");
    }

    /** {@return the processors that may be used, for example {@code 0-3}; empty for all} */
    public Fact<String> cpusetCpus() {
        Fact<String> set = text("CpusetCpus");
        return isAbsent(set) ? older(document.config("", JsonCursor::string, "Cpuset"), set) : set;
    }

    /** {@return the limit of processes; 0 or less for none} */
    public Fact<Long> pidsLimit() {
        return document.host(0L, Readings::integer, "PidsLimit");
    }

    /** {@return resource limits of the processes} */
    public Fact<List<Ulimit>> ulimits() {
        return document.host(List.of(), Readings::ulimits, "Ulimits");
    }

    /** {@return whether the kernel's OOM killer leaves the container alone} */
    public Fact<Boolean> oomKillDisable() {
        return flag("OomKillDisable");
    }

    /** {@return how much rather the OOM killer takes the container than others; below 0, others first} */
    public Fact<Long> oomScoreAdj() {
        return document.hostSince(22, 0L, Readings::integer, "OomScoreAdj");
    }

    /** {@return when the engine starts the container again} */
    public Fact<RestartPolicy> restartPolicy() {
        return document.host(new RestartPolicy("", 0), Readings::restartPolicy, "RestartPolicy");
    }

    /** {@return whether each exposed port gets a port of the host} */
    public Fact<Boolean> publishAllPorts() {
        return flag("PublishAllPorts");
    }

    /** {@return legacy links to other containers} */
    public Fact<List<String>> links() {
        return texts("Links");
    }

    /** {@return further groups of the process, by name or number} */
    public Fact<List<String>> groupAdd() {
        return document.hostSince(20, List.of(), JsonCursor::strings, "GroupAdd");
    }

    /** {@return the cgroup under which the container's is made; empty for the engine's default} */
    public Fact<String> cgroupParent() {
        return text("CgroupParent");
    }

    /** {@return where the output goes} */
    public Fact<LogConfig> logConfig() {
        return document.host(new LogConfig("", Map.of()), Readings::logConfig, "LogConfig");
    }

    /** {@return the OCI runtime; empty for the engine's default} */
    public Fact<String> runtime() {
        Fact<String> runtime = text("Runtime");
        boolean isPlaceholder = document.isPodman()
                && runtime instanceof Fact.Known<String> known
                && known.value().equals("oci");
        return isPlaceholder ? document.top("", JsonCursor::string, "OCIRuntime") : runtime;
    }

    /** {@return kernel parameters, by name} */
    public Fact<Map<String, String>> sysctls() {
        return document.hostUnlessEmpty(Map.of(), Readings::strings, "Sysctls");
    }

    private Fact<Boolean> flag(String name) {
        return document.host(false, JsonCursor::bool, name);
    }

    private Fact<String> text(String name) {
        return document.host("", JsonCursor::string, name);
    }

    private Fact<List<String>> texts(String name) {
        return document.host(List.of(), JsonCursor::strings, name);
    }

    /** A limit that API 1.17 and older have in the configuration instead. */
    private Fact<Long> limit(String name) {
        Fact<Long> limit = document.host(0L, Readings::integer, name);
        return isAbsent(limit) ? older(document.config(0L, Readings::integer, name), limit) : limit;
    }

    private static <T> Fact<T> older(Fact<T> old, Fact<T> absent) {
        return isAbsent(old) ? absent : old;
    }

    private static boolean isAbsent(Fact<?> fact) {
        return fact instanceof Fact.Missing<?> missing && missing.reason() == Fact.Reason.KEY_MISSING;
    }

    private Fact<List<String>> orEnginesOwn(String name, List<String> own) {
        Fact<Optional<List<String>>> paths = document.host(Optional.empty(), Readings::orNull, name);
        return paths.fold(
                (list, at) -> list.map(known -> Fact.known(known, at)).orElseGet(() -> enginesOwn(own, at)),
                assumed -> enginesOwn(own, assumed.at()),
                missing -> Fact.missing(missing.reason(), missing.what()));
    }

    private static Fact<List<String>> enginesOwn(List<String> own, Location at) {
        return Fact.defaulted(own, STABLE_MASKS, at);
    }
}
