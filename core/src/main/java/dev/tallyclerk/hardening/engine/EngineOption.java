package dev.tallyclerk.hardening.engine;

import dev.tallyclerk.hardening.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * An option of dockerd: its key in {@code daemon.json}, its flag, the type of its value, and its documented default.
 *
 * <p>The options are constants of this class; {@link EngineSubject#option} gives their values. Immutable.
 *
 * @param <T> the type of the value
 * @see <a href="https://docs.docker.com/reference/cli/dockerd/">dockerd in Docker's reference</a>
 */
public final class EngineOption<T> {
    /** In the order of declaration, before which it stands. */
    private static final List<EngineOption<?>> DECLARED = new ArrayList<>();

    /** Registries to which foreign layers are pushed. */
    public static final EngineOption<List<String>> ALLOW_NONDISTRIBUTABLE_ARTIFACTS =
            of("allow-nondistributable-artifacts", OptionType.LIST, List.of(), EngineInfo::nondistributable);

    /** Plugins that judge each call of the API. */
    public static final EngineOption<List<String>> AUTHORIZATION_PLUGINS = of(
            "authorization-plugins",
            "authorization-plugin",
            OptionType.LIST,
            List.of(),
            EngineInfo::authorizationPlugins);

    /** The bridge of containers that name no network: empty for the engine's own, or {@code none}. */
    public static final EngineOption<String> BRIDGE = of("bridge", OptionType.TEXT, "");

    /** The cgroup above those of containers; empty for the engine's own choice. */
    public static final EngineOption<String> CGROUP_PARENT = of("cgroup-parent", OptionType.TEXT, "");

    /** Where images and containers are kept. */
    public static final EngineOption<String> DATA_ROOT =
            of("data-root", OptionType.TEXT, "/var/lib/docker", EngineInfo::dataRoot);

    /** Whether the engine runs in debug mode. */
    public static final EngineOption<Boolean> DEBUG = of("debug", OptionType.SWITCH, false, EngineInfo::debug);

    /**
     * The cgroup namespace of containers, {@code host} or {@code private}. The default is the documented one; on cgroup
     * v1 an engine takes {@code host} by itself.
     */
    public static final EngineOption<String> DEFAULT_CGROUPNS_MODE =
            of("default-cgroupns-mode", OptionType.TEXT, "private");

    /**
     * The IPC namespace of containers, {@code shareable} or {@code private}; engines before 19.03 took
     * {@code shareable}.
     */
    public static final EngineOption<String> DEFAULT_IPC_MODE = of("default-ipc-mode", OptionType.TEXT, "private");

    /**
     * The options that networks get when they are made, by their driver and then by name; the default network is not
     * one of them. Since 24.0.
     */
    public static final EngineOption<Map<String, Map<String, String>>> DEFAULT_NETWORK_OPTS =
            of("default-network-opts", "default-network-opt", OptionType.BY_DRIVER, Map.of());

    /** The runtime of containers that name none. */
    public static final EngineOption<String> DEFAULT_RUNTIME =
            of("default-runtime", OptionType.TEXT, "runc", EngineInfo::defaultRuntime);

    /** The limits of containers that name none, by their names. */
    public static final EngineOption<Map<String, String>> DEFAULT_ULIMITS =
            of("default-ulimits", "default-ulimit", OptionType.NAMED, Map.of());

    /** Options of the runtime, for example {@code native.cgroupdriver=systemd}. */
    public static final EngineOption<List<String>> EXEC_OPTS = of("exec-opts", "exec-opt", OptionType.LIST, List.of());

    /** Whether experimental features are on. */
    public static final EngineOption<Boolean> EXPERIMENTAL =
            of("experimental", OptionType.SWITCH, false, EngineInfo::experimental);

    /** Features that are switched, by their names. */
    public static final EngineOption<Map<String, String>> FEATURES =
            of("features", "feature", OptionType.NAMED, Map.of());

    /** The group that owns the socket. */
    public static final EngineOption<String> GROUP = of("group", OptionType.TEXT, "docker");

    /** What the API listens on, as it is written; {@link EngineSubject#listeners} has it taken apart. */
    public static final EngineOption<List<String>> HOSTS =
            of("hosts", "host", OptionType.LIST, List.of("unix:///var/run/docker.sock"));

    /** Whether containers on the default bridge may reach each other. */
    public static final EngineOption<Boolean> ICC = of("icc", OptionType.SWITCH, true);

    /** Registries, or networks of them, to which the engine talks without TLS or without verifying it. */
    public static final EngineOption<List<String>> INSECURE_REGISTRIES =
            of("insecure-registries", "insecure-registry", OptionType.LIST, List.of());

    /** The host's address on which ports are published that name none; it counts in the default network only. */
    public static final EngineOption<String> IP = of("ip", OptionType.TEXT, "0.0.0.0");

    /** Whether the engine manages the rules of ip6tables: by default since 27.0, before that not. */
    public static final EngineOption<Boolean> IP6TABLES = declare(
            List.of("ip6tables"),
            "ip6tables",
            OptionType.SWITCH,
            EngineOption::ip6tables,
            info -> notReported("ip6tables"));

    /** Whether the engine manages the rules of iptables. */
    public static final EngineOption<Boolean> IPTABLES = of("iptables", OptionType.SWITCH, true);

    /** Whether the default bridge has IPv6. */
    public static final EngineOption<Boolean> IPV6 = of("ipv6", OptionType.SWITCH, false);

    /** The engine's labels. */
    public static final EngineOption<List<String>> LABELS = of("labels", "label", OptionType.LIST, List.of());

    /** Whether containers go on while the engine is down. */
    public static final EngineOption<Boolean> LIVE_RESTORE =
            of("live-restore", OptionType.SWITCH, false, EngineInfo::liveRestore);

    /** Where the output of containers goes that name no driver. */
    public static final EngineOption<String> LOG_DRIVER =
            of("log-driver", OptionType.TEXT, "json-file", EngineInfo::loggingDriver);

    /** How much the engine logs. */
    public static final EngineOption<String> LOG_LEVEL = of("log-level", OptionType.TEXT, "info");

    /** The options of the log driver. */
    public static final EngineOption<Map<String, String>> LOG_OPTS =
            of("log-opts", "log-opt", OptionType.TEXTS, Map.of());

    /** Where metrics are served; empty for nowhere. */
    public static final EngineOption<String> METRICS_ADDR = of("metrics-addr", OptionType.TEXT, "");

    /** Whether containers get no-new-privileges unless they refuse it. */
    public static final EngineOption<Boolean> NO_NEW_PRIVILEGES =
            of("no-new-privileges", OptionType.SWITCH, false, EngineInfo::noNewPrivileges);

    /** Mirrors of Docker Hub. */
    public static final EngineOption<List<String>> REGISTRY_MIRRORS =
            of("registry-mirrors", "registry-mirror", OptionType.LIST, List.of(), EngineInfo::registryMirrors);

    /** Whether the engine is told to run without root. */
    public static final EngineOption<Boolean> ROOTLESS = of("rootless", OptionType.SWITCH, false, EngineInfo::rootless);

    /** Further runtimes, by their names. */
    public static final EngineOption<Map<String, String>> RUNTIMES =
            of("runtimes", "add-runtime", OptionType.NAMED, Map.of());

    /** The seccomp profile of containers that name none: {@code builtin}, {@code unconfined} or a path. */
    public static final EngineOption<String> SECCOMP_PROFILE = of("seccomp-profile", OptionType.TEXT, "builtin");

    /** Whether containers are separated by SELinux. */
    public static final EngineOption<Boolean> SELINUX_ENABLED =
            of("selinux-enabled", OptionType.SWITCH, false, EngineInfo::selinux);

    /**
     * How layers are stored. Without the option an engine takes the best that the kernel has and earlier images allow.
     */
    public static final EngineOption<String> STORAGE_DRIVER =
            of("storage-driver", OptionType.TEXT, "overlay2", EngineInfo::storageDriver);

    /** Options of the storage driver. */
    public static final EngineOption<List<String>> STORAGE_OPTS =
            of("storage-opts", "storage-opt", OptionType.LIST, List.of());

    /** Whether the API over TCP uses TLS. */
    public static final EngineOption<Boolean> TLS = of("tls", OptionType.SWITCH, false);

    /** Whether the API over TCP demands a client certificate. */
    public static final EngineOption<Boolean> TLSVERIFY = of("tlsverify", OptionType.SWITCH, false);

    /** Whether published ports are served by a process of the engine. */
    public static final EngineOption<Boolean> USERLAND_PROXY = of("userland-proxy", OptionType.SWITCH, true);

    /** To whom root in containers is mapped; empty for nobody. */
    public static final EngineOption<String> USERNS_REMAP = of("userns-remap", OptionType.TEXT, "");

    /** The proxy of the engine's own requests over HTTP; it may hold a password. */
    public static final EngineOption<String> HTTP_PROXY = declare(
            List.of("proxies", "http-proxy"),
            "http-proxy",
            OptionType.TEXT,
            version -> Optional.of(""),
            info -> notReported("http-proxy"));

    /** The proxy of the engine's own requests over HTTPS; it may hold a password. */
    public static final EngineOption<String> HTTPS_PROXY = declare(
            List.of("proxies", "https-proxy"),
            "https-proxy",
            OptionType.TEXT,
            version -> Optional.of(""),
            info -> notReported("https-proxy"));

    private static final List<EngineOption<?>> ALL = List.copyOf(DECLARED);

    private static final Set<String> FLAGS =
            Set.copyOf(ALL.stream().map(EngineOption::flag).collect(Collectors.toSet()));

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
        return Fact.missing(Fact.Reason.KEY_MISSING, "docker info does not report " + key);
    }

    /** Docker Engine 27.0 release notes: ip6tables is enabled by default. */
    private static Optional<Boolean> ip6tables(Optional<EngineVersion> version) {
        return version.map(known -> !known.isBefore(EngineVersion.of(27)));
    }

    /** {@return the options that are constants of this class, by their keys} */
    public static List<EngineOption<?>> all() {
        return ALL;
    }

    static boolean isFlag(String name) {
        return FLAGS.contains(name) || DaemonKeys.isFlag(name);
    }

    /** {@return the key in {@code daemon.json}, for example {@code insecure-registries}} */
    public String key() {
        return path.get(path.size() - 1);
    }

    /** {@return the flag of dockerd without its hyphens, for example {@code insecure-registry}} */
    public String flag() {
        return flag;
    }

    /** {@return the names of members that lead to the value in {@code daemon.json}} */
    List<String> path() {
        return path;
    }

    OptionType<T> type() {
        return type;
    }

    /** {@return what the engine takes where nothing is set; nothing if that depends on an unknown version} */
    Optional<T> defaultValue(Optional<EngineVersion> version) {
        return defaults.apply(version);
    }

    /** {@return what the running engine reports, which for most options is nothing} */
    Fact<T> reported(EngineInfo info) {
        return report.apply(info);
    }

    /** {@return the key} */
    @Override
    public String toString() {
        return key();
    }
}
