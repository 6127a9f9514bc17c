package dev.tallyclerk.hardening.container.internal.rules;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.apparmor.AppArmorRules;
import dev.tallyclerk.hardening.container.internal.reader.ImageNames;
import dev.tallyclerk.hardening.container.model.ContainerSettings;
import dev.tallyclerk.hardening.container.model.ContainerSettings.Confinement;
import dev.tallyclerk.hardening.container.model.ContainerSettings.Namespace;
import dev.tallyclerk.hardening.container.model.Mount;
import dev.tallyclerk.hardening.container.model.RunSubject;
import dev.tallyclerk.hardening.seccomp.SeccompDefault;
import dev.tallyclerk.hardening.seccomp.SeccompRules;
import dev.tallyclerk.hardening.seccomp.SeccompSubject;
import dev.tallyclerk.internal.secret.SecretPatterns;
import dev.tallyclerk.internal.subject.Elements;
import dev.tallyclerk.internal.subject.Facts;
import dev.tallyclerk.internal.subject.LineSecrets;
import dev.tallyclerk.reference.Reference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The RUN rules over containers of any kind of subject: what each means, asked of {@link ContainerSettings}.
 *
 * <p>The rules over documents of engines know more: what the engine made of a request, and what it reports besides.
 */
public final class SettingsRules {
    private static final Set<String> SSH_SERVERS = Set.of("sshd", "dropbear");
    private static final String ALL = "ALL";
    private static final String NET_RAW = "NET_RAW";

    private static final Map<String, BiFunction<ContainerSettings, RuleContext, Outcome>> RULES = rules();

    private SettingsRules() {}

    /**
     * {@return the decision of a rule over subjects with containers; empty if only the documents of an engine can
     * decide it}
     *
     * @param rule the id
     */
    public static Optional<BiFunction<RunSubject, RuleContext, Outcome>> of(String rule) {
        BiFunction<ContainerSettings, RuleContext, Outcome> ofOne = RULES.get(rule);
        return ofOne == null
                ? Optional.empty()
                : Optional.of((subject, context) -> overAll(rule, subject, settings -> ofOne.apply(settings, context)));
    }

    private static Map<String, BiFunction<ContainerSettings, RuleContext, Outcome>> rules() {
        Map<String, BiFunction<ContainerSettings, RuleContext, Outcome>> rules = new TreeMap<>();
        Map<String, Function<ContainerSettings, Outcome>> simple = new TreeMap<>();
        simple.put("RUN-001", c -> isNot(c.privileged(), "the container is privileged"));
        simple.put(
                "RUN-002",
                c -> Outcome.allOf(
                        overHostFolders(c, c::isEngineSocket, "the socket of a container engine is mounted"),
                        socketAtTarget(c)));
        simple.put(
                "RUN-003",
                c -> overHostFolders(
                        c, c::holdsEngineSocket, "a mounted folder contains the socket of a container engine"));
        simple.put("RUN-004", c -> isNot(c.sharesHost(Namespace.NETWORK), "the container uses the host's network"));
        simple.put("RUN-005", c -> isNot(c.sharesHost(Namespace.PID), "the container sees the host's processes"));
        simple.put(
                "RUN-006", c -> isNot(c.sharesHost(Namespace.IPC), "the container shares the host's memory segments"));
        simple.put("RUN-012", SettingsRules::breakOut);
        simple.put("RUN-013", SettingsRules::keepsCapabilities);
        simple.put("RUN-014", SettingsRules::netRaw);
        simple.put("RUN-015", SettingsRules::seccomp);
        simple.put("RUN-019", c -> isNot(c.mayGainPrivileges(), "processes may gain privileges"));
        simple.put("RUN-020", SettingsRules::systemPaths);
        simple.put("RUN-021", c -> is(c.readOnlyRoot(), "the root file system is writable"));
        simple.put("RUN-023", SettingsRules::writable);
        simple.put("RUN-024", c -> overHostFolders(c, c::isSensitive, "a sensitive host folder is mounted"));
        simple.put("RUN-025", SettingsRules::propagation);
        simple.put(
                "RUN-028",
                c -> c.deviceRequests()
                        .decide(devices -> Outcome.ofProblems(devices.stream()
                                .map(device -> Problem.at(
                                        device.at(),
                                        "devices of a driver are requested",
                                        Evidence.of(device.name(), device.value())))
                                .toList())));
        simple.put("RUN-029", c -> is(c.limitsMemory(), "there is no memory limit"));
        simple.put("RUN-031", c -> is(c.limitsCpu(), "neither a CPU limit nor a weight is set"));
        simple.put("RUN-040", SettingsRules::ssh);
        simple.put("RUN-043", SettingsRules::root);
        simple.put("RUN-045", c -> is(c.hasHealthCheck(), "there is no health check"));
        simple.forEach((id, rule) -> rules.put(id, (settings, context) -> rule.apply(settings)));
        rules.put("RUN-016", SettingsRules::weakProfile);
        rules.put("RUN-017", SettingsRules::appArmor);
        rules.put("RUN-036", SettingsRules::privilegedPorts);
        rules.put("RUN-047", SettingsRules::secrets);
        rules.put("RUN-049", SettingsRules::mutableTag);
        rules.put("RUN-050", SettingsRules::registry);
        return Map.copyOf(rules);
    }

    /** Joins the outcomes of all containers; a problem of one container names it, one of all is reported once. */
    private static Outcome overAll(String rule, RunSubject subject, Function<ContainerSettings, Outcome> decision) {
        List<Outcome> outcomes = new ArrayList<>();
        Map<Problem, Problem> problems = new LinkedHashMap<>();
        String protectedFrom = "";
        for (ContainerSettings container : subject.containers()) {
            Optional<String> exempt = container.exemption(rule);
            Outcome outcome = exempt.map(Outcome::notApplicable).orElseGet(() -> decision.apply(container));
            if (outcome instanceof Outcome.Fail fail) {
                for (Problem problem : fail.problems()) {
                    problems.putIfAbsent(problem, named(problem, container));
                }
            } else if (outcome instanceof Outcome.NotApplicable notApplicable) {
                protectedFrom = notApplicable.why();
                outcomes.add(outcome);
            } else {
                outcomes.add(outcome);
            }
        }
        if (!problems.isEmpty()) {
            return new Outcome.Fail(List.copyOf(problems.values()));
        }
        if (outcomes.isEmpty()) {
            return Outcome.unknown(MissingValue.Reason.KEY_MISSING, "the document describes no container");
        }
        Outcome all = Outcome.allOf(
                outcomes.get(0), outcomes.subList(1, outcomes.size()).toArray(Outcome[]::new));
        boolean isMoot = rule.equals("RUN-020") && all instanceof Outcome.Pass && !protectedFrom.isEmpty();
        return isMoot ? Outcome.notApplicable(protectedFrom) : all;
    }

    private static Problem named(Problem problem, ContainerSettings container) {
        if (!(problem.at() instanceof Location.Region at)
                || !(container.at() instanceof Location.Region around)
                || !at.isBelow(around)) {
            return problem;
        }
        List<Evidence> evidence = new ArrayList<>(problem.evidence());
        evidence.add(Evidence.of("container", container.name()));
        Problem named = Problem.at(problem.at(), problem.message(), evidence.toArray(Evidence[]::new));
        return problem.severity().map(named::withSeverity).orElse(named);
    }

    private static Outcome is(Fact<Boolean> fact, String problem) {
        return fact.decideAt((value, at) -> Outcome.failIf(!value, at, problem));
    }

    private static Outcome isNot(Fact<Boolean> fact, String problem) {
        return fact.decideAt((value, at) -> Outcome.failIf(value, at, problem));
    }

    private static Outcome overHostFolders(ContainerSettings container, Predicate<String> isProblem, String message) {
        return container
                .hostFolders()
                .decide(mounts -> Outcome.allOf(
                        Outcome.pass(),
                        mounts.stream()
                                .map(mount -> mount.source()
                                        .decideAt((source, at) -> Outcome.failIf(
                                                isProblem.test(source), at, message, Evidence.of("source", source))))
                                .toArray(Outcome[]::new)));
    }

    /** A socket may be anywhere on the host; programs look for it at the usual paths. */
    private static Outcome socketAtTarget(ContainerSettings container) {
        return overMounts(
                container,
                mount -> Outcome.failIf(
                        mount.kind() == Mount.Kind.BIND
                                && container.isEngineSocket(mount.destination())
                                && !Facts.isKnown(mount.source(), container::isEngineSocket),
                        mount.at(),
                        "a file of the host is mounted where programs find the socket of a container engine",
                        ofSource(mount),
                        Evidence.of("target", mount.destination())));
    }

    private static Outcome overMounts(ContainerSettings container, Function<Mount, Outcome> decision) {
        return container
                .mounts()
                .decide(mounts -> Outcome.allOf(
                        Outcome.pass(), mounts.stream().map(decision).toArray(Outcome[]::new)));
    }

    private static Outcome writable(ContainerSettings container) {
        return overMounts(
                container,
                mount -> mount.kind() == Mount.Kind.BIND
                        ? mount.writable()
                                .decide(isWritable -> Outcome.failIf(
                                        isWritable, mount.at(), "a host path is writable", ofSource(mount)))
                        : Outcome.pass());
    }

    private static Evidence ofSource(Mount mount) {
        return Evidence.of(
                "source", mount.source().fold((path, at) -> path, Fact.Defaulted::value, missing -> "unknown"));
    }

    private static Outcome propagation(ContainerSettings container) {
        return overMounts(
                container,
                mount -> mount.propagation()
                        .decideAt((propagation, at) -> Outcome.failIf(
                                propagation.equals("shared") || propagation.equals("rshared"),
                                at,
                                "mounts below this one propagate to the host",
                                Evidence.of("propagation", propagation))));
    }

    private static Outcome breakOut(ContainerSettings container) {
        return Outcome.allOf(
                isNot(container.privileged(), "a privileged container has all capabilities"),
                Elements.failIf(
                        container.capabilitiesAdded(),
                        name -> Capabilities.normalised(name).equals(ALL)
                                || Capabilities.BREAK_OUT.contains(Capabilities.normalised(name)),
                        SettingsRules::breakOut));
    }

    private static Problem breakOut(String name, Location at) {
        Problem problem = Problem.at(at, "the container has " + name, Evidence.of("capability", name));
        return Capabilities.normalised(name).equals("NET_ADMIN") ? problem.withSeverity(Severity.MEDIUM) : problem;
    }

    private static Outcome keepsCapabilities(ContainerSettings container) {
        return Outcome.allOf(
                isNot(container.privileged(), "a privileged container keeps all capabilities"),
                container
                        .capabilitiesDropped()
                        .decideAt((dropped, at) ->
                                Outcome.failIf(!dropped.contains(ALL), at, "not all capabilities are dropped")));
    }

    private static Outcome netRaw(ContainerSettings container) {
        Outcome dropped = container.capabilitiesDropped().decideAt((names, at) -> {
            Set<String> normalised = Capabilities.normalised(names);
            return Outcome.failIf(
                    !normalised.contains(ALL) && !normalised.contains(NET_RAW), at, "the container has NET_RAW");
        });
        Outcome added = Elements.failIf(
                container.capabilitiesAdded(),
                name -> Set.of(ALL, NET_RAW).contains(Capabilities.normalised(name)),
                (name, at) -> Problem.at(at, "the container has NET_RAW", Evidence.of("capability", name)));
        return Outcome.allOf(
                isNot(container.privileged(), "a privileged container has all capabilities"), dropped, added);
    }

    private static Outcome seccomp(ContainerSettings container) {
        return Outcome.allOf(
                isNot(container.privileged(), "seccomp does not restrict a privileged container"),
                unconfined(container.seccomp(), "seccomp is unconfined"));
    }

    /** Pods mostly run on containerd, whose default is Docker's. */
    private static Outcome weakProfile(ContainerSettings container, RuleContext context) {
        Fact<SeccompSubject> own = container.seccompProfile();
        return Facts.isAbsent(own)
                ? Outcome.notApplicable("the container names no profile")
                : own.decide(profile -> SeccompRules.compareWithDefault(profile, SeccompDefault.CONTAINERD, context));
    }

    private static Outcome appArmor(ContainerSettings container, RuleContext context) {
        Outcome confined = unconfined(container.appArmor(), "AppArmor is unconfined");
        return container
                .appArmorProfile()
                .fold(
                        (profile, at) -> Outcome.allOf(confined, AppArmorRules.compareWithDefault(profile, context)),
                        assumed -> confined,
                        missing -> confined);
    }

    private static Outcome unconfined(Fact<Confinement> fact, String problem) {
        return fact.decideAt((value, at) -> Outcome.failIf(value == Confinement.UNCONFINED, at, problem));
    }

    private static Outcome systemPaths(ContainerSettings container) {
        if (Facts.isKnown(container.privileged(), value -> value)) {
            return Outcome.notApplicable("a privileged container has no protected paths; see RUN-001");
        }
        return container.unmasksProc().decideAt((unmasks, at) -> {
            if (!unmasks) {
                return Outcome.pass();
            }
            Problem problem = Problem.at(at, "system paths are not protected");
            return Outcome.fail(
                    Facts.isKnown(container.remapsUsers(), value -> value)
                            ? problem.withSeverity(Severity.MEDIUM)
                            : problem);
        });
    }

    private static Outcome root(ContainerSettings container) {
        return container.runsAsRoot().decideAt((isRoot, at) -> {
            if (!isRoot) {
                return Outcome.pass();
            }
            Problem problem = Problem.at(at, "the processes run as root");
            return Outcome.fail(
                    Facts.isKnown(container.remapsUsers(), value -> value)
                            ? problem.withSeverity(Severity.MEDIUM)
                            : problem);
        });
    }

    private static Outcome ssh(ContainerSettings container) {
        Outcome port = Elements.failIf(
                container.containerPorts(),
                "22"::equals,
                (number, at) -> Problem.at(at, "the port of SSH is open", Evidence.of("port", number)));
        return Outcome.allOf(port, startsNoServer(container.command()), startsNoServer(container.arguments()));
    }

    private static Outcome startsNoServer(Fact<List<String>> words) {
        return Elements.failIf(
                words,
                word -> SSH_SERVERS.contains(word.substring(word.lastIndexOf('/') + 1)),
                (word, at) -> Problem.at(at, "the command line starts an SSH server"));
    }

    private static Outcome secrets(ContainerSettings container, RuleContext context) {
        SecretPatterns more = SecretPatterns.of(context.secretPatterns());
        Outcome inVariables = container
                .environment()
                .decide(variables -> Outcome.ofProblems(variables.stream()
                        .flatMap(variable -> ContentRules.secretIn(variable.name(), variable.value(), more).stream()
                                .map(what -> Problem.at(
                                        variable.at(),
                                        "a variable holds a " + what,
                                        Evidence.redacted(variable.name()))))
                        .toList()));
        return Outcome.allOf(
                inVariables,
                ContentRules.ifStated(container.command(), words -> LineSecrets.judgeWords(words, more)),
                ContentRules.ifStated(container.arguments(), words -> LineSecrets.judgeWords(words, more)));
    }

    private static Outcome privilegedPorts(ContainerSettings container, RuleContext context) {
        return container
                .hostPorts()
                .decide(ports -> Outcome.ofProblems(ports.stream()
                        .filter(port -> NetworkRules.isPrivileged(port, context))
                        .map(port -> Problem.at(
                                port.at(),
                                "a port below 1024 is published",
                                Evidence.of("HostPort", Integer.toString(port.firstHostPort()))))
                        .toList()));
    }

    private static Outcome overImage(ContainerSettings container, BiFunction<Reference, Location, Outcome> decision) {
        return container
                .image()
                .decideAt((image, at) -> ImageNames.reference(image)
                        .map(reference -> decision.apply(reference, at))
                        .orElseGet(() ->
                                Outcome.unknown(MissingValue.Reason.UNREADABLE, at + " is not an image reference")));
    }

    private static Outcome mutableTag(ContainerSettings container, RuleContext context) {
        return overImage(container, (image, at) -> ImageRules.mutableTag(image, at, context));
    }

    private static Outcome registry(ContainerSettings container, RuleContext context) {
        return ImageRules.hasRegistries(context)
                ? overImage(container, (image, at) -> ImageRules.registry(image, at, context))
                : ImageRules.anyRegistry();
    }
}
