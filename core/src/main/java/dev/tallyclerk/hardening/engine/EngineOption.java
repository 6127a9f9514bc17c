package dev.tallyclerk.hardening.engine;

import dev.tallyclerk.hardening.Fact;
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
    /** Registries to which foreign layers are pushed. */
    public static final EngineOption<List<String>> ALLOW_NONDISTRIBUTABLE_ARTIFACTS = of(
                    "allow-nondistributable-artifacts",
                    "allow-nondistributable-artifacts",
                    OptionType.LIST,
                    version -> Optional.of(List.of()))
            .reportedBy(EngineInfo::nondistributable);

    /** Plugins that judge each call of the API. */
    public static final EngineOption<List<String>> AUTHORIZATION_PLUGINS = of(
                    "authorization-plugins", "authorization-plugin", OptionType.LIST, version -> Optional.of(List.of()))
            .reportedBy(EngineInfo::authorizationPlugins);

    /** The bridge of containers that name no network: empty for the engine's own, or {@code none}. */
    public static final EngineOption<String> BRIDGE =
            of("bridge", "bridge", OptionType.TEXT, version -> Optional.of(""));

    /** The cgroup above those of containers; empty for the engine's own choice. */
    public static final EngineOption<String> CGROUP_PARENT =
            of("cgroup-parent", "cgroup-parent", OptionType.TEXT, version -> Optional.of(""));

    /** Where images and containers are kept. */
    public static final EngineOption<String> DATA_ROOT = of(
                    "data-root", "data-root", OptionType.TEXT, version -> Optional.of("/var/lib/docker"))
            .reportedBy(EngineInfo::dataRoot);

    /** Whether the engine runs in debug mode. */
    public static final EngineOption<Boolean> DEBUG = of(
                    "debug", "debug", OptionType.SWITCH, version -> Optional.of(false))
            .reportedBy(EngineInfo::debug);

    /**
     * The cgroup namespace of containers, {@code host} or {@code private}. The default is the documented one; on cgroup
     * v1 an engine takes {@code host} by itself.
     */
    public static final EngineOption<String> DEFAULT_CGROUPNS_MODE =
            of("default-cgroupns-mode", "default-cgroupns-mode", OptionType.TEXT, version -> Optional.of("private"));

    /**
     * The IPC namespace of containers, {@code shareable} or {@code private}; engines before 19.03 took
     * {@code shareable}.
     */
    public static final EngineOption<String> DEFAULT_IPC_MODE =
            of("default-ipc-mode", "default-ipc-mode", OptionType.TEXT, version -> Optional.of("private"));

    /**
     * The options that networks get when they are made, by their driver and then by name; the default network is not
     * one of them. Since 24.0.
     */
    public static final EngineOption<Map<String, Map<String, String>>> DEFAULT_NETWORK_OPTS =
            of("default-network-opts", "default-network-opt", OptionType.BY_DRIVER, version -> Optional.of(Map.of()));

    /** The runtime of containers that name none. */
    public static final EngineOption<String> DEFAULT_RUNTIME = of(
                    "default-runtime", "default-runtime", OptionType.TEXT, version -> Optional.of("runc"))
            .reportedBy(EngineInfo::defaultRuntime);

    /** The limits of containers that name none, by their names. */
    public static final EngineOption<Map<String, String>> DEFAULT_ULIMITS =
            of("default-ulimits", "default-ulimit", OptionType.NAMED, version -> Optional.of(Map.of()));

    /** Options of the runtime, for example {@code native.cgroupdriver=systemd}. */
    public static final EngineOption<List<String>> EXEC_OPTS =
            of("exec-opts", "exec-opt", OptionType.LIST, version -> Optional.of(List.of()));

    /** Whether experimental features are on. */
    public static final EngineOption<Boolean> EXPERIMENTAL = of(
                    "experimental", "experimental", OptionType.SWITCH, version -> Optional.of(false))
            .reportedBy(EngineInfo::experimental);

    /** Features that are switched, by their names. */
    public static final EngineOption<Map<String, String>> FEATURES =
            of("features", "feature", OptionType.NAMED, version -> Optional.of(Map.of()));

    /** The group that owns the socket. */
    public static final EngineOption<String> GROUP =
            of("group", "group", OptionType.TEXT, version -> Optional.of("docker"));

    /** What the API listens on, as it is written; {@link EngineSubject#listeners} has it taken apart. */
    public static final EngineOption<List<String>> HOSTS =
            of("hosts", "host", OptionType.LIST, version -> Optional.of(List.of("unix:///var/run/docker.sock")));

    /** Whether containers on the default bridge may reach each other. */
    public static final EngineOption<Boolean> ICC = of("icc", "icc", OptionType.SWITCH, version -> Optional.of(true));

    /** Registries, or networks of them, to which the engine talks without TLS or without verifying it. */
    public static final EngineOption<List<String>> INSECURE_REGISTRIES =
            of("insecure-registries", "insecure-registry", OptionType.LIST, version -> Optional.of(List.of()));

    /** The host's address on which ports are published that name none; it counts in the default network only. */
    public static final EngineOption<String> IP = of("ip", "ip", OptionType.TEXT, version -> Optional.of("0.0.0.0"));

    /** Whether the engine manages the rules of ip6tables: by default since 27.0, before that not. */
    public static final EngineOption<Boolean> IP6TABLES =
            of("ip6tables", "ip6tables", OptionType.SWITCH, EngineOption::ip6tables);

    /** Whether the engine manages the rules of iptables. */
    public static final EngineOption<Boolean> IPTABLES =
            of("iptables", "iptables", OptionType.SWITCH, version -> Optional.of(true));

    /** Whether the default bridge has IPv6. */
    public static final EngineOption<Boolean> IPV6 =
            of("ipv6", "ipv6", OptionType.SWITCH, version -> Optional.of(false));

    /** The engine's labels. */
    public static final EngineOption<List<String>> LABELS =
            of("labels", "label", OptionType.LIST, version -> Optional.of(List.of()));

    /** Whether containers go on while the engine is down. */
    public static final EngineOption<Boolean> LIVE_RESTORE = of(
                    "live-restore", "live-restore", OptionType.SWITCH, version -> Optional.of(false))
            .reportedBy(EngineInfo::liveRestore);

    /** Where the output of containers goes that name no driver. */
    public static final EngineOption<String> LOG_DRIVER = of(
                    "log-driver", "log-driver", OptionType.TEXT, version -> Optional.of("json-file"))
            .reportedBy(EngineInfo::loggingDriver);

    /** How much the engine logs. */
    public static final EngineOption<String> LOG_LEVEL =
            of("log-level", "log-level", OptionType.TEXT, version -> Optional.of("info"));

    /** The options of the log driver. */
    public static final EngineOption<Map<String, String>> LOG_OPTS =
            of("log-opts", "log-opt", OptionType.TEXTS, version -> Optional.of(Map.of()));

    /** Where metrics are served; empty for nowhere. */
    public static final EngineOption<String> METRICS_ADDR =
            of("metrics-addr", "metrics-addr", OptionType.TEXT, version -> Optional.of(""));

    /** Whether containers get no-new-privileges unless they refuse it. */
    public static final EngineOption<Boolean> NO_NEW_PRIVILEGES = of(
                    "no-new-privileges", "no-new-privileges", OptionType.SWITCH, version -> Optional.of(false))
            .reportedBy(EngineInfo::noNewPrivileges);

    /** Mirrors of Docker Hub. */
    public static final EngineOption<List<String>> REGISTRY_MIRRORS = of(
                    "registry-mirrors", "registry-mirror", OptionType.LIST, version -> Optional.of(List.of()))
            .reportedBy(EngineInfo::registryMirrors);

    /** Whether the engine is told to run without root. */
    public static final EngineOption<Boolean> ROOTLESS = of(
                    "rootless", "rootless", OptionType.SWITCH, version -> Optional.of(false))
            .reportedBy(EngineInfo::rootless);

    /** Further runtimes, by their names. */
    public static final EngineOption<Map<String, String>> RUNTIMES =
            of("runtimes", "add-runtime", OptionType.NAMED, version -> Optional.of(Map.of()));

    /** The seccomp profile of containers that name none: {@code builtin}, {@code unconfined} or a path. */
    public static final EngineOption<String> SECCOMP_PROFILE =
            of("seccomp-profile", "seccomp-profile", OptionType.TEXT, version -> Optional.of("builtin"));

    /** Whether containers are separated by SELinux. */
    public static final EngineOption<Boolean> SELINUX_ENABLED = of(
                    "selinux-enabled", "selinux-enabled", OptionType.SWITCH, version -> Optional.of(false))
            .reportedBy(EngineInfo::selinux);

    /**
     * How layers are stored. Without the option an engine takes the best that the kernel has and earlier images allow.
     */
    public static final EngineOption<String> STORAGE_DRIVER = of(
                    "storage-driver", "storage-driver", OptionType.TEXT, version -> Optional.of("overlay2"))
            .reportedBy(EngineInfo::storageDriver);

    /** Options of the storage driver. */
    public static final EngineOption<List<String>> STORAGE_OPTS =
            of("storage-opts", "storage-opt", OptionType.LIST, version -> Optional.of(List.of()));

    /** Whether the API over TCP uses TLS. */
    public static final EngineOption<Boolean> TLS = of("tls", "tls", OptionType.SWITCH, version -> Optional.of(false));

    /** Whether the API over TCP demands a client certificate. */
    public static final EngineOption<Boolean> TLSVERIFY =
            of("tlsverify", "tlsverify", OptionType.SWITCH, version -> Optional.of(false));

    /** Whether published ports are served by a process of the engine. */
    public static final EngineOption<Boolean> USERLAND_PROXY =
            of("userland-proxy", "userland-proxy", OptionType.SWITCH, version -> Optional.of(true));

    /** To whom root in containers is mapped; empty for nobody. */
    public static final EngineOption<String> USERNS_REMAP =
            of("userns-remap", "userns-remap", OptionType.TEXT, version -> Optional.of(""));

    /** The proxy of the engine's own requests over HTTP; it may hold a password. */
    public static final EngineOption<String> HTTP_PROXY = new EngineOption<>(
            List.of("proxies", "http-proxy"),
            "http-proxy",
            OptionType.TEXT,
            version -> Optional.of(""),
            info -> notReported("http-proxy"));

    /** The proxy of the engine's own requests over HTTPS; it may hold a password. */
    public static final EngineOption<String> HTTPS_PROXY = new EngineOption<>(
            List.of("proxies", "https-proxy"),
            "https-proxy",
            OptionType.TEXT,
            version -> Optional.of(""),
            info -> notReported("https-proxy"));

    private static final List<EngineOption<?>> ALL = List.of(
            ALLOW_NONDISTRIBUTABLE_ARTIFACTS,
            AUTHORIZATION_PLUGINS,
            BRIDGE,
            CGROUP_PARENT,
            DATA_ROOT,
            DEBUG,
            DEFAULT_CGROUPNS_MODE,
            DEFAULT_IPC_MODE,
            DEFAULT_NETWORK_OPTS,
            DEFAULT_RUNTIME,
            DEFAULT_ULIMITS,
            EXEC_OPTS,
            EXPERIMENTAL,
            FEATURES,
            GROUP,
            HOSTS,
            ICC,
            INSECURE_REGISTRIES,
            IP,
            IP6TABLES,
            IPTABLES,
            IPV6,
            LABELS,
            LIVE_RESTORE,
            LOG_DRIVER,
            LOG_LEVEL,
            LOG_OPTS,
            METRICS_ADDR,
            NO_NEW_PRIVILEGES,
            REGISTRY_MIRRORS,
            ROOTLESS,
            RUNTIMES,
            SECCOMP_PROFILE,
            SELINUX_ENABLED,
            STORAGE_DRIVER,
            STORAGE_OPTS,
            TLS,
            TLSVERIFY,
            USERLAND_PROXY,
            USERNS_REMAP,
            HTTP_PROXY,
            HTTPS_PROXY);

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

    private static <T> EngineOption<T> of(
            String key, String flag, OptionType<T> type, Function<Optional<EngineVersion>, Optional<T>> defaults) {
        return new EngineOption<>(List.of(key), flag, type, defaults, info -> notReported(key));
    }

    private EngineOption<T> reportedBy(Function<EngineInfo, Fact<T>> accessor) {
        return new EngineOption<>(path, flag, type, defaults, accessor);
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
