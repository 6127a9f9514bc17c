package dev.tallyclerk.hardening.engine;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue.JsonBoolean;
import dev.tallyclerk.internal.subject.JsonFacts;
import dev.tallyclerk.internal.subject.Members;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The report of a running engine about itself and its host: {@code docker info}, {@code GET /info}, or {@code podman
 * info} as JSON. What this version of the engine does not report is missing.
 *
 * <p>Immutable.
 */
public final class EngineInfo {
    static final String NAME = "info";

    private final JsonFacts facts;

    /** Whether it is podman info; Podman's service answers {@code GET /info} in Docker's form. */
    private final boolean podman;

    EngineInfo(JsonFacts facts, boolean podman) {
        this.facts = facts;
        this.podman = podman;
    }

    /** {@return whether the engine is Podman, in either form} */
    boolean isPodman() {
        return podman || facts.value(JsonCursor::string, "BuildahVersion") instanceof Fact.Known;
    }

    /** {@return the version of the engine, for example {@code 26.1.5}} */
    public Fact<String> serverVersion() {
        return podman ? text("version", "Version") : text("ServerVersion");
    }

    /** {@return the operating system of the containers, for example {@code linux}} */
    public Fact<String> osType() {
        return podman ? text("host", "os") : text("OSType");
    }

    /** {@return the security features; known and empty if the engine reports none} */
    public Fact<List<SecurityOption>> securityOptions() {
        if (podman) {
            return facts.value(EngineInfo::podmanSecurity, "host", "security");
        }
        return facts.strings("SecurityOptions")
                .map(options -> options.stream().map(SecurityOption::parse).toList());
    }

    /** {@return the version of cgroups on the host, {@code 1} or {@code 2}; engines before 20.10 do not report it} */
    public Fact<String> cgroupVersion() {
        return podman
                ? text("host", "cgroupVersion").map(version -> version.startsWith("v") ? version.substring(1) : version)
                : text("CgroupVersion");
    }

    /** {@return whether debug mode is on} */
    public Fact<Boolean> debug() {
        return bool("Debug");
    }

    /** {@return whether experimental features are on} */
    public Fact<Boolean> experimental() {
        return bool("ExperimentalBuild");
    }

    /** {@return whether containers keep running while the engine is down} */
    public Fact<Boolean> liveRestore() {
        return bool("LiveRestoreEnabled");
    }

    /** {@return the default log driver} */
    public Fact<String> loggingDriver() {
        return podman ? text("host", "logDriver") : text("LoggingDriver");
    }

    /** {@return the storage driver} */
    public Fact<String> storageDriver() {
        return podman ? text("store", "graphDriverName") : text("Driver");
    }

    /** {@return the default runtime} */
    public Fact<String> defaultRuntime() {
        return podman ? text("host", "ociRuntime", "name") : text("DefaultRuntime");
    }

    /** {@return the folder of images and containers} */
    public Fact<String> dataRoot() {
        return podman ? text("store", "graphRoot") : text("DockerRootDir");
    }

    /** {@return the mirrors of Docker Hub} */
    public Fact<List<String>> registryMirrors() {
        return facts.strings("RegistryConfig", "Mirrors");
    }

    /** {@return the plugins that authorise API calls} */
    public Fact<List<String>> authorizationPlugins() {
        return podman ? facts.strings("plugins", "authorization") : facts.strings("Plugins", "Authorization");
    }

    /** {@return networks and registries that the engine uses without TLS or without verifying it, loopback included} */
    public Fact<List<String>> insecureRegistries() {
        return both(
                facts.valueOrNull(List.of(), EngineInfo::insecureIndexes, "RegistryConfig", "IndexConfigs"),
                facts.strings("RegistryConfig", "InsecureRegistryCIDRs"));
    }

    /** {@return networks and registries to which foreign layers are pushed} */
    Fact<List<String>> nondistributable() {
        return both(
                facts.strings("RegistryConfig", "AllowNondistributableArtifactsHostnames"),
                facts.strings("RegistryConfig", "AllowNondistributableArtifactsCIDRs"));
    }

    /** {@return the networks, then the names; missing if either is} */
    private static Fact<List<String>> both(Fact<List<String>> names, Fact<List<String>> networks) {
        return names instanceof Fact.Known<List<String>> known
                ? networks.map(list ->
                        Stream.concat(list.stream(), known.value().stream()).toList())
                : names;
    }

    /**
     * {@return whether new containers get no-new-privileges; missing otherwise, because older engines do not report it}
     */
    Fact<Boolean> noNewPrivileges() {
        return whetherHas("no-new-privileges")
                .fold(
                        (has, at) -> has
                                ? Fact.known(true, at)
                                : Fact.missing(
                                        MissingValue.Reason.KEY_MISSING,
                                        at + " does not list no-new-privileges, which older engines never report"),
                        assumed -> Fact.missing(MissingValue.Reason.KEY_MISSING, assumed.why()),
                        missing -> missing);
    }

    Fact<Boolean> selinux() {
        return whetherHas("selinux");
    }

    Fact<Boolean> rootless() {
        return whetherHas("rootless");
    }

    /** {@return whether a security feature is reported} */
    Fact<Boolean> whetherHas(String feature) {
        return securityOptions()
                .map(options ->
                        options.stream().anyMatch(option -> option.name().equals(feature)));
    }

    /** {@return whether the kernel can enforce the limit of a member such as {@code SwapLimit}} */
    Fact<Boolean> limit(String member) {
        return bool(member);
    }

    /** {@return the engine's warnings} */
    public Fact<List<String>> warnings() {
        return facts.strings("Warnings");
    }

    /** {@return the state of swarm mode, for example {@code active} or {@code inactive}} */
    public Fact<String> swarmState() {
        return text("Swarm", "LocalNodeState");
    }

    /** {@return the number of containers} */
    public Fact<Long> containers() {
        return podman ? count("store", "containerStore", "number") : count("Containers");
    }

    /** {@return the number of running containers} */
    public Fact<Long> containersRunning() {
        return podman ? count("store", "containerStore", "running") : count("ContainersRunning");
    }

    /** An empty text counts as missing. */
    private Fact<String> text(String... path) {
        return facts.value(JsonCursor::string, path)
                .fold(
                        (value, at) -> value.isBlank()
                                ? Fact.missing(MissingValue.Reason.KEY_MISSING, at + " is empty")
                                : Fact.known(value, at),
                        assumed -> assumed,
                        missing -> missing);
    }

    /** Engines up to 1.6 wrote 0 and 1. */
    private Fact<Boolean> bool(String... path) {
        return facts.value(at -> at.value() instanceof JsonBoolean bool ? bool.value() : at.integer(0, 1) == 1, path);
    }

    private Fact<Long> count(String... path) {
        return facts.value(at -> at.integer(0, Long.MAX_VALUE), path);
    }

    private static List<String> insecureIndexes(JsonCursor indexes) throws JsonException {
        List<String> names = new ArrayList<>();
        for (Map.Entry<String, JsonCursor> index : indexes.members().entrySet()) {
            if (!index.getValue().required("Secure").bool()) {
                names.add(index.getKey());
            }
        }
        return names;
    }

    private static List<SecurityOption> podmanSecurity(JsonCursor security) throws JsonException {
        List<SecurityOption> options = new ArrayList<>();
        for (String name : List.of("apparmor", "selinux", "seccomp")) {
            if (security.required(name + "Enabled").bool()) {
                String profile = name.equals("seccomp") ? Members.text(security, "seccompProfilePath") : "";
                options.add(new SecurityOption(name, profile.isEmpty() ? Map.of() : Map.of("profile", profile)));
            }
        }
        if (security.required("rootless").bool()) {
            options.add(new SecurityOption("rootless", Map.of()));
        }
        return options;
    }

    /** {@return the location of the whole report} */
    static Location location() {
        return Location.pointer(NAME);
    }
}
