package dev.tallyclerk.hardening.engine;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.MissingValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * An option of dockerd: its key in {@code daemon.json}, its flag, its type, and its documented default.
 *
 * <p>The options are constants of this class; {@link EngineSubject#option} gives their values. Immutable.
 *
 * @param <T> the type of the value
 * @see <a href="https://docs.docker.com/reference/cli/dockerd/">dockerd in Docker's reference</a>
 */
public final class EngineOption<T> {
    /** Collects the constants below, in order. */
    private static final List<EngineOption<?>> DECLARED = new ArrayList<>();

    /** Registries to which foreign layers are pushed. */
    public static final EngineOption<List<String>> ALLOW_NONDISTRIBUTABLE_ARTIFACTS =
            of("allow-nondistributable-artifacts", OptionType.LIST, List.of(), EngineInfo::nondistributable);

    /** Plugins that authorise each API call. */
    public static final EngineOption<List<String>> AUTHORIZATION_PLUGINS = of(
            "authorization-plugins",
            "authorization-plugin",
            OptionType.LIST,
            List.of(),
            EngineInfo::authorizationPlugins);

    /** The default bridge: empty for the engine's own, or {@code none}. */
    public static final EngineOption<String> BRIDGE = of("bridge", OptionType.TEXT, "");

    /** The parent cgroup of containers; empty for the engine's choice. */
    public static final EngineOption<String> CGROUP_PARENT = of("cgroup-parent", OptionType.TEXT, "");

    /** The folder of images and containers. */
    public static final EngineOption<String> DATA_ROOT =
            of("data-root", OptionType.TEXT, "/var/lib/docker", EngineInfo::dataRoot);

    /** Whether the engine runs in debug mode. */
    public static final EngineOption<Boolean> DEBUG = of("debug", OptionType.SWITCH, false, EngineInfo::debug);

    /**
     * The default cgroup namespace, {@code host} or {@code private}. The default is the documented one; on cgroup v1 an
     * engine uses {@code host}.
     */
    public static final EngineOption<String> DEFAULT_CGROUPNS_MODE =
            of("default-cgroupns-mode", OptionType.TEXT, "private");

    /** The default IPC namespace, {@code shareable} or {@code private}; engines before 19.03 used {@code shareable}. */
    public static final EngineOption<String> DEFAULT_IPC_MODE = of("default-ipc-mode", OptionType.TEXT, "private");

    /**
     * The options of newly created networks, by driver and then by name; they do not apply to the default network.
     * Since 24.0.
     */
    public static final EngineOption<Map<String, Map<String, String>>> DEFAULT_NETWORK_OPTS =
            of("default-network-opts", "default-network-opt", OptionType.BY_DRIVER, Map.of());

    /** The default OCI runtime. */
    public static final EngineOption<String> DEFAULT_RUNTIME =
            of("default-runtime", OptionType.TEXT, "runc", EngineInfo::defaultRuntime);

    /** The default resource limits, by name. */
    public static final EngineOption<Map<String, String>> DEFAULT_ULIMITS =
            of("default-ulimits", "default-ulimit", OptionType.NAMED, Map.of());

    /** Options of the runtime, for example {@code native.cgroupdriver=systemd}. */
    public static final EngineOption<List<String>> EXEC_OPTS = of("exec-opts", "exec-opt", OptionType.LIST, List.of());

    /** Whether experimental features are on. */
    public static final EngineOption<Boolean> EXPERIMENTAL =
            of("experimental", OptionType.SWITCH, false, EngineInfo::experimental);

    /** Feature switches, by name. */
    public static final EngineOption<Map<String, String>> FEATURES =
            of("features", "feature", OptionType.NAMED, Map.of());

    /** The group that owns the socket. */
    public static final EngineOption<String> GROUP = of("group", OptionType.TEXT, "docker");

    /** The addresses of the API, as written; {@link EngineSubject#listeners} parses them. */
    public static final EngineOption<List<String>> HOSTS =
            of("hosts", "host", OptionType.LIST, List.of("unix:///var/run/docker.sock"));

    /** Whether containers on the default bridge can reach each other. */
    public static final EngineOption<Boolean> ICC = of("icc", OptionType.SWITCH, true);

    /** Registries, or networks of them, that the engine uses without TLS or without verifying it. */
    public static final EngineOption<List<String>> INSECURE_REGISTRIES =
            of("insecure-registries", "insecure-registry", OptionType.LIST, List.of());

    /** The default host address of published ports, in the default network only. */
    public static final EngineOption<String> IP = of("ip", OptionType.TEXT, "0.0.0.0");

    /** Whether the engine manages ip6tables: by default since 27.0. */
    public static final EngineOption<Boolean> IP6TABLES = declare(
            List.of("ip6tables"),
            "ip6tables",
            OptionType.SWITCH,
            EngineOption::ip6tables,
            info -> notReported("ip6tables"));

    /** Whether the engine manages iptables. */
    public static final EngineOption<Boolean> IPTABLES = of("iptables", OptionType.SWITCH, true);

    /** Whether the default bridge has IPv6. */
    public static final EngineOption<Boolean> IPV6 = of("ipv6", OptionType.SWITCH, false);

    /** The engine's labels. */
    public static final EngineOption<List<String>> LABELS = of("labels", "label", OptionType.LIST, List.of());

    /** Whether containers keep running while the engine is down. */
    public static final EngineOption<Boolean> LIVE_RESTORE =
            of("live-restore", OptionType.SWITCH, false, EngineInfo::liveRestore);

    /** The default log driver. */
    public static final EngineOption<String> LOG_DRIVER =
            of("log-driver", OptionType.TEXT, "json-file", EngineInfo::loggingDriver);

    /** The log level of the engine. */
    public static final EngineOption<String> LOG_LEVEL = of("log-level", OptionType.TEXT, "info");

    /** The options of the log driver. */
    public static final EngineOption<Map<String, String>> LOG_OPTS =
            of("log-opts", "log-opt", OptionType.TEXTS, Map.of());

    /** The address of the metrics endpoint; empty for none. */
    public static final EngineOption<String> METRICS_ADDR = of("metrics-addr", OptionType.TEXT, "");

    /** Whether containers get no-new-privileges unless they opt out. */
    public static final EngineOption<Boolean> NO_NEW_PRIVILEGES =
            of("no-new-privileges", OptionType.SWITCH, false, EngineInfo::noNewPrivileges);

    /** Mirrors of Docker Hub. */
    public static final EngineOption<List<String>> REGISTRY_MIRRORS =
            of("registry-mirrors", "registry-mirror", OptionType.LIST, List.of(), EngineInfo::registryMirrors);

    /** Whether the engine is configured to run without root. */
    public static final EngineOption<Boolean> ROOTLESS = of("rootless", OptionType.SWITCH, false, EngineInfo::rootless);

    /** Additional runtimes, by name. */
    public static final EngineOption<Map<String, String>> RUNTIMES =
            of("runtimes", "add-runtime", OptionType.NAMED, Map.of());

    /** The default seccomp profile: {@code builtin}, {@code unconfined} or a path. */
    public static final EngineOption<String> SECCOMP_PROFILE = of("seccomp-profile", OptionType.TEXT, "builtin");

    /** Whether containers are separated by SELinux. */
    public static final EngineOption<Boolean> SELINUX_ENABLED =
            of("selinux-enabled", OptionType.SWITCH, false, EngineInfo::selinux);

    /**
     * The storage driver. Without the option an engine uses the best one that the kernel supports and existing images
     * allow.
     */
    public static final EngineOption<String> STORAGE_DRIVER =
            of("storage-driver", OptionType.TEXT, "overlay2", EngineInfo::storageDriver);

    /** Options of the storage driver. */
    public static final EngineOption<List<String>> STORAGE_OPTS =
            of("storage-opts", "storage-opt", OptionType.LIST, List.of());

    /** Whether the API over TCP uses TLS. */
    public static final EngineOption<Boolean> TLS = of("tls", OptionType.SWITCH, false);

    /** Whether the API over TCP requires a client certificate. */
    public static final EngineOption<Boolean> TLSVERIFY = of("tlsverify", OptionType.SWITCH, false);

    /** The certificate of the authority that signs clients' certificates; empty for the engine's own default path. */
    public static final EngineOption<String> TLSCACERT = of("tlscacert", OptionType.TEXT, "");

    /** The certificate of the API; empty for the engine's own default path. */
    public static final EngineOption<String> TLSCERT = of("tlscert", OptionType.TEXT, "");

    /** The private key of the API; empty for the engine's own default path. */
    public static final EngineOption<String> TLSKEY = of("tlskey", OptionType.TEXT, "");

    /** Whether published ports are served by a proxy process of the engine. */
    public static final EngineOption<Boolean> USERLAND_PROXY = of("userland-proxy", OptionType.SWITCH, true);

    /** The user to which root in containers is mapped; empty for no mapping. */
    public static final EngineOption<String> USERNS_REMAP = of("userns-remap", OptionType.TEXT, "");

    /** The proxy for the engine's own HTTP requests; it may contain a password. */
    public static final EngineOption<String> HTTP_PROXY = declare(
            List.of("proxies", "http-proxy"),
            "http-proxy",
            OptionType.TEXT,
            version -> Optional.of(""),
            info -> notReported("http-proxy"));

    /** The proxy for the engine's own HTTPS requests; it may contain a password. */
    public static final EngineOption<String> HTTPS_PROXY = declare(
            List.of("proxies", "https-proxy"),
            "https-proxy",
            OptionType.TEXT,
            version -> Optional.of(""),
            info -> notReported("https-proxy"));

    private static final List<EngineOption<?>> ALL = List.copyOf(DECLARED);

    private final List<String> path;
    private final String flag;
    private final OptionType<T> type;
    private final Function<Optional<EngineVersion>, Optional<T>> defaults;
    private final Function<EngineInfo, Fact<T>> report;

    private EngineOption(
            List<String> path,
            String flag,
            OptionType<T> type,
            Function<Optional<EngineVersion>, Optional<T>> defaults,
            Function<EngineInfo, Fact<T>> report) {
        this.path = path;
        this.flag = flag;
        this.type = type;
        this.defaults = defaults;
        this.report = report;
    }

    private static <T> EngineOption<T> declare(
            List<String> path,
            String flag,
            OptionType<T> type,
            Function<Optional<EngineVersion>, Optional<T>> defaults,
            Function<EngineInfo, Fact<T>> report) {
        EngineOption<T> option = new EngineOption<>(path, flag, type, defaults, report);
        DECLARED.add(option);
        return option;
    }

    private static <T> EngineOption<T> of(
            String key, String flag, OptionType<T> type, T defaultValue, Function<EngineInfo, Fact<T>> report) {
        return declare(List.of(key), flag, type, version -> Optional.of(defaultValue), report);
    }

    private static <T> EngineOption<T> of(String key, String flag, OptionType<T> type, T defaultValue) {
        return of(key, flag, type, defaultValue, info -> notReported(key));
    }

    private static <T> EngineOption<T> of(
            String key, OptionType<T> type, T defaultValue, Function<EngineInfo, Fact<T>> report) {
        return of(key, key, type, defaultValue, report);
    }

    private static <T> EngineOption<T> of(String key, OptionType<T> type, T defaultValue) {
        return of(key, key, type, defaultValue);
    }

    private static <T> Fact<T> notReported(String key) {
        return Fact.missing(MissingValue.Reason.KEY_MISSING, "docker info does not report " + key);
    }

    /** Docker Engine 27.0 release notes: ip6tables is enabled by default. */
    private static Optional<Boolean> ip6tables(Optional<EngineVersion> version) {
        return version.map(known -> !known.isBefore(EngineVersion.of(27)));
    }

    /** {@return all constants of this class} */
    public static List<EngineOption<?>> all() {
        return ALL;
    }

    /** {@return the key in {@code daemon.json}, for example {@code insecure-registries}} */
    public String key() {
        return path.get(path.size() - 1);
    }

    /** {@return the flag of dockerd without hyphens, for example {@code insecure-registry}} */
    public String flag() {
        return flag;
    }

    /** {@return the member names that lead to the value in {@code daemon.json}} */
    List<String> path() {
        return path;
    }

    OptionType<T> type() {
        return type;
    }

    /** {@return the default; empty if it depends on an unknown version} */
    Optional<T> defaultValue(Optional<EngineVersion> version) {
        return defaults.apply(version);
    }

    /** {@return the running engine's value, which is missing for most options} */
    Fact<T> reported(EngineInfo info) {
        return report.apply(info);
    }

    /** {@return the key} */
    @Override
    public String toString() {
        return key();
    }
}
