package dev.tallyclerk.hardening.container.internal.rules;

import static dev.tallyclerk.hardening.container.internal.rules.ContainerRule.rule;
import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.apparmor.AppArmorRules;
import dev.tallyclerk.hardening.apparmor.AppArmorSubject;
import dev.tallyclerk.hardening.container.internal.reader.Container;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.subject.Facts;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What the kernel forbids the processes of a container, whatever their user. */
final class ConfinementRules {
    /** Paths that every engine version masks; newer ones mask more. */
    private static final List<String> STABLE_MASKS = List.of("/proc/kcore", "/proc/keys", "/sys/firmware");

    /** Paths that every engine version makes read-only. */
    private static final List<String> STABLE_READ_ONLY = List.of("/proc/sys", "/proc/sysrq-trigger");

    private ConfinementRules() {}

    private static final String UNMASK = "unmask=";
    private static final String NO_APP_ARMOR = "the host does not have AppArmor";

    /** SELinux types that do not confine. */
    private static final Set<String> UNCONFINED_TYPES =
            Set.of("spc_t", "unconfined_t", "container_runtime_t", "docker_t", "unconfined_service_t");

    /** False for Go's strconv.ParseBool, with which engines read switches; without a value they are true. */
    private static final Set<String> OFF = Set.of("0", "f", "F", "FALSE", "false", "False");

    static List<ContainerRule> all() {
        return List.of(appArmor(), seLinux(), newPrivileges(), systemPaths());
    }

    private static ContainerRule appArmor() {
        return rule(info("RUN-017", Severity.MEDIUM, Profile.L1, "5.2", "4.4.3", """
                        No AppArmor profile
                        The engine's AppArmor profile keeps processes from writing to /proc and /sys, from mounting file
                        systems and from tracing other processes, even if a capability would allow it.
                        A profile of your own replaces it, and may let through what it forbids.
                        Remedy: Remove apparmor=unconfined so that docker-default applies, or name a profile that is
                        loaded on the host and allows no more.
                        """), ConfinementRules::appArmor);
    }

    private static Outcome appArmor(Container container, RuleContext context) {
        Outcome confined = confinement(container);
        Optional<AppArmorSubject> given = appArmorName(container).flatMap(container::givenAppArmorProfile);
        if (given.isEmpty() || confined instanceof Outcome.NotApplicable || confined instanceof Outcome.Fail) {
            return confined;
        }
        Outcome compared = AppArmorRules.compareWithDefault(given.get(), context);
        return confined instanceof Outcome.Pass || compared instanceof Outcome.Fail ? compared : confined;
    }

    /** {@return the name of the profile that the container has or asks for} */
    private static Optional<String> appArmorName(Container container) {
        Optional<String> asked = SecurityOption.named("apparmor", container)
                .fold((options, at) -> options, Fact.Defaulted::value, missing -> List.<SecurityOption>of())
                .stream()
                .map(SecurityOption::value)
                .reduce((first, last) -> last);
        return container
                .appArmorProfile()
                .fold((name, at) -> name.isEmpty() ? asked : Optional.of(name), assumed -> asked, missing -> asked);
    }

    private static Outcome confinement(Container container) {
        boolean isNamed = Facts.isKnown(
                container.appArmorProfile(), profile -> !profile.isEmpty() && !profile.equals("unconfined"));
        if (isNamed) {
            return Outcome.pass();
        }
        Outcome unconfined = explicitlyUnconfined(container);
        if (unconfined instanceof Outcome.Fail) {
            return Facts.isKnown(EngineFacts.of(container).appArmor(), has -> !has)
                    ? Outcome.notApplicable(NO_APP_ARMOR)
                    : unconfined;
        }
        Fact<Boolean> host = EngineFacts.of(container).appArmor();
        if (host instanceof Fact.Missing<Boolean> unknown) {
            return Outcome.allOf(unconfined, Outcome.unknown(unknown.why()));
        }
        if (isYetToStart(container)) {
            return host.decide(hasAppArmor -> hasAppArmor ? unconfined : Outcome.notApplicable(NO_APP_ARMOR));
        }
        return host.decide(hasAppArmor -> hasAppArmor
                ? container
                        .appArmorProfile()
                        .decideAt((profile, at) -> Outcome.fail(Problem.at(
                                at, "the container has no AppArmor profile", Evidence.of("AppArmorProfile", profile))))
                : Outcome.notApplicable(NO_APP_ARMOR));
    }

    /** Docker sets the profile of a container at its first start, unless it is privileged. */
    private static boolean isYetToStart(Container container) {
        return !container.document().isPodman()
                && !container.document().isNerdctl()
                && Facts.isKnown(container.status(), "created"::equals)
                && Facts.isKnown(container.hostConfig().privileged(), value -> !value);
    }

    private static Outcome explicitlyUnconfined(Container container) {
        Outcome asked = SecurityOption.named("apparmor", container)
                .decide(options -> Outcome.ofProblems(options.stream()
                        .filter(option -> option.value().equals("unconfined"))
                        .map(option -> Problem.at(option.at(), "AppArmor is unconfined"))
                        .toList()));
        Outcome is = Facts.failIf(
                container.appArmorProfile(), "unconfined"::equals, "AppArmor is unconfined", "AppArmorProfile");
        return Outcome.allOf(asked, is);
    }

    private static ContainerRule seLinux() {
        return rule(info("RUN-018", Severity.MEDIUM, Profile.L2, "5.3", "4.4.3", """
                        SELinux separation is off
                        SELinux gives each container its own label, so that an escaped process can access neither the
                        host's files nor other containers. Without a label nothing stops it there.
                        Remedy: Remove label=disable, disable, or a type such as spc_t, and run the engine with
                        selinux-enabled. Mount shared files with :z or :Z.
                        """), ConfinementRules::seLinux);
    }

    private static Outcome seLinux(Container container) {
        Fact<Boolean> host = EngineFacts.of(container).seLinux();
        if (Facts.isKnown(host, enabled -> !enabled)) {
            return Outcome.notApplicable("the engine does not use SELinux");
        }
        // Engines treat the word disable alone as label=disable.
        Outcome opted = Outcome.allOf(
                unlabelled("label", container, ConfinementRules::optsOut),
                unlabelled("disable", container, String::isEmpty));
        // In Podman, a label exists only where SELinux does, and mounts have one even if the process does not.
        boolean isLabelled = container.document().isPodman()
                && (Facts.isKnown(container.processLabel(), label -> !label.isEmpty())
                        || Facts.isKnown(mountLabel(container), label -> !label.isEmpty()));
        if (host instanceof Fact.Missing<Boolean> && !isLabelled) {
            return opted instanceof Outcome.Pass
                    ? Outcome.notApplicable("it is not known that the engine uses SELinux")
                    : opted;
        }
        return Outcome.allOf(
                opted,
                Facts.failIf(
                        container.processLabel(),
                        label -> label.isEmpty() || isUnconfined(label),
                        "the processes have no SELinux label that confines them",
                        "ProcessLabel"));
    }

    private static Fact<String> mountLabel(Container container) {
        return container.document().top("", JsonCursor::string, "MountLabel");
    }

    private static Outcome unlabelled(String name, Container container, Predicate<String> isProblem) {
        return SecurityOption.named(name, container)
                .decide(options -> Outcome.ofProblems(options.stream()
                        .filter(option -> isProblem.test(option.value()))
                        .map(option -> Problem.at(
                                option.at(),
                                "SELinux does not confine the container",
                                Evidence.of("label", option.value().isEmpty() ? option.name() : option.value())))
                        .toList()));
    }

    private static boolean optsOut(String label) {
        return label.equals("disable") || (label.startsWith("type:") && UNCONFINED_TYPES.contains(label.substring(5)));
    }

    /** A label is user, role, type and level; only the level may contain colons. */
    private static boolean isUnconfined(String label) {
        String[] parts = label.split(":", 4);
        return parts.length > 2 && UNCONFINED_TYPES.contains(parts[2]);
    }

    private static ContainerRule newPrivileges() {
        return rule(
                info("RUN-019", Severity.MEDIUM, Profile.L1, "5.26", "4.4.3", """
                        Processes may gain privileges
                        Without no-new-privileges, a process gains rights by starting a set-user-ID program or one with
                        file capabilities. That is how the takeover of an unprivileged account becomes the takeover of
                        root.
                        Remedy: Start it with --security-opt no-new-privileges, or set no-new-privileges in daemon.json
                        for all containers.
                        """),
                container -> SecurityOption.named("no-new-privileges", container)
                        .decideAt((settings, at) -> settings.isEmpty()
                                ? newPrivilegesOfEngine(container, at)
                                : newPrivileges(settings.get(settings.size() - 1))));
    }

    /** Reads the value like Go's strconv.ParseBool, as engines do; without a value it is true. */
    private static Outcome newPrivileges(SecurityOption setting) {
        return switch (setting.value()) {
            case "", "1", "t", "T", "TRUE", "true", "True" -> Outcome.pass();
            case "0", "f", "F", "FALSE", "false", "False" ->
                Outcome.fail(Problem.at(setting.at(), "no-new-privileges is disabled"));
            default ->
                Outcome.unknown(
                        MissingValue.Reason.UNREADABLE, setting.at() + ": no-new-privileges is neither true nor false");
        };
    }

    private static Outcome newPrivilegesOfEngine(Container container, Location at) {
        return Outcome.failIf(
                !Facts.isKnown(EngineFacts.of(container).noNewPrivileges(), value -> value),
                at,
                "no-new-privileges is not set, and the engine's default is off");
    }

    private static ContainerRule systemPaths() {
        return rule(
                info("RUN-020", Severity.HIGH, Profile.L1, "", "4.4.3", """
                        Protection of system paths is removed
                        Engines mask some paths below /proc and /sys and make others read-only, because they reveal
                        kernel memory and keys, or change the kernel for the whole host or the container's own limits.
                        Remedy: Remove --security-opt systempaths=unconfined or writable-cgroups, or in Podman unmask.
                        """).highest(Severity.CRITICAL), container -> {
                    if (Facts.isKnown(container.hostConfig().privileged(), value -> value)) {
                        return Outcome.notApplicable("a privileged container has no protected paths; see RUN-001");
                    }
                    boolean isControl = mayWriteSystemPaths(container);
                    Outcome asked = worsened(Outcome.ofProblems(unmasked(container)), isControl);
                    if (asked instanceof Outcome.Fail) {
                        return asked;
                    }
                    Outcome inCommand = unmaskedByCommand(container);
                    if (inCommand instanceof Outcome.Fail) {
                        return worsened(inCommand, isControl);
                    }
                    if (hasPodmansPaths(container)) {
                        return container.hostConfig().privileged().decide(value -> Outcome.pass());
                    }
                    return Outcome.allOf(
                            container.hostConfig().privileged().decide(value -> Outcome.pass()),
                            container.hostConfig().maskedPaths().decideAt(ConfinementRules::masked),
                            worsened(
                                    container.hostConfig().readonlyPaths().decideAt(ConfinementRules::readOnly),
                                    isControl));
                });
    }

    /**
     * {@return whether root of the host, with no AppArmor profile to prevent it, can write kernel parameters that name
     * a program for the kernel to start, because they are not read-only}
     */
    private static boolean mayWriteSystemPaths(Container container) {
        boolean mayBeRoot = !Facts.isKnown(container.config().user(), user -> !UserRules.isRoot(user));
        boolean isConfined = confinement(container) instanceof Outcome.Pass;
        return mayBeRoot
                && !isConfined
                && !EngineFacts.of(container).remapsUsers()
                && explicitlyUnconfined(container) instanceof Outcome.Fail;
    }

    private static Outcome worsened(Outcome outcome, boolean isControl) {
        return isControl && outcome instanceof Outcome.Fail fail
                ? Outcome.ofProblems(fail.problems().stream()
                        .map(problem -> problem.withSeverity(Severity.CRITICAL))
                        .toList())
                : outcome;
    }

    /**
     * {@return whether Podman protects its default paths: it is 4.4 or later, which records every option that unmasks a
     * path, and neither the options nor the creating command have one}
     */
    private static boolean hasPodmansPaths(Container container) {
        boolean keepsOptions = container.document().isPodmanSince46()
                || (container.document().isPodman()
                        && Facts.isKnown(EngineFacts.of(container).isBefore(4, 4), before -> !before));
        return keepsOptions
                && Facts.isKnown(container.hostConfig().securityOpt(), ConfinementRules::takesNoPathOut)
                && Facts.isKnown(
                        container.config().createCommand(), words -> !words.isEmpty() && takesNoPathOut(words));
    }

    private static boolean takesNoPathOut(List<String> words) {
        return words.stream().noneMatch(word -> word.contains("unmask") || word.contains("systempaths"));
    }

    /** Podman does not list the masked paths, and Docker only since API 1.39; both record the options. */
    private static List<Problem> unmasked(Container container) {
        return container
                .hostConfig()
                .securityOpt()
                .fold(
                        (options, at) -> Stream.of(
                                        SecurityOption.named("unmask", options, at).stream()
                                                .filter(option -> unmasks(option.value())),
                                        SecurityOption.named("systempaths", options, at).stream()
                                                .filter(option -> option.value().equals("unconfined")),
                                        SecurityOption.named("writable-cgroups", options, at).stream()
                                                .filter(option -> !OFF.contains(option.value())))
                                .flatMap(unsafe -> unsafe)
                                .map(option -> Problem.at(
                                        option.at(),
                                        "system paths are not protected",
                                        Evidence.of(option.name(), option.value())))
                                .toList(),
                        assumed -> List.of(),
                        missing -> List.of());
    }

    /** Podman records the options of a container before 4.6 only in the command that created it. */
    private static Outcome unmaskedByCommand(Container container) {
        return container.document().isPodman()
                ? CreateCommand.each(
                        container,
                        Set.of("--security-opt"),
                        given -> Outcome.failIf(
                                given.text().startsWith(UNMASK)
                                        && unmasks(given.text().substring(UNMASK.length())),
                                given.at(),
                                "system paths are not protected",
                                Evidence.of("--security-opt", given.text())))
                : Outcome.pass();
    }

    private static boolean unmasks(String value) {
        return value.equalsIgnoreCase("all")
                || Arrays.stream(value.split(":", -1))
                        .anyMatch(pattern -> Stream.concat(STABLE_MASKS.stream(), STABLE_READ_ONLY.stream())
                                .anyMatch(path -> PathGlob.matches(pattern, path)));
    }

    private static Outcome masked(List<String> paths, Location at) {
        if (paths.isEmpty()) {
            return Outcome.fail(Problem.at(at, "no path is masked"));
        }
        return lacking(paths, STABLE_MASKS, "a path that engines mask is not masked", at);
    }

    private static Outcome readOnly(List<String> paths, Location at) {
        if (paths.isEmpty()) {
            return Outcome.fail(
                    Problem.at(at, "no path is made read-only", Evidence.of("ReadonlyPaths", paths.toString())));
        }
        return lacking(paths, STABLE_READ_ONLY, "a path that engines protect is writable", at);
    }

    private static Outcome lacking(List<String> paths, List<String> wanted, String message, Location at) {
        return Outcome.ofProblems(wanted.stream()
                .filter(path -> !paths.contains(path))
                .map(path -> Problem.at(at, message, Evidence.of("path", path)))
                .toList());
    }
}
