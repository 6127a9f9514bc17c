package dev.tallyclerk.hardening.container.internal.reader;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.container.model.Device;
import dev.tallyclerk.hardening.container.model.DeviceRequest;
import dev.tallyclerk.hardening.container.model.HostConfig;
import dev.tallyclerk.hardening.container.model.LogConfig;
import dev.tallyclerk.hardening.container.model.RestartPolicy;
import dev.tallyclerk.hardening.container.model.Ulimit;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.subject.Facts;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads HostConfig from the document of a container. */
final class HostConfigDocument implements HostConfig {
    private static final String STABLE_MASKS =
            "null selects the engine's own list, which has at least these paths in every version";

    private final ContainerDocument document;

    HostConfigDocument(ContainerDocument document) {
        this.document = document;
    }

    @Override
    public Fact<Boolean> privileged() {
        Fact<Boolean> stated = flag("Privileged");
        boolean isVague = document.isNerdctl()
                && Facts.isKnown(stated, value -> !value)
                && !Facts.isKnown(
                        document.config(Map.of(), Readings::strings, "Labels"),
                        labels -> labels.containsKey("nerdctl/privileged"));
        return isVague
                ? Fact.missing(
                        MissingValue.Reason.KEY_MISSING,
                        "nerdctl reports Privileged as false if the label nerdctl/privileged is missing")
                : stated;
    }

    @Override
    public Fact<String> networkMode() {
        return text("NetworkMode");
    }

    @Override
    public Fact<String> pidMode() {
        Fact<String> mode = text("PidMode");
        return document.isNerdctl() && Facts.isKnown(mode, String::isEmpty)
                ? Fact.missing(
                        MissingValue.Reason.KEY_MISSING,
                        "nerdctl leaves PidMode empty, also for the host's PID namespace")
                : mode;
    }

    @Override
    public Fact<String> ipcMode() {
        return text("IpcMode");
    }

    @Override
    public Fact<String> utsMode() {
        return text("UTSMode");
    }

    @Override
    public Fact<String> usernsMode() {
        return text("UsernsMode");
    }

    @Override
    public Fact<String> cgroupnsMode() {
        Fact<String> docker = text("CgroupnsMode");
        return document.isPodman() && docker instanceof Fact.Missing<String> ? text("CgroupMode") : docker;
    }

    @Override
    public Fact<List<String>> capAdd() {
        return texts("CapAdd");
    }

    @Override
    public Fact<List<String>> capDrop() {
        return texts("CapDrop");
    }

    @Override
    public Fact<List<String>> securityOpt() {
        return texts("SecurityOpt");
    }

    @Override
    public Fact<List<String>> maskedPaths() {
        return orEnginesOwn("MaskedPaths", List.of("/proc/kcore", "/proc/keys", "/sys/firmware"));
    }

    @Override
    public Fact<List<String>> readonlyPaths() {
        return orEnginesOwn("ReadonlyPaths", List.of("/proc/sys", "/proc/sysrq-trigger"));
    }

    @Override
    public Fact<Boolean> readonlyRootfs() {
        return flag("ReadonlyRootfs");
    }

    @Override
    public Fact<Map<String, String>> tmpfs() {
        return document.hostUnlessEmpty(Map.of(), Readings::strings, "Tmpfs");
    }

    @Override
    public Fact<List<Device>> devices() {
        Fact<List<Device>> devices = document.host(List.of(), Readings::devices, "Devices");
        return document.isPodman()
                ? devices.map(
                        all -> all.stream().map(HostConfigDocument::ofPodman).toList())
                : devices;
    }

    /** Podman leaves the permissions empty if all are granted. */
    private static Device ofPodman(Device device) {
        return device.permissions().isEmpty() ? new Device(device.pathOnHost(), "rwm") : device;
    }

    @Override
    public Fact<List<String>> deviceCgroupRules() {
        return document.hostSince(28, List.of(), JsonCursor::strings, "DeviceCgroupRules");
    }

    @Override
    public Fact<List<DeviceRequest>> deviceRequests() {
        return document.hostSince(40, List.of(), Readings::deviceRequests, "DeviceRequests");
    }

    @Override
    public Fact<Long> memory() {
        return limit("Memory");
    }

    @Override
    public Fact<Long> memorySwap() {
        return limit("MemorySwap");
    }

    @Override
    public Fact<Long> cpuShares() {
        return limit("CpuShares");
    }

    @Override
    public Fact<Long> nanoCpus() {
        return document.hostSince(25, 0L, Readings::integer, "NanoCpus");
    }

    @Override
    public Fact<Long> cpuQuota() {
        return document.hostSince(19, 0L, Readings::integer, "CpuQuota");
    }

    @Override
    public Fact<String> cpusetCpus() {
        Fact<String> set = text("CpusetCpus");
        return Facts.isAbsent(set) ? older(document.config("", JsonCursor::string, "Cpuset"), set) : set;
    }

    @Override
    public Fact<Long> pidsLimit() {
        return document.host(0L, Readings::integer, "PidsLimit");
    }

    @Override
    public Fact<List<Ulimit>> ulimits() {
        return document.host(List.of(), Readings::ulimits, "Ulimits");
    }

    @Override
    public Fact<Boolean> oomKillDisable() {
        return flag("OomKillDisable");
    }

    @Override
    public Fact<Long> oomScoreAdj() {
        return document.hostSince(22, 0L, Readings::integer, "OomScoreAdj");
    }

    @Override
    public Fact<RestartPolicy> restartPolicy() {
        return document.host(new RestartPolicy("", 0), Readings::restartPolicy, "RestartPolicy");
    }

    @Override
    public Fact<Boolean> publishAllPorts() {
        return flag("PublishAllPorts");
    }

    @Override
    public Fact<List<String>> links() {
        return texts("Links");
    }

    @Override
    public Fact<List<String>> groupAdd() {
        return document.hostSince(20, List.of(), Readings::textsOrNumbers, "GroupAdd");
    }

    @Override
    public Fact<String> cgroupParent() {
        return text("CgroupParent");
    }

    @Override
    public Fact<LogConfig> logConfig() {
        return document.host(new LogConfig("", Map.of()), Readings::logConfig, "LogConfig");
    }

    @Override
    public Fact<String> runtime() {
        Fact<String> runtime = text("Runtime");
        boolean isPlaceholder = document.isPodman()
                && runtime instanceof Fact.Known<String> known
                && known.value().equals("oci");
        return isPlaceholder ? document.top("", JsonCursor::string, "OCIRuntime") : runtime;
    }

    @Override
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

    /** API 1.17 and older have limits in the configuration instead. */
    private Fact<Long> limit(String name) {
        Fact<Long> limit = document.host(0L, Readings::integer, name);
        return Facts.isAbsent(limit) ? older(document.config(0L, Readings::integer, name), limit) : limit;
    }

    private static <T> Fact<T> older(Fact<T> old, Fact<T> absent) {
        return Facts.isAbsent(old) ? absent : old;
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
