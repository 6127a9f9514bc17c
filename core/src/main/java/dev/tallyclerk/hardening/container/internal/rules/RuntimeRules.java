package dev.tallyclerk.hardening.container.internal.rules;

import static dev.tallyclerk.hardening.container.internal.rules.ContainerRule.rule;
import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.container.internal.reader.Container;
import dev.tallyclerk.hardening.container.model.LogConfig;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.subject.AllowedNames;
import dev.tallyclerk.internal.subject.Facts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** How the engine runs a container: cgroup, logs, OCI runtime and kernel parameters. */
final class RuntimeRules {
    private static final RuleParameter<List<String>> CGROUP_PARENTS = RuleParameter.textList(
            "allowedCgroupParents",
            List.of(),
            "Allowed parent cgroups, for example /kubepods; a path includes everything below it,"
                    + " and * at the end matches any ending.");
    private static final RuleParameter<List<String>> RUNTIMES = RuleParameter.textList(
            "allowedRuntimes", AllowedNames.RUNTIMES, "Allowed OCI runtimes; * at the end matches any ending.");

    private static final RuleParameter<Boolean> SANDBOX = RuleParameter.flag(
            "requireSandbox",
            false,
            "Whether only runtimes with a kernel or user namespace of their own are allowed: gVisor, Kata, Sysbox,"
                    + " libkrun.");

    /** The parent cgroups of Podman's containers and pods, with systemd and without. */
    private static final Predicate<String> IS_PODMANS = Pattern.compile(
                    "(user|machine)\\.slice(/\\1-libpod_pod_[0-9a-f]{64}\\.slice)?|/?libpod_parent(/[0-9a-f]{64})?")
            .asMatchPredicate();

    private RuntimeRules() {}

    static List<ContainerRule> all() {
        return List.of(cgroupParent(), logsDiscarded(), logsGrow(), runtime(), sysctls());
    }

    private static ContainerRule cgroupParent() {
        return rule(
                info("RUN-048", Severity.LOW, Profile.L1, "5.25", "4.4.4", """
                        Container sets its own parent cgroup
                        The parent cgroup determines which limits apply. Under another parent than the engine's, the
                        limits set for all containers do not.
                        Remedy: Start it without --cgroup-parent, or allow the cgroup in the policy.
                        """).parameter(CGROUP_PARENTS),
                (container, context) -> Facts.failIf(
                        container.hostConfig().cgroupParent(),
                        parent -> !parent.isEmpty()
                                && !AllowedNames.hasCgroup(context.value(CGROUP_PARENTS), parent)
                                && !(container.document().isPodman() && IS_PODMANS.test(parent)),
                        "the container sets a parent cgroup",
                        "CgroupParent"));
    }

    /**
     * {@return the driver of the container, or else of the engine, with the engine's options if the driver is the same
     * and the container is not yet created}
     */
    private static Fact<LogConfig> logConfig(Container container) {
        Fact<LogConfig> own = container.hostConfig().logConfig();
        // Engines complete the settings at creation; their current configuration may be newer.
        if (container.document().isInspect()
                && Facts.isKnown(own, config -> !config.type().isEmpty())) {
            return own;
        }
        Fact<LogConfig> engines = EngineFacts.of(container).logConfig();
        if (Facts.isKnown(own, config -> config.type().isEmpty()) && engines instanceof Fact.Missing<LogConfig>) {
            return engines;
        }
        return engines.fold(
                (config, at) -> own.map(more -> merged(config, more)),
                assumed -> own.map(more -> merged(assumed.value(), more)),
                missing -> own);
    }

    private static LogConfig merged(LogConfig engines, LogConfig own) {
        if (!own.type().isEmpty() && !own.type().equals(engines.type())) {
            return own;
        }
        Map<String, String> options = new HashMap<>(engines.options());
        options.putAll(own.options());
        return new LogConfig(engines.type(), options);
    }

    private static ContainerRule logsDiscarded() {
        return rule(
                info("RUN-051", Severity.MEDIUM, Profile.L2, "2.13", "4.4.4", """
                        Logs are discarded
                        A container's output is often the only trace of an attack or a failure. The driver none discards
                        it at once.
                        Remedy: Remove --log-driver none; use the engine's driver, or one that sends logs to a central
                        place.
                        """),
                container -> Facts.failIf(
                        logConfig(container).map(LogConfig::type),
                        "none"::equals,
                        "logs are discarded",
                        "LogConfig.Type"));
    }

    private static ContainerRule logsGrow() {
        return rule(
                info("RUN-052", Severity.LOW, Profile.STRICT, "2.13", "4.4.4", """
                        Log files grow without limit
                        The drivers json-file and, in Podman, k8s-file never delete anything unless told to. A container
                        that logs a lot, or is made to, fills the host's disk.
                        Remedy: Start it with --log-opt max-size=10m --log-opt max-file=3, set both in daemon.json for
                        containers created afterwards, or use the driver local. In Podman, use --log-opt max-size=10mb
                        or the driver journald.
                        """),
                container -> logConfig(container)
                        .decideAt((config, at) ->
                                Outcome.failIf(logsGrow(container, config), at, "log files have no size limit")));
    }

    private static boolean logsGrow(Container container, LogConfig config) {
        boolean isPodman = container.document().isPodman();
        boolean isFile =
                config.type().equals("json-file") || (isPodman && config.type().equals("k8s-file"));
        boolean hasSize = !config.options().getOrDefault("max-size", "-1").equals("-1");
        return isFile && !hasSize && !(isPodman && hasPodmansSize(container));
    }

    private static boolean hasPodmansSize(Container container) {
        Fact<String> size = container.document().host("", JsonCursor::string, "LogConfig", "Size");
        return Facts.isKnown(size, text -> !text.isEmpty() && !text.equals("0B") && !text.startsWith("-"));
    }

    private static ContainerRule runtime() {
        return rule(
                info("RUN-053", Severity.LOW, Profile.STRICT, "", "4.4.1", """
                        The OCI runtime is not allowed
                        The runtime sets up all isolation between a container and its host. A runtime with few users, or
                        one that exists only on this host, has been reviewed by few people.
                        Remedy: Start it without --runtime, or allow the runtime in the policy.
                        """)
                        .parameter(RUNTIMES)
                        .parameter(SANDBOX),
                (container, context) -> {
                    Fact<String> own = container.hostConfig().runtime();
                    Fact<String> runtime = Facts.isKnown(own, String::isEmpty)
                            ? EngineFacts.of(container).defaultRuntime()
                            : own;
                    return Outcome.allOf(
                            Facts.failIf(
                                    runtime,
                                    name -> !AllowedNames.hasRuntime(context.value(RUNTIMES), name),
                                    "the runtime is not on the list of allowed ones",
                                    "Runtime"),
                            context.value(SANDBOX)
                                    ? Facts.failIf(
                                            runtime,
                                            name -> !AllowedNames.isSandbox(name),
                                            "the runtime is not a sandbox",
                                            "Runtime")
                                    : Outcome.pass());
                });
    }

    private static ContainerRule sysctls() {
        return rule(
                info("RUN-054", Severity.MEDIUM, Profile.STRICT, "", "4.4.3", """
                        A risky kernel parameter is set
                        Parameters outside a namespace change the whole host. Of the namespaced ones, some make the
                        container route foreign packets, accept redirects, or trust source addresses.
                        Remedy: Remove --sysctl. Parameters that only tune the container's own sockets and shared memory
                        can stay.
                        """)
                        .highest(Severity.CRITICAL),
                RuntimeRules::sysctls);
    }

    private static Outcome sysctls(Container container) {
        Fact<Map<String, String>> stated = container.hostConfig().sysctls();
        if (CreateCommand.isNeeded(container, stated)) {
            return CreateCommand.each(container, Set.of("--sysctl"), given -> {
                int equals = given.text().indexOf('=');
                String name = given.text().substring(0, Math.max(equals, 0));
                return sysctl(name, given.text().substring(equals + 1), given.at());
            });
        }
        return stated.decideAt((sysctls, at) -> Outcome.allOf(
                Outcome.pass(),
                new TreeMap<>(sysctls)
                        .entrySet().stream()
                                .map(entry -> sysctl(entry.getKey(), entry.getValue(), at.child(entry.getKey())))
                                .toArray(Outcome[]::new)));
    }

    private static Outcome sysctl(String name, String value, Location at) {
        if (!Sysctls.isRisky(name, value)) {
            return Outcome.pass();
        }
        Problem problem = Problem.at(at, "a risky kernel parameter is set", Evidence.of(name, value));
        return Outcome.fail(Sysctls.isOfHost(name) ? problem.withSeverity(Severity.CRITICAL) : problem);
    }
}
