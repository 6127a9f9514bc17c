package dev.tallyclerk.hardening.container.internal.rules;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.container.internal.reader.Container;
import dev.tallyclerk.hardening.container.model.LogConfig;
import dev.tallyclerk.hardening.engine.EngineOption;
import dev.tallyclerk.hardening.engine.EngineSubject;
import dev.tallyclerk.hardening.engine.ListenAddress;
import dev.tallyclerk.hardening.engine.SecurityOption;
import dev.tallyclerk.internal.subject.Facts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the rules over a container need to know about its engine. */
final class EngineFacts {
    private static final String UNCONFINED = "unconfined";
    private static final Pattern VERSION = Pattern.compile("v?([0-9]{1,9})[.]([0-9]{1,9})(?![0-9]).*");

    private final Fact<EngineSubject> engine;

    private EngineFacts(Fact<EngineSubject> engine) {
        this.engine = engine;
    }

    static EngineFacts of(Container container) {
        return new EngineFacts(container.engine());
    }

    /** {@return the known addresses of the engine's API; empty if unknown} */
    List<ListenAddress> listeners() {
        return of(EngineSubject::listeners).fold((known, at) -> known, Fact.Defaulted::value, missing -> List.of());
    }

    /** {@return the engine's data folder, if known} */
    Optional<String> dataRoot() {
        Optional<String> root = option(EngineOption.DATA_ROOT)
                .fold(
                        (path, at) -> Optional.of(path),
                        assumed -> Optional.of(assumed.value()),
                        missing -> Optional.empty());
        return root.filter(path -> !path.isBlank());
    }

    /** {@return whether the engine is older than a version} */
    Fact<Boolean> isBefore(int major, int minor) {
        return of(EngineSubject::serverVersion).flatMapAt((text, at) -> {
            Matcher version = VERSION.matcher(text);
            return version.matches()
                    ? Fact.known(isBefore(version, major, minor), at)
                    : Fact.missing(MissingValue.Reason.UNREADABLE, at + " does not begin with a version");
        });
    }

    private static boolean isBefore(Matcher version, int major, int minor) {
        int own = Integer.parseInt(version.group(1));
        return own < major || (own == major && Integer.parseInt(version.group(2)) < minor);
    }

    /** {@return {@code 1} or {@code 2}} */
    Fact<String> cgroupVersion() {
        return of(subject -> subject.info().cgroupVersion());
    }

    /** {@return whether the host has AppArmor, by the engine's report} */
    Fact<Boolean> appArmor() {
        return of(subject -> subject.info().securityOptions()).map(options -> lists(options, "apparmor"));
    }

    /** {@return whether the engine separates containers by SELinux} */
    Fact<Boolean> seLinux() {
        return option(EngineOption.SELINUX_ENABLED);
    }

    /**
     * {@return whether containers get no seccomp profile by default: once as the running engine reports it, and once as
     * configured, which applies from its next start}
     */
    List<Fact<Boolean>> withoutSeccomp() {
        Fact<Boolean> reported = of(subject -> subject.info().securityOptions()).map(EngineFacts::reportsNoSeccomp);
        return isWindows()
                ? List.of()
                : List.of(reported, option(EngineOption.SECCOMP_PROFILE).map(UNCONFINED::equals));
    }

    private boolean isWindows() {
        return Facts.isKnown(of(subject -> subject.info().osType()), "windows"::equals);
    }

    /** {@return whether the running engine reports no seccomp support} */
    Fact<Boolean> lacksSeccomp() {
        return of(subject -> subject.info().securityOptions())
                .map(options -> !isWindows() && !lists(options, "seccomp"));
    }

    private static boolean reportsNoSeccomp(List<SecurityOption> options) {
        return options.stream()
                .noneMatch(option -> option.name().equals("seccomp")
                        && !option.profile().orElse("").equals(UNCONFINED));
    }

    /** {@return whether containers get no-new-privileges by default} */
    Fact<Boolean> noNewPrivileges() {
        return option(EngineOption.NO_NEW_PRIVILEGES);
    }

    /** {@return whether containers get resource limits by default} */
    Fact<Boolean> defaultUlimits() {
        return option(EngineOption.DEFAULT_ULIMITS).map(ulimits -> !ulimits.isEmpty());
    }

    /** {@return the default address of published ports in the default network} */
    Fact<String> publishAddress() {
        return option(EngineOption.IP);
    }

    /** {@return the same in newly created networks; empty for every address} */
    Fact<String> publishAddressOfNetworks() {
        return option(EngineOption.DEFAULT_NETWORK_OPTS)
                .map(options -> options.getOrDefault("bridge", Map.of())
                        .getOrDefault("com.docker.network.bridge.host_binding_ipv4", ""));
    }

    /** {@return whether root in a container is another user on the host} */
    boolean remapsUsers() {
        return Facts.isKnown(option(EngineOption.USERNS_REMAP), user -> !user.isEmpty())
                || Facts.isKnown(option(EngineOption.ROOTLESS), rootless -> rootless)
                || Facts.isKnown(of(subject -> subject.info().securityOptions()), options -> lists(options, "userns"));
    }

    /** {@return the default OCI runtime} */
    Fact<String> defaultRuntime() {
        return option(EngineOption.DEFAULT_RUNTIME);
    }

    /** {@return the default logging driver, with its options} */
    Fact<LogConfig> logConfig() {
        Fact<Map<String, String>> options = option(EngineOption.LOG_OPTS);
        return option(EngineOption.LOG_DRIVER)
                .flatMapAt((driver, at) -> options.map(values -> new LogConfig(driver, values)));
    }

    /** {@return the default cgroup namespace, which depends on the cgroup version} */
    Fact<String> cgroupnsMode() {
        return cgroupVersion() instanceof Fact.Missing<String> unknown
                ? unknown
                : option(EngineOption.DEFAULT_CGROUPNS_MODE);
    }

    private <T> Fact<T> option(EngineOption<T> option) {
        return of(subject -> subject.option(option));
    }

    private <T> Fact<T> of(Function<EngineSubject, Fact<T>> property) {
        return engine.flatMapAt((subject, at) -> property.apply(subject));
    }

    private static boolean lists(List<SecurityOption> options, String name) {
        return options.stream().anyMatch(option -> option.name().equals(name));
    }
}
